#!/usr/bin/env bash
# aics-tlog and aics-witness, an independent implementation of the C2SP formats in Python,
# for the tests that are ignored with "needs Python 3.12"; makes target/aics-venv.
set -euo pipefail
cd "$(dirname "$0")/../.."
venv=$PWD/target/aics-venv
wanted=(aics-tlog==0.2.1 aics-witness==0.1.0)
is_there() {
    "$venv/bin/python" -c 'from importlib.metadata import version
assert (version("aics-tlog"), version("aics-witness")) == ("0.2.1", "0.1.0")' 2> /dev/null
}
if ! is_there; then
    python=python3.12
    if command -v pyenv > /dev/null; then
        PYENV_VERSION=$(pyenv versions --bare | grep '^3\.12' | tail -n 1 || true)
        export PYENV_VERSION
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${wanted[@]}"
fi
is_there
echo "aics-tlog 0.2.1 and aics-witness 0.1.0 are in target/aics-venv"
