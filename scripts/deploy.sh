#!/usr/bin/env bash
# Deploys to Cloudflare. Refuses what could only fail there: no public address, no master key.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/environment.sh

public=$(sed -nE 's/^PUBLIC_URL *= *"(.*)"/\1/p' wrangler.toml)
case "$public" in
  https://*) ;;
  *) echo 'Set PUBLIC_URL in wrangler.toml to the public https address first, for example "https://mcp.example.com".' >&2; exit 1 ;;
esac
if ! wrangler secret list --format json 2>/dev/null | grep -q '"MASTER_KEY"'; then
  echo "The secret MASTER_KEY is not set (or you are not logged in: npx wrangler login). Make and store one:" >&2
  echo "  openssl rand -base64 32 | tr '+/' '-_' | tr -d '=' | npx wrangler secret put MASTER_KEY" >&2
  exit 1
fi
wrangler deploy "$@"
