#!/usr/bin/env bash
# Python with one Ed25519 library, for the tests that are ignored with "needs Python";
# makes target/python-venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=$PWD/target/python-venv
if ! "$venv/bin/python" -c 'import cryptography' 2> /dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check cryptography
fi
"$venv/bin/python" -c 'import cryptography, platform
print("Python", platform.python_version(), "with cryptography", cryptography.__version__)'
