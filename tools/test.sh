#!/usr/bin/env bash
# usage: tools/test.sh [native|browser|e2e|repeat]...   without a word: every test of every kind
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
CHROMEDRIVER=$(command -v chromedriver || true)
export CHROMEDRIVER WASM_BINDGEN_TEST_TIMEOUT=180
export FOURLIGHTS_AXE="$FOURLIGHTS_TOOLS/node_modules/axe-core/axe.min.js"

# With the feature of the end-to-end tests, though these tests do not need it: the library is then built once.
native() {
  step "native tests"
  cargo test --locked --features e2e --lib --test native
}
browser() {
  step "browser tests"
  cargo test --locked --target wasm32-unknown-unknown --test browser
}
# What the end-to-end tests depend on: every file of the project and the versions of the tools.
fingerprint() { git ls-files -co --exclude-standard -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1; }

e2e() {
  local passed=target/e2e.passed
  # As `go test` does: what passed is not run again until something changes. CI and FRESH=1 always run.
  if [ -z "${CI:-}${FRESH:-}" ] && [ -d dist ] && [ "$(cat "$passed" 2> /dev/null)" = "$(fingerprint)" ]; then
    step "end-to-end tests: passed before on exactly these files (FRESH=1 runs them again)"
    return
  fi
  step "the bundle"
  tools/build.sh ./
  step "end-to-end tests"
  run_e2e
  fingerprint > "$passed"
}
# They wait more than they work, so more of them run side by side than there are cores.
run_e2e() { cargo test --locked --features e2e --test e2e -- --test-threads="${E2E_THREADS:-4}" "$@" | stamped; }
# Each line with the seconds since the start.
stamped() {
  local begin=$SECONDS line
  while IFS= read -r line; do printf '%4d s  %s\n' $((SECONDS - begin)) "$line"; done
}
# Whether they hold on a machine that has other work to do.
repeat() {
  local n=${REPEAT:-5} i
  tools/build.sh ./
  for i in $(seq "$n"); do
    step "end-to-end tests, run $i of $n, beside two busy processes"
    tools/busy.sh tools/test.sh run_e2e
  done
}

if [ $# -gt 0 ]; then
  for part in "$@"; do "$part"; done
  exit
fi
step "lint"
tools/lint.sh
native
browser
e2e
step "size"
node tools/size.mjs dist
