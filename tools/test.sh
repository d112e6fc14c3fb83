#!/usr/bin/env bash
# usage: tools/test.sh [native|browser|e2e]...   without a word: every test of every kind
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
CHROMEDRIVER=$(command -v chromedriver || true)
export CHROMEDRIVER WASM_BINDGEN_TEST_TIMEOUT=180
export FOURLIGHTS_AXE="$FOURLIGHTS_TOOLS/node_modules/axe-core/axe.min.js"

native() {
  step "native tests"
  cargo test --locked --lib --test native
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
  # One after the other: each has a browser, some have a whole stack.
  cargo test --locked --features e2e --test e2e -- --test-threads=1
  fingerprint > "$passed"
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
