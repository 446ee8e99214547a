#!/bin/bash
# make image-test: builds the image from the shipped Dockerfile and uses it as an operator would:
# start with a read-only root and no capabilities, a key that is made and printed once, upload,
# train, forecast, healthy, docker stop (exit 0), start again on the same volume, the same key and
# forecast again. Prints the image's size. Leaves nothing running.
#
# Where no Docker engine answers and this runs as root on Debian, it installs docker.io and starts a private
# dockerd that leaves the machine's network alone (so build and run use the host's network), and makes a local
# debian:trixie-slim where the base cannot be pulled. That tests whether Docker builds and runs the
# Dockerfile. It does not test the exact base image of Debian, nor published ports.
set -euo pipefail
cd "$(dirname "$0")/.."

image=${IMAGE:-lstmd}:image-test
name=lstmd-image-test-$$
volume=lstmd-image-test-$$
work=
engine=
docker=docker
private=0
port=
url=
key=

say() { echo "image-test: $*"; }
die() {
    say "FAILED: $*" >&2
    "$docker" logs --tail 30 "$name" >&2 2>/dev/null || true
    exit 1
}

skip() { die "the base image cannot be made: $*"; }
# shellcheck source=tests/archive.sh
. tests/archive.sh

clean_up() {
    local code=$?
    "$docker" rm -f "$name" >/dev/null 2>&1 || true
    "$docker" volume rm "$volume" >/dev/null 2>&1 || true
    "$docker" rmi "$image" >/dev/null 2>&1 || true
    if [ -n "$engine" ]; then
        kill "$engine" 2>/dev/null || true
        wait "$engine" 2>/dev/null || true
    fi
    if [ -n "$work" ]; then
        umount "$work"/exec/netns/* 2>/dev/null || true
        rm -rf "$work"
    fi
    exit "$code"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ---- an engine

install_packages() {
    say "installing $*"
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

start_engine() {
    local deadline=$((SECONDS + 30))
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        die "no Docker engine answers; start one, or run this as root on Debian or Ubuntu"
    fi
    private=1
    # policy-rc.d is left alone: in a container nothing starts services; elsewhere the packaged engine would answer.
    if ! [ -x /usr/sbin/dockerd ] || ! [ -x /usr/bin/docker ]; then install_packages docker.io iptables; fi
    docker=/usr/bin/docker
    export DOCKER_HOST=unix://$work/docker.sock
    /usr/sbin/dockerd --iptables=false --ip6tables=false --ip-forward=false --bridge=none --storage-driver=overlay2 \
        --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" -H "$DOCKER_HOST" \
        >"$work/dockerd.log" 2>&1 </dev/null &
    engine=$!
    until "$docker" info >/dev/null 2>&1; do
        kill -0 "$engine" 2>/dev/null || { tail -n 20 "$work/dockerd.log" >&2; die "dockerd did not start"; }
        if [ $SECONDS -gt $deadline ]; then die "dockerd is not up after 30 s"; fi
        sleep 0.2
    done
    say "a private engine is up"
}

make_base() {
    command -v mmdebstrap >/dev/null || install_packages mmdebstrap
    need_archive trixie
    say "making a local debian:trixie-slim"
    make_root trixie "$work/base.tar" --variant=minbase \
        --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --aptopt='Dir::Cache::pkgcache ""' --aptopt='Dir::Cache::srcpkgcache ""' \
        --customize-hook='rm -rf "$1"/usr/share/info/* "$1"/etc/hostname "$1"/etc/resolv.conf'
    "$docker" import -c 'CMD ["bash"]' "$work/base.tar" debian:trixie-slim >/dev/null
    rm -f "$work/base.tar"
}

have_base() {
    "$docker" image inspect debian:trixie-slim >/dev/null 2>&1 ||
        timeout 60 "$docker" pull -q debian:trixie-slim >/dev/null 2>&1
}

# ---- HTTP

call() { curl -sS --fail-with-body --noproxy '*' --max-time 60 -H "Authorization: Bearer $key" "$@"; }
# code_of CURL-ARGUMENTS...: the status alone, without the key
code_of() { curl -s --noproxy '*' --max-time 5 -o /dev/null -w '%{http_code}' "$@"; }
# until_true SECONDS COMMAND...
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        if [ $SECONDS -ge $deadline ]; then return 1; fi
        sleep 0.2
    done
}
ready() { [ "$(code_of "$url/readyz")" = 200 ]; }
healthy() { [ "$("$docker" inspect -f '{{.State.Health.Status}}' "$name")" = healthy ]; }

free_port() {
    local p=18080
    while (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; do p=$((p + 1)); done
    echo "$p"
}

run_container() {
    local network=(-p "127.0.0.1:$port:8080")
    if [ "$private" = 1 ]; then network=(--network host -e "LSTMD_LISTEN=127.0.0.1:$port"); fi
    "$docker" run -d --name "$name" --health-interval 1s --read-only --cap-drop ALL \
        --security-opt no-new-privileges --memory 256m --cpus 1 -v "$volume:/data" "${network[@]}" "$image" >/dev/null
}

wait_up() {
    until_true 30 ready || die "$url/readyz is not 200 after 30 s"
    until_true 30 healthy || die "the container is not healthy after 30 s"
}

# The keys that the container has printed, one a line.
printed_keys() { "$docker" logs "$name" 2>/dev/null | sed -n 's/^lstmd: API key: //p'; }

forecast() { call "$url/v1/models/flights/forecast?horizon=12&level=80,95"; }

stop_container() {
    local code
    "$docker" stop -t 10 "$name" >/dev/null
    code=$("$docker" inspect -f '{{.State.ExitCode}}' "$name")
    [ "$code" = 0 ] || die "docker stop: exit code $code, expected 0"
}

# ---- the day

work=$(mktemp -d /var/tmp/lstmd-image-XXXXXX)
for tool in curl jq; do command -v $tool >/dev/null || die "needs $tool: make deps"; done
if ! { command -v docker >/dev/null && docker info >/dev/null 2>&1; }; then start_engine; fi
have_base || make_base

build=(build -q -t "$image")
if [ "$private" = 1 ]; then build+=(--network host); fi
DOCKER_BUILDKIT=1 "$docker" "${build[@]}" . >/dev/null || die "the image does not build"
size=$("$docker" image inspect -f '{{.Size}}' "$image")
base=$("$docker" image inspect -f '{{.Size}}' debian:trixie-slim)
user=$("$docker" image inspect -f '{{.Config.User}}' "$image")
say "built; user $user"
case $user in [1-9]*) ;; *) die "the image runs as \"$user\"; it must be a number other than 0" ;; esac

port=$(free_port)
url=http://127.0.0.1:$port
"$docker" volume create "$volume" >/dev/null
run_container
wait_up
say "healthy, with a read-only root and no capabilities"
key=$(printed_keys)
[[ $key =~ ^[0-9a-f]{48}$ ]] || die "the first start printed no key: $key"
[ "$(code_of "$url/v1/datasets")" = 401 ] || die "no key is asked for"
mode=$("$docker" exec "$name" stat -c '%a %u' /data/api_key)
[ "$mode" = "600 10001" ] || die "/data/api_key has mode and owner $mode"
say "made a key, printed it, asks for it"

call -X PUT "$url/v1/datasets/flights" -H 'Content-Type: text/csv' --data-binary @config/examples/airpassengers.csv >/dev/null
id=$(call "$url/v1/jobs" -d '{"task":"forecast","dataset":"flights","model":"flights","params":{"epochs":20,"seed":1}}' | jq -r .id)
job_ended() {
    state=$(call "$url/v1/jobs/$id?wait=10" | jq -r .state)
    case $state in succeeded) return 0 ;; failed | cancelled) die "the job $state" ;; *) return 1 ;; esac
}
until_true 300 job_ended || die "the job did not end in 5 minutes"
before=$(forecast)
[ "$(jq '.series[0].mean | length' <<<"$before")" = 12 ] || die "no forecast of 12 months: $before"
say "uploaded, trained, forecast: $(jq -c '.series[0].mean | map(round)' <<<"$before")"

stop_container
say "docker stop: exit code 0"
"$docker" start "$name" >/dev/null
wait_up
after=$(forecast)
[ "$before" = "$after" ] || die "another forecast after the restart: $after"
say "started again: healthy, the same forecast from the same volume"
stop_container
"$docker" rm "$name" >/dev/null
run_container
wait_up
[ -z "$(printed_keys)" ] || die "a second start printed a key"
[ "$before" = "$(forecast)" ] || die "another forecast from a new container on the same volume"
stop_container

say "image size: $((size / 1000000)) MB, of which base $((base / 1000000)) MB"
say "passed"
