#!/usr/bin/env bash
# strace, for the tests that are ignored with "needs strace".
set -euo pipefail
if ! command -v strace > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq strace
fi
strace -V | head -n 1
# A container may forbid it to look at a child.
strace -f -qq -o /dev/null -e trace=openat -e inject=openat:error=EIO:when=999 true
