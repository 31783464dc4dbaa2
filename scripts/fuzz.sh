#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (60 each). What it finds stays in fuzz/artifacts, what it learns in
# fuzz/corpus; both are left out of git. Not part of `make test`: tests/fuzz.rs runs the same functions there.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh

CARGO_FUZZ_VERSION=0.13.2
missing() { printf 'make fuzz needs %s. Install it with:\n\n    %s\n\nthen run make fuzz again.\n' "$1" "$2" >&2; exit 1; }

command -v rustup >/dev/null || missing "rustup, which brings the nightly compiler" "see rustup.rs"
rustup run nightly rustc --version >/dev/null 2>&1 \
  || missing "the nightly Rust compiler (libFuzzer's instrumentation is not stable)" "rustup toolchain install nightly --profile minimal"
rustup run nightly cargo fuzz --version >/dev/null 2>&1 \
  || missing "cargo-fuzz" "cargo install cargo-fuzz@$CARGO_FUZZ_VERSION --locked"
command -v c++ >/dev/null || missing "a C++ compiler, to build libFuzzer" "Debian: apt install g++; macOS: xcode-select --install"

for target in $(rustup run nightly cargo fuzz list); do
  mkdir -p "fuzz/corpus/$target"
  stage "Fuzzing $target" rustup run nightly cargo fuzz run "$target" \
    "fuzz/corpus/$target" "fuzz/examples/$target" -- -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -timeout=10
done
