#!/usr/bin/env bash
# usage: tools/lint.sh   formatting, lints on both targets, unused dependencies, licences
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
step() { printf '\033[1m--\033[0m %s\n' "$*" >&2; }
step "formatting"
cargo fmt --check
step "lint, native"
cargo clippy --quiet --locked --all-targets --features e2e -- -D warnings
step "lint, wasm32"
cargo clippy --quiet --locked --target wasm32-unknown-unknown --lib --bins --test browser --example chart_bench -- -D warnings
step "unused dependencies"
cargo machete
step "licences, sources and duplicates"
cargo fetch --locked --quiet
cargo deny --log-level error --offline check licenses bans sources
