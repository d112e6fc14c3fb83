#!/usr/bin/env bash
# usage: a post_build hook of Trunk (TRUNK_STAGING_DIR, TRUNK_PUBLIC_URL are set)
# Adds the demo's public page, and a real file for each address of the console, so that deep links work on a
# host without a rewrite rule and under any path.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$TRUNK_STAGING_DIR

trunk --config Trunk.status.toml build
# The live part stands beside the console too, for `fourlights publish --live dist`.
cp .stage/status/status-*.js .stage/status/status-*.wasm "$out/"
# Chromium ignores the integrity of a preloaded .wasm and says so on every load.
sed -i -E 's|(\.wasm" crossorigin="anonymous") integrity="[^"]*"|\1|' "$out/index.html"

cargo run --quiet --profile tool --bin fourlights -- publish public/fourlights.json --out "$out/status" --live .stage/status >&2

for route in service alerts slos slo capacity update sources; do
  mkdir -p "$out/$route"
  # Relative files are one folder up from here.
  sed 's|<base href="\./"|<base href="../"|' "$out/index.html" > "$out/$route/index.html"
done
cp "$out/index.html" "$out/404.html"
