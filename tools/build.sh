#!/usr/bin/env bash
# usage: tools/build.sh [PUBLIC_URL]   builds dist/: console, public page, demo snapshot
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/versions.sh
url=${1:-./}
echo "building dist/ for $url (the first time takes some minutes)" >&2
trunk build --public-url "$url"
rm -f dist/.trunk-lock
echo "dist/ is ready: $(du -sh dist | cut -f1)" >&2
