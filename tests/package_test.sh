#!/bin/bash
# make package-test: the Debian package in a fresh system of this machine's release, made in a temporary folder as in
# distro_test.sh: installed with apt, the service's own command line under its user, a first forecast, the same
# version installed again, removed, purged. lintian must find no errors. usage: package_test.sh BUILD
#
# Needs root, Linux namespaces, mmdebstrap and the archive; where one of them is missing it is skipped with a message,
# with CI=true that is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
suite=${SUITE:-$(. /etc/os-release && echo "${VERSION_CODENAME:-}")}
work=
root=
port=
service=

say() { echo "package-test: $*"; }
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
    if [ -n "$service" ]; then kill "$service" 2>/dev/null || true; fi
    wait
    if [ -n "$work" ]; then rm -rf --one-file-system "$work"; fi
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# shellcheck source=tests/archive.sh
. tests/archive.sh

in_system() { # in_system SCRIPT: by the shell of the system, with mounts and processes of its own
    local variables=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive) name
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
        if [ -n "${!name:-}" ]; then variables+=("$name=${!name}"); fi
    done
    # shellcheck disable=SC2016 # expanded by the inner shell
    unshare --mount --propagation private --pid --fork --kill-child=KILL bash -euc '
        root=$0 script=$1
        shift
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        exec chroot "$root" env -i "$@" sh -euc "$script"' "$root" "$1" "${variables[@]}" </dev/null
}
step() { # step NAME SCRIPT
    in_system "$2" >"$work/step.log" 2>&1 || { tail -n 60 "$work/step.log" >&2; die "$1"; }
    say "$1"
}
want() { # want NAME COMMAND...
    "${@:2}" >"$work/want.log" 2>&1 || { tail -n 20 "$work/want.log" >&2; die "$1"; }
}
wait_until() { # wait_until COMMAND...: for a minute
    local by=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $by ]; then return 1; fi
        sleep 0.1
    done
}

# ---- the service

# As the service manager does it: user, folder, credentials and command line are those of the unit.
start_service() {
    local unit=$root/lib/systemd/system/lstmd.service command folder
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    folder=$(sed -n 's/^WorkingDirectory=//p' "$unit")
    [ "$(sed -n 's/^User=//p' "$unit")" = lstmd ] || die 'the unit has another user'
    # shellcheck disable=SC2016
    in_system "rm -rf /run/credentials
        install -d -m 500 -o lstmd -g lstmd /run/credentials
        $(sed -n 's/^LoadCredential=\([^:]*\):\(.*\)/install -m 400 -o lstmd -g lstmd \2 \/run\/credentials\/\1;/p' "$unit")
        export CREDENTIALS_DIRECTORY=/run/credentials
        cd $folder
        exec setpriv --reuid lstmd --regid lstmd --init-groups $command" >"$work/service.log" 2>&1 &
    service=$!
    wait_until ask /readyz || { cat "$work/service.log" >&2; die "the service's command line does not serve"; }
}
stop_service() {
    kill "$service" 2>/dev/null || true # the namespace ends with its first process
    wait "$service" 2>/dev/null || true
    service=
}
ask() { # ask PATH CURL-ARGUMENT...
    curl -sSf --max-time 60 --noproxy '*' -H "X-Api-Key: $(cat "$root/etc/lstmd/lstmd.key")" "${@:2}" \
        "http://127.0.0.1:$port$1"
}
has() { # has TEXT COMMAND...
    "${@:2}" | grep -qF -- "$1"
}

first_forecast() {
    local job
    want 'an upload' ask /v1/datasets/flights -X PUT -H 'Content-Type: text/csv' \
        --data-binary "@$root/usr/share/doc/lstmd/examples/data/airpassengers.csv"
    job=$(ask /v1/jobs -H 'Content-Type: application/json' \
        -d '{"task":"forecast","dataset":"flights","model":"m","params":{"epochs":2}}' | jq -r .id)
    want 'a training' has '"state":"succeeded"' ask "/v1/jobs/$job?wait=60"
    want 'a forecast' has '"mean"' ask '/v1/models/m/forecast?horizon=3'
    want 'the page' has '<script type="module"' ask /ui/
}

# ---- the test

work=$(mktemp -d "${TMPDIR:-/var/tmp}/lstmd-package-XXXXXX")
root=$work/root
[ "$(id -u)" = 0 ] || skip 'needs root (chroot)'
unshare --mount --pid --fork true 2>/dev/null || skip 'needs mount and process namespaces (unshare)'
[ -n "$suite" ] || skip 'the release of this system has no name; name it with SUITE='
need_archive "$suite"
package=$(ls "$build"/lstmd_*.deb) || die 'there is no package: make package'
want 'the manual pages' bash -c "for page in '$build'/package/root/usr/share/man/man*/*.gz; do
    ! gzip -dc \$page | groff -man -Tutf8 -ww -z 2>&1 | grep . || exit 1; done"
if command -v systemd-analyze >/dev/null; then
    systemd-analyze security --offline=true "$build/package/root/lib/systemd/system/lstmd.service" >"$work/security" 2>&1 ||
        true
    exposure=$(sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' "$work/security")
    if [ -n "$exposure" ]; then
        awk -v x="$exposure" 'BEGIN { exit !(x <= 1.6) }' || die "systemd-analyze security: $exposure, more than 1.6"
        say "systemd-analyze security: $exposure"
    fi
fi

case $mirror in https:*) include=--include=ca-certificates ;; *) include= ;; esac
make_root "$suite" "$root" --variant=minbase ${include:+"$include"} --dpkgopt=force-unsafe-io
carry_network "$root"
cp "$package" "$root/root/lstmd.deb"
step 'apt install' 'apt-get -q update && cd /root && apt-get -q install -y --no-install-recommends ./lstmd.deb'
want 'where the key is' grep -q 'API key is in /etc/lstmd/lstmd.key' "$work/step.log"
want 'a key that root alone reads' test "$(stat -c '%a %U' "$root/etc/lstmd/lstmd.key")" = '600 root'
want 'a version' has "lstmd $(sed -n 's/^#define LSTMD_VERSION "\(.*\)"$/\1/p' server/base/version.h)" \
    in_system '/usr/bin/lstmd version'
want 'a forecast without a daemon' has airpassengers,1961-12 in_system \
    'lstmd forecast /usr/share/doc/lstmd/examples/data/airpassengers.csv --horizon 12 --quiet'
want 'the completion of bash' test -s "$root/usr/share/bash-completion/completions/lstmd"
want 'the folder of the database' in_system '[ "$(stat -c "%a %U:%G" /var/lib/lstmd)" = "750 lstmd:lstmd" ]'

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
    echo $((20000 + RANDOM % 20000)))
sed -i "s/^listen = .*/listen = 127.0.0.1:$port/" "$root/etc/lstmd/lstmd.conf"
start_service
first_forecast
say 'a first forecast'
stop_service

key=$(cat "$root/etc/lstmd/lstmd.key")
step 'the same version again' 'cd /root && apt-get -q install -y --reinstall ./lstmd.deb'
want 'the settings stay' grep -qx "listen = 127.0.0.1:$port" "$root/etc/lstmd/lstmd.conf"
want 'the key stays' test "$key" = "$(cat "$root/etc/lstmd/lstmd.key")"
start_service
want 'the model stays' has '"mean"' ask '/v1/models/m/forecast?horizon=3'
stop_service
want 'the files of the database are the user'"'"'s' in_system '[ -z "$(find /var/lib/lstmd ! -user lstmd)" ]'
step 'a backup by the user' 'cd / && setpriv --reuid lstmd --regid lstmd --init-groups \
    lstmd backup /var/lib/lstmd/copy.db --database /var/lib/lstmd/lstmd.db'

step 'apt remove' 'apt-get -q remove -y lstmd'
want 'the program is gone' test ! -e "$root/usr/bin/lstmd"
want 'the data stay' test -s "$root/var/lib/lstmd/lstmd.db"
want 'the settings stay' test -e "$root/etc/lstmd/lstmd.conf" -a -e "$root/etc/lstmd/lstmd.key"
step 'apt purge' 'apt-get -q purge -y lstmd'
want 'nothing is left' test ! -e "$root/var/lib/lstmd" -a ! -e "$root/etc/lstmd"

if command -v lintian >/dev/null; then
    lintian --fail-on error "$package" || die 'lintian'
    say 'lintian: no errors'
elif in_system 'apt-get -q install -y --no-install-recommends lintian' >"$work/step.log" 2>&1; then
    in_system 'useradd -m linter && cp /root/lstmd.deb /home/linter/ && cd /home/linter &&
        setpriv --reuid linter --regid linter --init-groups env HOME=/home/linter lintian --fail-on error lstmd.deb' || die 'lintian'
    say 'lintian: no errors'
else
    say 'lintian SKIPPED: it cannot be installed'
fi
say "passed on $suite in $SECONDS s"
