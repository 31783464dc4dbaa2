# Stages with their times; sourced. A failing stage ends the script and says which it was.

stage() { # name, command...
  local name=$1 start=$SECONDS; shift
  printf '==> %s\n' "$name"
  "$@" || { printf '==> %s: FAILED after %d s\n' "$name" $((SECONDS - start)); exit 1; }
  printf '==> %s: ok, %d s\n' "$name" $((SECONDS - start))
}

# Every script of ours parses.
check_scripts() {
  local file
  for file in scripts/*.sh .ci/run; do bash -n "$file" || return 1; done
  git ls-files -z '*.mjs' | xargs -0 -n1 node --check
}
