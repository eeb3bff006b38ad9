#!/usr/bin/env bash
# OpenSSL 3 for the tests that are ignored with "needs openssl".
set -euo pipefail
if ! openssl version 2>/dev/null | grep -q '^OpenSSL 3'; then
    apt-get update -qq
    apt-get install -y -qq openssl
fi
openssl version
