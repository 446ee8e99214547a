#!/bin/bash
# make distro-test SUITE=trixie: what a new user gets on a fresh system. Makes a minimal Debian of that suite in a
# temporary folder, copies the committed tree (HEAD) into it, and runs `make demo` and `make test` there by chroot.
# Nothing stays: mounts and processes live in namespaces of their own, the folder is removed at the end.
#
# Needs root, Linux namespaces, mmdebstrap (make deps-dev) and an archive that has the suite: the machine's own
# apt source, or MIRROR=URL. Where one of them is missing it is skipped with a message; with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${SUITE:-trixie}
work=
root=

say() { echo "distro-test $suite: $*"; }
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

# ---- the system

make_system() {
    local packages=make
    case $mirror in https:*) packages=make,ca-certificates ;; esac
    # Nothing of it outlives this test, so that it need not reach the disk.
    make_root "$suite" "$root" --variant=minbase --include="$packages" --dpkgopt=force-unsafe-io
    carry_network "$root"
}

copy_tree() {
    mkdir -p "$root/home/lstmd"
    git rev-parse HEAD >/dev/null 2>&1 || die 'not a git checkout'
    if [ -n "$(git status --porcelain --untracked-files=no)" ]; then say 'changes that are not committed are left out'; fi
    git archive HEAD | tar x -C "$root/home/lstmd"
}

# ---- the user

# Runs a script in the system, with its own mounts and processes: what it leaves behind ends with it. It sees
# nothing of this machine's environment but the proxy variables.
in_system() {
    local variables=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8) name
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        if [ -n "${!name:-}" ]; then variables+=("$name=${!name}"); fi
    done
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private --pid --fork --kill-child=KILL bash -euc '
        root=$0 script=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        exec chroot "$root" env -i "$@" sh -euc "cd /home/lstmd; $script"' "$root" "$1" "${variables[@]}" </dev/null
}

# run NAME SCRIPT: its log in build/, the end of it when it fails
run() {
    local start=$SECONDS log=build/distro-$suite-$1.log
    if ! in_system "$2" >"$log" 2>&1; then
        tail -n 100 "$log" >&2
        die "make $1 (log: $log)"
    fi
    say "make $1: $((SECONDS - start)) s"
}

mkdir -p build
work=$(mktemp -d "${TMPDIR:-/var/tmp}/lstmd-distro-XXXXXX")
root=$work/root
[ "$(id -u)" = 0 ] || skip 'needs root (chroot)'
unshare --mount --pid --fork true 2>/dev/null || skip 'needs mount and process namespaces (unshare)'
need_archive "$suite"
start=$SECONDS
make_system
copy_tree
say "a minimal system: $((SECONDS - start)) s"

# shellcheck disable=SC2016 # expanded in the system
# The daemon that the demo leaves is still up when it ends.
run demo 'make demo && url=$(sed -n "s/.*listening.*\(http:[^ \"]*\).*/\1/p" /tmp/lstmd-demo-*/lstmd.log | tail -n 1) &&
    curl -sS --noproxy "*" "$url/healthz" && "$PWD/build/lstmd" version'
grep -E 'MAPE' "build/distro-$suite-demo.log" | sed "s/^ */distro-test $suite: /" || true
run test 'make test'
grep -E '^[0-9]+ passed, [0-9]+ failed$' "build/distro-$suite-test.log" || die 'make test has no summary'
say "passed in $((SECONDS - start)) s"
