#!/usr/bin/env bash
# usage: tools/optimize.sh FILE...   makes .wasm files small, each in its place
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
# What wasm-opt reads and writes are the features rustc uses. One caller's function is inlined only when it is short:
# browsers compile function by function, and a long one takes long (docs/performance.md).
flags=(-Oz --enable-bulk-memory --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals
  --enable-reference-types --enable-multivalue --low-memory-unused --one-caller-inline-max-function-size=50 --strip-producers
  # Like beside like: 5 KB less of the main file in brotli.
  --reorder-functions-by-name)
printf '%s\0' "$@" | xargs -0 -P "$(nproc)" -I{} wasm-opt "${flags[@]}" {} -o {}
