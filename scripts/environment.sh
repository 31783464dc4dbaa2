# Names and paths that every script shares; sourced, from the root of the clone.

WASM_TARGET=wasm32-unknown-unknown
TOOLS=${MITTWALD_MCP_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/mittwald-mcp/tools}

# The version of a crate in Cargo.lock: tools must match the libraries they work with.
locked_version() { awk -v name="$1" '$1 == "name" { hit = $3 == "\"" name "\"" } hit && $1 == "version" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock; }

WORKER_VERSION=$(locked_version worker)
WASM_BINDGEN_VERSION=$(locked_version wasm-bindgen)
WORKER_BUILD=$TOOLS/worker-build-$WORKER_VERSION/bin/worker-build

# worker-build looks for its tools in these variables only (and then at GitHub).
export WASM_BINDGEN_BIN=$TOOLS/wasm-bindgen-$WASM_BINDGEN_VERSION/bin/wasm-bindgen
export WASM_OPT_BIN=$PWD/node_modules/.bin/wasm-opt
export ESBUILD_BIN=$PWD/node_modules/.bin/esbuild

# The npm package `node` brings a Node that wrangler accepts, where the machine's own is older.
export PATH=$PWD/node_modules/.bin:$PATH
export WRANGLER_SEND_METRICS=false
