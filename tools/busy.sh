#!/usr/bin/env bash
# usage: tools/busy.sh COMMAND...   runs a command beside processes that each keep a core busy (BUSY=2 of them)
set -euo pipefail
busy=()
trap 'kill "${busy[@]}" 2> /dev/null || true' EXIT
for _ in $(seq "${BUSY:-2}"); do
  while :; do :; done &
  busy+=($!)
done
"$@"
