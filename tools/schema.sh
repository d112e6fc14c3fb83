#!/usr/bin/env bash
# usage: tools/schema.sh   writes the JSON Schema, and its tables into docs/configuration.md
set -euo pipefail
cd "$(dirname "$0")/.."
run() { cargo run -q --bin fourlights -- "$@"; }
run schema > public/fourlights.schema.json
tables=$(run schema --markdown)
head=$(sed '/<!-- tables/q' docs/configuration.md)
printf '%s\n\n%s\n' "$head" "$tables" > docs/configuration.md
