#!/usr/bin/env bash
# Builds the Worker: build/index.js and build/index_bg.wasm. `build.sh conformance` builds the one with the
# conformance suite's fixtures into build-conformance/ instead; it shares all but the last steps.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
start=$SECONDS
out=build options=()
# Nobody waits for it to load, so that wasm-opt (half of the time) is left out.
[ "${1:-}" != conformance ] || out=build-conformance options=(--no-opt . -- --features conformance)
echo "==> Building the Worker into $out/ (a minute or two when cold)"
"$WORKER_BUILD" --release --out-dir "$out" "${options[@]}"
printf '==> Built in %d s: %d KB of WebAssembly, %d KB gzipped\n' $((SECONDS - start)) \
  $(($(wc -c <"$out/index_bg.wasm") / 1024)) $(($(gzip -9 -c "$out/index_bg.wasm" | wc -c) / 1024))
