#!/bin/sh
# Installs the Debian or Ubuntu packages that are missing. Argument: build (building, testing, the demo),
# dev (lint, format, fuzzing, coverage, the generated client, tests on other systems and processors) or
# browser (make browser-test). Asks nothing; uses sudo when it is not run by root.
set -eu

case "${1:-build}" in
build) wanted="gcc make pkg-config libc6-dev libmicrohttpd-dev libgnutls28-dev libcjson-dev libsqlite3-dev libpq-dev libcurl4-openssl-dev libinih-dev libunistring-dev nettle-dev zlib1g-dev libpcre2-dev libjs-dygraphs check curl jq" ;;
dev) wanted="clang clang-tidy clang-format llvm lcov valgrind nodejs npm prometheus python3-requests python3-onnx python3-pandas python3-nbclient python3-ipykernel mypy r-cran-httr mmdebstrap qemu-user postgresql gcc-aarch64-linux-gnu libc6-dev-arm64-cross" ;;
browser) wanted="chromium chromium-driver nodejs npm" ;;
*) echo "usage: deps.sh build|dev|browser" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "deps: no dpkg here; please install the equivalents of: $wanted"
    exit 0
fi

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    # A virtual package (pkg-config is one on newer releases), and a program that may have come from
    # elsewhere, is recognised by its command.
    case $package in
    pkg-config | npm) command=$package ;;
    nodejs) command=node ;;
    *) command= ;;
    esac
    if [ "$state" != installed ] && ! { [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; }; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null 2>&1; then
        echo "deps: not root and no sudo; please install:$missing" >&2
        exit 1
    fi
fi
echo "deps: installing$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq </dev/null
# shellcheck disable=SC2086 # a list of package names
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
