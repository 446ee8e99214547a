#!/bin/bash
# make client-test: lints config/openapi.json, makes a TypeScript client of it, compiles a session against its
# types, and runs that against a real daemon; then sessions by clients that were not written here: the official
# clients of MCP, InfluxDB and Standard Webhooks, ONNX Runtime (npm), ONNX's checker (python3-onnx), requests, R's
# httr, what clients of UDPipe's service and of KServe send, promtool, and the client for Python in config/examples
# with its notebook.
# usage: run.sh BUILD LSTMD. What npm installs stays in BUILD/client. What is not installed is skipped, loudly.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=$1/client
lstmd=$2
npm=yes
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    echo "client: SKIPPED, npm is missing (install Node.js 20 or later)"
    npm=
elif [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -lt 20 ]; then
    echo "client: SKIPPED, Node.js $(node --version) is older than 20"
    npm=
fi
# Prints the Python that has a module. Another one may stand before Debian's in the path.
python_with() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c "import $1" 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    echo "client: SKIPPED what needs Python's $1, python3-$1 is missing (make deps-dev)" >&2
}
requests=$(python_with requests)
onnx=$(python_with onnx)
pandas=$(python_with pandas)
nbclient=$(python_with nbclient 2>/dev/null) # without it the notebook runs in another way
plain=$(command -v python3 || true)
[ -n "$plain" ] || echo 'client: SKIPPED the client for Python and its notebook, python3 is missing'
promtool=$(tests/promtool.sh "$1") || {
    echo "client: SKIPPED promtool, which is missing (Debian's package prometheus) and could not be fetched"
    promtool=
}
[ -n "$npm$plain$promtool" ] || exit 0

# ---- tools, installed once for a lock file
compile() {
    mkdir -p "$dir"
    cp tests/client/{package.json,package-lock.json,tsconfig.json,redocly.yaml,.npmrc,.spectral.yaml,session.ts,mcp.ts,onnx.ts,influx.ts,webhooks.ts} "$dir/"
    if ! cmp -s tests/client/package-lock.json "$dir/installed"; then
        echo '== npm ci'
        (cd "$dir" && npm ci --loglevel=error)
        rm -rf "$dir"/node_modules/onnxruntime-node/bin/*/{darwin,win32} # 200 MB for other systems
        cp tests/client/package-lock.json "$dir/installed"
    fi
    cp config/openapi.json "$dir/openapi.json"
    export REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true NO_COLOR=1
    cd "$dir"
    bin=node_modules/.bin

    echo '== redocly lint'
    # Its exit code reports only errors, not warnings.
    $bin/redocly lint openapi.json --config redocly.yaml >redocly.log 2>&1 || { cat redocly.log; exit 1; }
    if grep -q 'You have [0-9]* warning' redocly.log; then
        cat redocly.log
        exit 1
    fi
    echo '== spectral lint'
    $bin/spectral lint openapi.json --ruleset .spectral.yaml --fail-severity hint
    echo '== a client, compiled'
    $bin/openapi-typescript openapi.json --output api.d.ts >/dev/null
    $bin/tsc --project .
    cd - >/dev/null
}
if [ -n "$npm" ]; then compile; fi

# ---- the sessions
folder=$(mktemp -d)
pid=
finish() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
"$lstmd" serve --listen 127.0.0.1:0 --mcp --udpipe --kserve --prometheus --influx --fetch-http --fetch-allow 127.0.0.1 \
    --database "$folder/lstmd.db" >"$folder/log" 2>&1 </dev/null &
pid=$!
url=
deadline=$((SECONDS + 60))
while [ -z "$url" ]; do
    if ! kill -0 "$pid" 2>/dev/null || [ $SECONDS -gt $deadline ]; then
        echo 'client: the daemon did not start'
        cat "$folder/log"
        exit 1
    fi
    url=$(grep -om1 'http://127\.0\.0\.1:[0-9]*' "$folder/log" || sleep 0.05)
done
session() { # session NAME COMMAND...
    echo "== $1"
    shift
    "$@" || { tail -n 30 "$folder/log"; exit 1; }
}
if [ -n "$npm" ]; then
    session 'the session' node "$dir/out/session.js" "$url"
    session 'the official client of MCP' node "$dir/out/mcp.js" "$url"
    session 'ONNX Runtime' node "$dir/out/onnx.js" "$url"
    session "InfluxDB's own client" node "$dir/out/influx.js" "$url"
    session 'the official package of Standard Webhooks' node "$dir/out/webhooks.js" "$url"
fi
if command -v mypy >/dev/null; then
    session 'the types of the client for Python' mypy --strict --cache-dir="$dir/mypy" config/examples/lstmd.py
else
    echo 'client: SKIPPED the types of the client for Python, mypy is missing (make deps-dev)'
fi
if [ -n "$plain" ]; then
    session 'the client for Python' "$plain" tests/client/python_client.py "$url" plain
    session 'its notebook' "${nbclient:-$plain}" tests/client/notebook.py "$url"
fi
if [ -n "$pandas" ]; then session 'the client with pandas' "$pandas" tests/client/python_client.py "$url"; fi
if [ -n "$requests" ]; then
    session 'python3-requests' "$requests" tests/client/http_api.py "$url"
    session "clients of UDPipe's service" "$requests" tests/client/udpipe.py "$url"
    session 'a client of the Open Inference Protocol' "$requests" tests/client/kserve.py "$url"
fi
if Rscript -e 'stopifnot(requireNamespace("httr"))' >/dev/null 2>&1; then
    session "R's httr on UDPipe's service" Rscript tests/client/udpipe.R "$url"
else
    echo "client: SKIPPED R's httr, r-cran-httr is missing (make deps-dev)"
fi
if [ -n "$onnx" ]; then
    session "ONNX's own checker" "$onnx" tests/client/onnx_check.py "$url"
fi
if [ -n "$promtool" ]; then session 'promtool' tests/client/prometheus.sh "$url" "$promtool"; fi
