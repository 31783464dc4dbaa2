#!/usr/bin/env bash
# Makes catalog/operations.json from an OpenAPI document: SPEC is a file or a URL (default: mittwald's own).
# Shows what was added, removed and changed since the last time.
set -euo pipefail
cd "$(dirname "$0")/.."
spec=${SPEC:-https://api.mittwald.de/v2/openapi.json}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
case "$spec" in
  http://* | https://*)
    echo "==> Fetching the API's specification"
    node -e 'fetch(process.argv[1]).then(async (r) => { if (!r.ok) throw new Error("status " + r.status); process.stdout.write(await r.text()); }).catch((e) => { console.error("The specification could not be fetched: " + e.message + ". Name a file instead: make catalog SPEC=file.json"); process.exit(1); })' "$spec" >"$scratch/spec.json"
    spec=$scratch/spec.json ;;
  *) [ -f "$spec" ] || { echo "There is no file $spec." >&2; exit 1; } ;;
esac
cargo run --quiet --package mittwald-catalog --bin facts -- "$spec" catalog/operations.json >"$scratch/operations.json"
mv "$scratch/operations.json" catalog/operations.json
