#!/usr/bin/env bash
# ext4 and mount, for the tests that are ignored with "needs root and a loop device".
set -euo pipefail
if ! command -v mkfs.ext4 > /dev/null || ! command -v mount > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq e2fsprogs mount
fi
[ "$(id -u)" = 0 ] || { echo "these tests mount, which needs root" >&2; exit 1; }
try=$(mktemp -d)
trap 'umount "$try/at" 2> /dev/null || true; rm -rf "$try"' EXIT
truncate -s 8M "$try/image" && mkfs.ext4 -q "$try/image" && mkdir "$try/at"
mount -o loop "$try/image" "$try/at"
echo "a loop device can be mounted"
