#!/usr/bin/env bash
# Makes sure that tests/browser*.test.mjs find a Chromium: the one that CHROMIUM names, else Debian's, which
# root gets installed here. BROWSER=skip leaves the browser out.
set -euo pipefail
fail() { printf 'The tests need a browser: %s Or leave those out: BROWSER=skip make test\n' "$*" >&2; exit 1; }

[ "${BROWSER:-}" != skip ] || { echo "BROWSER=skip: the tests with a real browser are left out"; exit 0; }
if [ -n "${CHROMIUM:-}" ]; then
  [ -x "$CHROMIUM" ] || fail "CHROMIUM is $CHROMIUM, and there is no program of that name."
  exit 0
fi
[ ! -x /usr/bin/chromium ] || exit 0
command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] \
  || fail "there is no /usr/bin/chromium. Install it (Debian: sudo apt install chromium) or name one: CHROMIUM=path make test."
export DEBIAN_FRONTEND=noninteractive
echo "Installing Debian's Chromium"
apt-get install -y -qq chromium >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
  || fail "apt-get could not install chromium."
