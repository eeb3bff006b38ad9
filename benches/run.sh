#!/usr/bin/env bash
# Measures everything and writes the tables of docs/BENCHMARKS.md and docs/growth.svg.
# The scale is full, tenth or small; COUNTERSIGN names another program to measure.
set -euo pipefail
cd "$(dirname "$0")/.."
scale=${1:-full}
rounds=${2:-3}
case $scale in
    full) most=1000000 ;;
    tenth) most=100000 ;;
    small) most=1000 ;;
    *) echo "full, tenth or small" >&2; exit 2 ;;
esac
page=docs/BENCHMARKS.md
cargo build --release --locked --manifest-path benches/Cargo.toml
bench() { cargo run --release --locked --quiet --manifest-path benches/Cargo.toml -- "$@"; }
bench ratios --scale "$scale" --rounds "$rounds" --page "$page"
bench growth --most "$most" --rounds "$rounds" --page "$page" --picture docs/growth.svg
