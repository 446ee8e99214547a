#!/bin/bash
# make cross-test ARCH=arm64: builds the core and its unit tests for another processor, runs them under qemu-user, and
# compares the figures of AirPassengers with those of the portable kernels here. The other architecture's libraries
# (libc, Check, cJSON, GNU libunistring) are unpacked into a temporary folder: the machine's own packages stay as
# they are.
#
# Needs root (mmdebstrap), the cross compiler and qemu-user (make deps-dev). Skipped with a message where something is
# missing; with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

arch=${ARCH:-arm64}
work=

say() { echo "cross-test $arch: $*"; }
die() {
    say "FAILED: $*" >&2
    exit 1
}
skip() {
    if [ "${CI:-}" = true ]; then die "cannot run here: $*"; fi
    say "SKIPPED: $*"
    exit 0
}
clean_up() {
    local code=$?
    if [ -n "$work" ]; then rm -rf --one-file-system "$work"; fi
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
# shellcheck source=tests/archive.sh
. tests/archive.sh

case $arch in
arm64) triplet=aarch64-linux-gnu qemu=qemu-aarch64 ;;
*) die "ARCH=$arch is not known; arm64 is" ;;
esac

# cross TARGET...: make for the other processor
cross() {
    PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig \
        make -j"$(nproc)" --no-print-directory BUILD="build/$arch" CC="$triplet-gcc --sysroot=$root" AR="$triplet-ar" \
        LIBS_SERVER= LIBS_TEST='check libcjson' UNIT_SRC="$(find tests/unit/core -name '*.c' | sort | tr '\n' ' ')" "$@"
}

[ "$(id -u)" = 0 ] || skip 'needs root (mmdebstrap)'
command -v "$triplet-gcc" >/dev/null || skip "needs gcc for $triplet: make deps-dev"
command -v "$qemu" >/dev/null || skip "needs $qemu (qemu-user): make deps-dev"
work=$(mktemp -d "${TMPDIR:-/var/tmp}/lstmd-cross-XXXXXX")
root=$work/root
start=$SECONDS
# The suite of the machine, because its cross compiler belongs to that one's libc.
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
need_archive "$suite"
# No program of it runs during unpacking, so mmdebstrap need not check for qemu.
make_root "$suite" "$root" --variant=extract --architectures="$arch" --skip=check/qemu \
    --include="libc6-dev,libgcc-$("$triplet-gcc" -dumpversion)-dev,check,libcjson-dev,libunistring-dev"
say "libraries of $suite unpacked: $((SECONDS - start)) s"

cross core-tests >"$work/build.log" 2>&1 || { tail -n 30 "$work/build.log" >&2; die 'the core does not build'; }
say "built: $((SECONDS - start)) s"
CK_TIMEOUT_MULTIPLIER=40 TEST_TIMEOUT=3600 RUNNER="$qemu -L $root" cross run-core-tests || die 'tests of the core'
say "tests: $((SECONDS - start)) s"

make -j"$(nproc)" --no-print-directory build/tests/cross/figures >"$work/build.log" 2>&1 ||
    { tail -n 30 "$work/build.log" >&2; die 'the core does not build here'; }
build/tests/cross/figures >"$work/here"
"$qemu" -L "$root" "build/$arch/tests/cross/figures" >"$work/there"
diff -u "$work/here" "$work/there" || die 'other figures than the portable kernels have here (-)'
say "the same figures: $(head -n 1 "$work/there")"
say "passed in $((SECONDS - start)) s"
