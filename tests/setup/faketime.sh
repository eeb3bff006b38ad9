#!/usr/bin/env bash
# faketime, for the test that is ignored with "needs faketime".
set -euo pipefail
if ! command -v faketime > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq faketime
fi
faketime '1999-12-31 12:00:00' date -u +%Y | grep -qx 1999
echo "faketime moves the clock"
