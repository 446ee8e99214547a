#!/bin/bash
# Installs axe-core, which tests/browser/test_accessibility.c runs, once for a lock file, into BUILD/browser.
# usage: axe.sh BUILD. Without npm it reports that and changes nothing.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=$1/browser
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo "browser: axe-core is SKIPPED, npm is missing (make deps-browser)"
    exit 0
fi
mkdir -p "$dir"
if ! cmp -s tests/browser/package-lock.json "$dir/installed"; then
    cp tests/browser/{package.json,package-lock.json,.npmrc} "$dir/"
    (cd "$dir" && npm ci --loglevel=error)
    cp tests/browser/package-lock.json "$dir/installed"
fi
