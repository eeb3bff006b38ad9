#!/usr/bin/env bash
# cargo-deny, which checks deny.toml. Building it takes two or three minutes.
set -euo pipefail
if ! cargo deny --version 2>/dev/null; then
    cargo install cargo-deny --locked --version 0.20.2 --quiet
fi
