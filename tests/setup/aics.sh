#!/usr/bin/env bash
# aics-tlog and aics-witness, an independent implementation of transparency logs and
# witnesses, in an environment of their own (target/aics), for the tests that are ignored
# with "needs Python 3.12".
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$PWD/target/aics
if [ ! -x "$out/bin/aics-witness" ]; then
    python=${PYTHON:-python3.12}
    if ! "$python" --version > /dev/null 2>&1 && command -v pyenv > /dev/null; then
        version=$(pyenv versions --bare | grep -E '^3\.12' | tail -n 1)
        export PYENV_VERSION=$version
    fi
    "$python" -m venv "$out"
    "$out/bin/python" -m pip install --quiet --disable-pip-version-check aics-tlog==0.2.1 aics-witness==0.1.0
fi
"$out/bin/aics-witness" --version
