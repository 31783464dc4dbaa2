#!/usr/bin/env bash
# Every test: the pure core natively, the sandbox, then the built Worker as a black box under workerd.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
. scripts/stages.sh

stage "Core (cargo test)" cargo test --quiet --workspace
stage "Sandbox" node --test --test-reporter=dot 'sandbox/test/*.test.mjs'
stage "Browser" scripts/browser.sh
stage "Client made with rmcp" cargo build --quiet --locked --manifest-path tests/rmcp/Cargo.toml --target-dir target/rmcp
stage "Worker under workerd" node --test --test-reporter=spec --test-concurrency=2 'tests/*.test.mjs'
