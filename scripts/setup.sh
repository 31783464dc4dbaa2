#!/usr/bin/env bash
# Installs what building and running needs, from the package registries alone, and says what it is
# doing. Needs rustup's Rust, a C compiler, Node >= 20 with npm, and make. Does nothing where all is there.
#
# Built tools go to a folder outside the clone, one per tool and version, so that a second clone is fast.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
fail() { printf '\033[1mSetup stopped:\033[0m %s\n' "$*" >&2; exit 1; }
timed() { # what, command...
  local what=$1 start=$SECONDS; shift
  say "$what"
  "$@" || return 1
  say "$what: done in $((SECONDS - start)) s"
}

command -v cargo >/dev/null || fail "cargo is missing. Install Rust with rustup (rustup.rs), then run this again."
command -v cc >/dev/null || fail "a C compiler is missing (Debian: apt install gcc; macOS: xcode-select --install)."
command -v npm >/dev/null || fail "npm is missing. Install Node 20 or newer (nodejs.org)."
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' \
  || fail "Node $(node --version) is too old; Node 20 or newer is needed."

wasm_target() {
  [ -d "$(rustc --print sysroot)/lib/rustlib/$WASM_TARGET" ] && return
  command -v rustup >/dev/null \
    || fail "the Rust target $WASM_TARGET is missing and rustup is not there to add it."
  timed "Adding the Rust target $WASM_TARGET" rustup target add "$WASM_TARGET" \
    || fail "rustup could not download $WASM_TARGET. Check that its server can be reached, then run this again."
}

# The tools run for seconds and are compiled for minutes, so they are compiled fast rather than to be fast.
cargo_tool() { # crate version binary path, extra arguments
  local crate=$1 version=$2 binary=$3; shift 3
  [ -x "$binary" ] && return
  CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
    CARGO_TARGET_DIR="$TOOLS/target" \
    timed "Building $crate $version (two to five minutes, once)" \
    cargo install --quiet --root "$(dirname "$(dirname "$binary")")" "$crate@$version" "$@" \
    || fail "$crate $version could not be built. Check the connection to crates.io, then run this again."
}

npm_packages() {
  local stamp=node_modules/.package-lock.json
  [ -f "$stamp" ] && [ ! package-lock.json -nt "$stamp" ] && [ ! package.json -nt "$stamp" ] && return
  # `npm ci` insists on the builds for every platform, which not every registry mirror carries.
  timed "Installing npm packages" npm install --no-save --no-audit --no-fund --loglevel=error \
    || fail "npm could not install the packages. Check the connection to the npm registry, then run this again."
  touch "$stamp"
}

mkdir -p "$TOOLS"
wasm_target
npm_packages
cargo_tool worker-build "$WORKER_VERSION" "$WORKER_BUILD" --locked
# Not --locked: the lock file that is published with it names a version that is gone from the index.
cargo_tool wasm-bindgen-cli "$WASM_BINDGEN_VERSION" "$WASM_BINDGEN_BIN"
rm -rf "$TOOLS/target"
