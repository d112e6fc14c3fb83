#!/usr/bin/env bash
# usage: tools/serve.sh PORT   builds and serves the console with the embedded demo
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
port=${1:-8080}
cat >&2 << TEXT
building (the first time takes some minutes), then serving
  console      http://127.0.0.1:$port/
  public page  http://127.0.0.1:$port/status/
Ctrl-C stops it.
TEXT
exec trunk serve --address 127.0.0.1 --port "$port" --no-autoreload true
