#!/usr/bin/env bash
# Formatting, lints (host and WebAssembly), structure, and that generated files are up to date.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
. scripts/stages.sh
export RUSTDOCFLAGS="-D warnings"

stage "Formatting" cargo fmt --all --check
stage "Formatting, client made with rmcp" cargo fmt --manifest-path tests/rmcp/Cargo.toml --check
stage "Lints, host" cargo clippy --quiet --workspace --all-targets -- -D warnings
stage "Lints, Worker" cargo clippy --quiet --target "$WASM_TARGET" -- -D warnings
stage "Lints, conformance" cargo clippy --quiet --target "$WASM_TARGET" --features conformance -- -D warnings
stage "Documentation" cargo doc --quiet --no-deps --document-private-items
stage "Structure" cargo test --quiet --test structure
stage "Scripts" check_scripts
