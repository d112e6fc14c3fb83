#!/usr/bin/env bash
# usage: a post_build hook of Trunk (TRUNK_STAGING_DIR, TRUNK_PUBLIC_URL are set)
# Adds the public page, its demo snapshot, and a real file for each address, so that deep links work
# on a host without a rewrite rule and under any path.
set -euo pipefail
cd "$(dirname "$0")/.."
out=$TRUNK_STAGING_DIR
url=${TRUNK_PUBLIC_URL:-./}

trunk --config Trunk.status.toml build --public-url "$url"
cp .stage/status/* "$out/"
rm -f "$out/.trunk-lock"
# Chromium ignores the integrity of a preloaded .wasm and says so on every load.
sed -i -E 's|(\.wasm" crossorigin="anonymous") integrity="[^"]*"|\1|' "$out/index.html" "$out/status.html"

cargo run --quiet --profile tool --bin fourlights -- demo-status "$out/api/v2"

for route in service alerts slos slo capacity sources; do
  mkdir -p "$out/$route"
  # Relative files are one folder up from here.
  sed 's|<base href="\./"|<base href="../"|' "$out/index.html" > "$out/$route/index.html"
done
cp "$out/index.html" "$out/404.html"
