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
e2e() {
  step "the bundle"
  tools/build.sh ./
  step "end-to-end tests"
  # One after the other: each has a browser, some have a whole stack.
  cargo test --locked --features e2e --test e2e -- --test-threads=1
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
