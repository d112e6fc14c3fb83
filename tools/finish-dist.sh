#!/usr/bin/env bash
# usage: a post_build hook of Trunk (TRUNK_STAGING_DIR, TRUNK_PUBLIC_URL are set)
# Replaces Trunk's console by one in chunks, adds the demo's public page, and a real file for each address of the
# console, so that deep links work on a host without a rewrite rule and under any path.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
out=$TRUNK_STAGING_DIR

# The program as it was linked, with its relocations (build.rs): wasm-bindgen drops them, so it comes after the splitter.
program=${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/console.wasm
stage=.stage/app
# Code that several chunks need has one file for each group, the first that holds them all. What else is shared stays in
# the main file. A file of its own costs a tenth more, for brotli knows nothing of the others; what only systems share that
# few configure must not be in the main file, and what a page shares with `config` or `watch`, which are always there, needs
# not be. `splitter PROGRAM FOLDER` without groups shows what shares how much.
pages=alerts,capacity,dialogs,evidence,health,incident,incidents,menu,on_call,outlook,pagers,panels,reviews,runbooks,service,slo,slos,sources,take_over,update
# what has to do with incidents
incidents=evidence,incident,incidents,on_call,pagers,reviews,runbooks
pagers=kind_github,kind_gitlab,kind_jsm,kind_opsgenie,kind_pagerduty,kind_pagerduty_events,kind_slack,kind_statuspage_manage,kind_webhook
groups=(
  kind_github,kind_gitlab
  kind_jsm,kind_opsgenie
  kind_statuspage,kind_statuspage_manage
  "$pagers"
  "$pagers,kind_statuspage"
  capacity,outlook
  incident,incidents
  alerts,incident
  demo,evidence
  "$incidents"
  "demo,$incidents"
  alerts,incident,outbox
  alerts,outbox,take_over,update
  alerts,pagers,take_over,update
  alerts,incident,outbox,pagers,take_over,update
  keys,sources
  on_call,take_over
  "alerts,keys,outbox,sources,take_over,update,$incidents"
  "alerts,demo,keys,outbox,sources,take_over,update,$incidents"
  health,service
  panels,service
  evidence,health,panels,service,slo,slos
  capacity,evidence,panels,service,slo,slos
  capacity,evidence,menu,panels,service,slo,slos
  capacity,panels,reviews,slo,slos,sources
  alerts,capacity,evidence,health,outlook,panels,reviews,service,slo,slos,sources
  capacity,evidence,health,outlook,pagers,panels,service,slo,slos,sources,watch
  "$pages"
  config,runbooks
  "$pages,config"
  "$pages,watch"
  "$pages,keys,outbox"
  "$pages,keys,outbox,watch"
  "$pages,config,demo,keys,outbox,watch"
)
state=$(cat "$program" "$0" tools/optimize.sh "$(command -v splitter)" | sha256sum)
if [ "$(cat "$stage.state" 2> /dev/null)" != "$state" ]; then
  rm -rf "$stage" "$stage.state"
  mkdir -p "$stage"
  splitter "$program" "$stage" "${groups[@]}"
  wasm-bindgen --target web --no-typescript --keep-lld-exports --no-demangle --out-dir "$stage" --out-name console "$stage/main.wasm"
  rm "$stage/main.wasm"
  tools/optimize.sh "$stage"/*.wasm
  echo "$state" > "$stage.state"
fi
# One folder a build: a chunk fits the main file of its own build alone, and they name each other relatively.
app=app-$(cat "$stage"/* | sha256sum | cut -c1-16)
cp -r "$stage" "$out/$app"
rm -f "$out"/console-*.js "$out"/console-*.wasm

trunk --config Trunk.status.toml build
# The live part stands beside the console too, for `fourlights publish --live dist`.
cp .stage/status/status-*.js .stage/status/status-*.wasm "$out/"
cargo run --quiet --profile tool --bin fourlights -- publish public/fourlights.json --out "$out/status" --live .stage/status >&2

node tools/pages.mjs "$out" "$app"
