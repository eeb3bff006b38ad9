#!/usr/bin/env bash
# Chromium, Firefox and Node, and what drives them, for the tests that are ignored with
# "needs Chromium and Firefox" and "needs Node 20"; fills tests/browser/node_modules from
# the lock file. pdftotext reads what the page prints.
set -euo pipefail
cd "$(dirname "$0")/../browser"
if ! command -v chromium > /dev/null || ! command -v firefox-esr > /dev/null || ! command -v pdftotext > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq chromium firefox-esr poppler-utils
fi
if ! command -v node > /dev/null; then
    apt-get -o DPkg::Lock::Timeout=300 install -y -qq nodejs npm
fi
node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' || {
    echo "Node $(node --version) is here; the tests of the page need Node 20 or newer" >&2
    exit 1
}
is_there() {
    node --input-type=module -e 'import { readFileSync } from "node:fs";
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
for (const [name, version] of Object.entries(json("package.json").dependencies))
    if (json(`node_modules/${name}/package.json`).version !== version) process.exit(1);' 2> /dev/null
}
is_there || npm ci --ignore-scripts --no-audit --no-fund --silent
is_there
chromium --version 2> /dev/null
firefox-esr --version
echo "puppeteer-core and axe-core are in tests/browser/node_modules"
