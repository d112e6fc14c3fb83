#!/usr/bin/env bash
# usage: tools/stage-styles.sh   joins the stylesheets of each entry, for Trunk does not follow @import
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p .stage
join() {
  local out=$1
  shift
  cat "$@" > "$out.new"
  # An unchanged file keeps its time, or a watching server would build for ever.
  if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
}
join .stage/console.css style/tokens.css style/base.css style/layout.css style/panel.css style/now.css style/chart.css \
  style/table.css style/uptime.css style/bars.css style/controls.css style/alerts.css style/capacity.css style/faults.css style/slo.css style/update.css style/actions.css style/on-call.css style/runbooks.css style/incidents.css style/pagers.css
