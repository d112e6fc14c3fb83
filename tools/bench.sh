#!/usr/bin/env bash
# usage: tools/bench.sh [WORD]...   builds the bench's page as the console is built, and runs what contains a word
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
echo "building the bench's page (the first time takes some minutes)" >&2
cargo build --quiet --locked --release --target wasm32-unknown-unknown --example chart_bench
mkdir -p target/bench
wasm-bindgen --target web --no-typescript --out-dir target/bench/page \
  target/wasm32-unknown-unknown/release/examples/chart_bench.wasm
# As the console is.
tools/optimize.sh target/bench/page/chart_bench_bg.wasm
cp tests/bench/index.html tests/bench/bench.js "$FOURLIGHTS_TOOLS"/node_modules/uplot/dist/uPlot.{iife.min.js,min.css} target/bench/
cargo bench --quiet --locked --features e2e --bench charts -- "$@"
