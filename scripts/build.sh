#!/usr/bin/env bash
# Builds the Worker: build/index.js and build/index_bg.wasm.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
start=$SECONDS
echo "==> Building the Worker (a minute or two when cold)"
"$WORKER_BUILD" --release
printf '==> Built in %d s: %d KB of WebAssembly, %d KB gzipped\n' $((SECONDS - start)) \
  $(($(wc -c <build/index_bg.wasm) / 1024)) $(($(gzip -9 -c build/index_bg.wasm | wc -c) / 1024))
