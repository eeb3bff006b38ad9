#!/usr/bin/env bash
# prlimit, for the tests that are ignored with "needs prlimit".
set -euo pipefail
if ! command -v prlimit > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq util-linux
fi
prlimit --version
