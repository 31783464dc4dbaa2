#!/usr/bin/env bash
# Runs a Node script of ours with the project's own Node and tools on PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh
exec node "$@"
