#!/bin/bash
# Prints the path of promtool. It is in Debian's package prometheus, which would start a service when it is installed.
# Where promtool is missing, the package is fetched with apt-get and only unpacked, into BUILD/promtool. Fails where
# that is impossible. usage: promtool.sh BUILD
set -euo pipefail

unpacked=$1/promtool/usr/bin/promtool
if command -v promtool; then exit 0; fi
if ! [ -x "$unpacked" ]; then
    mkdir -p "$1/promtool"
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    (cd "$folder" && apt-get download -qq prometheus && dpkg-deb -x prometheus_*.deb .) >/dev/null 2>&1 || exit 1
    cp -r "$folder/usr" "$1/promtool/"
fi
echo "$unpacked"
