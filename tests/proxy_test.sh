#!/bin/bash
# Serves a daemon through config/nginx.conf and config/Caddyfile and asks it as a client would.
# LSTMD_BIN: the daemon. A proxy that is not installed is left out, and that is printed.
set -u

cd "$(dirname "$0")/.." || exit 1
folder=$(mktemp -d)
passed=0
failed=0
running=()

end() {
    if [ "${#running[@]}" -gt 0 ]; then kill "${running[@]}" 2>/dev/null; fi
    wait
    rm -rf "$folder"
}
trap end EXIT

check() { # check NAME COMMAND...
    if "${@:2}" >"$folder/out" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1"
        head -c 1000 "$folder/out"
    fi
}

wait_for() { # wait_for COMMAND...: polls for 20 seconds
    local by=$((SECONDS + 20))
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $by ]; then return 1; fi
        sleep 0.1
    done
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' 2>/dev/null ||
        echo $((20000 + RANDOM % 20000))
}

start_daemon() {
    "$LSTMD_BIN" serve --listen "unix:$folder/sock" --database "$folder/lstmd.db" --trusted-proxies unix \
        --path-prefix /lstmd --allowed-hosts lstm.example.com >"$folder/log" 2>&1 &
    running+=($!)
    wait_for curl -sf --unix-socket "$folder/sock" http://localhost/readyz
}

start_nginx() { # start_nginx PORT
    mkdir -p "$folder/nginx"
    {
        echo "daemon off; pid $folder/nginx/pid; error_log $folder/nginx/error.log; worker_processes 1;"
        if [ "$(id -u)" = 0 ]; then echo "user root;"; fi
        echo "events {} http { access_log off;"
        for name in client_body proxy fastcgi uwsgi scgi; do echo "${name}_temp_path $folder/nginx/$name;"; done
        echo "server { listen 127.0.0.1:$1; server_name lstm.example.com;"
        sed "s|/run/lstmd/sock|$folder/sock|" config/nginx.conf
        echo "} }"
    } >"$folder/nginx.conf"
    nginx -p "$folder/nginx" -e "$folder/nginx/error.log" -c "$folder/nginx.conf" &
    running+=($!)
}

start_caddy() { # start_caddy PORT
    {
        echo "{"
        echo "	admin off"
        echo "	auto_https off"
        echo "}"
        sed "s|/run/lstmd/sock|$folder/sock|; s|^lstm.example.com {|http://lstm.example.com:$1 {|" config/Caddyfile
    } >"$folder/Caddyfile"
    XDG_DATA_HOME=$folder XDG_CONFIG_HOME=$folder caddy run --config "$folder/Caddyfile" --adapter caddyfile \
        >"$folder/caddy.log" 2>&1 &
    running+=($!)
}

ask() { # ask PATH CURL-ARGUMENT...
    curl -sS --max-time 30 --resolve "lstm.example.com:$port:127.0.0.1" "${@:2}" "http://lstm.example.com:$port$1"
}
has() { # has TEXT COMMAND...
    "${@:2}" | tee -a "$folder/out" | grep -qF -- "$1"
}

through() { # through NAME: the same questions through any proxy
    check "$1: ready" wait_for ask /lstmd/readyz -f
    { echo value && seq 200000; } >"$folder/rows.csv"
    check "$1: an upload" has '"name":"rows"' ask /lstmd/v1/datasets/rows -X PUT -H 'Content-Type: text/csv' \
        --data-binary "@$folder/rows.csv"
    check "$1: a large answer" has '199999' ask '/lstmd/v1/datasets/rows/data?format=csv'
    check "$1: the place of a job" has 'ocation: /lstmd/v1/jobs/' ask /lstmd/v1/jobs -i -H 'Content-Type: application/json' \
        -d '{"task":"forecast","dataset":"rows","model":"m","recipe":"tutorial-flights","params":{"epochs":100000}}'
    local job
    job=$(ask '/lstmd/v1/jobs?limit=1' | sed 's/.*"id":"\([^"]*\)".*/\1/')
    check "$1: events come as they happen" has 'event:' ask "/lstmd/v1/jobs/$job/events" -N --max-time 10
    check "$1: cancelled" ask "/lstmd/v1/jobs/$job/cancel" -f -X POST
    check "$1: the page" has 'ocation: ui/' ask /lstmd/ -i -H 'Accept: text/html'
    check "$1: the page itself" has '<script type="module"' ask /lstmd/ui/
    check "$1: who asked" grep -q '"path":"/lstmd/readyz".*"client":"127.0.0.1"' "$folder/log"
    ask /lstmd/healthz -H 'X-Forwarded-For: 203.0.113.9' >/dev/null
    check "$1: a made-up client" wait_for grep -q '"path":"/lstmd/healthz".*"client":"127.0.0.1"' "$folder/log"
}

start_daemon || { echo "the daemon does not start"; cat "$folder/log"; exit 1; }
for proxy in nginx caddy; do
    if ! command -v "$proxy" >/dev/null 2>&1; then
        echo "SKIPPED $proxy: it is not installed"
        continue
    fi
    port=$(free_port)
    "start_$proxy" "$port"
    through "$proxy"
done
echo "proxies: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
