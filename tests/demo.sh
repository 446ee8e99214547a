#!/bin/bash
# make demo: a fresh daemon, the three tutorials and the default forecaster through its HTTP API, with
# curl as any client would. Leaves the daemon running and says how to stop it and what to try next.
# DEMO_DIR: where the database and the log go (a new folder under /tmp); DEMO_PORT: the first port to try.
set -euo pipefail
cd "$(dirname "$0")/.."

lstmd=${LSTMD_BIN:-build/lstmd}
dir=${DEMO_DIR:-$(mktemp -d /tmp/lstmd-demo-XXXXXX)}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
port=${DEMO_PORT:-8080}
pid=
url=

die() {
    echo "demo: $*" >&2
    if [ -s "$dir/lstmd.log" ]; then
        echo "--- the end of $dir/lstmd.log" >&2
        tail -n 15 "$dir/lstmd.log" >&2
    fi
    if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; fi
    exit 1
}

# ---- HTTP

http() { curl -sS --noproxy '*' --max-time 120 "$@"; }

# call ARGUMENTS OF CURL...: the body; a status of 400 and above ends the demo with the problem's detail
call() {
    local answer status
    answer=$(http -w '\n%{http_code}' "$@") || die "no answer to: $*"
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if [ "$status" -ge 400 ]; then die "$status: $answer"; fi
    printf '%s' "$answer"
}

# train BODY: posts the job, waits until it ends, leaves the job in $job
train() {
    local id state deadline=$((SECONDS + 900))
    id=$(call "$url/v1/jobs" -H 'Content-Type: application/json' -d "$1" | jq -r .id)
    while :; do
        job=$(call "$url/v1/jobs/$id?wait=2")
        state=$(jq -r .state <<<"$job")
        case $state in succeeded | failed | cancelled) break ;; esac
        if [ -t 1 ]; then jq -j '"\r   epoch \(.progress.epoch // 0) of \(.progress.epochs // "?"), loss \(.progress.loss // "-")          "' <<<"$job"; fi
        if [ $SECONDS -gt $deadline ]; then die "job $id did not end in 15 minutes"; fi
    done
    if [ -t 1 ]; then printf '\r%70s\r' ''; fi
    if [ "$state" != succeeded ]; then die "job $id: $state: $(jq -r '.error.detail // ""' <<<"$job")"; fi
    jq -r '"   trained \(.progress.epoch) epochs, final loss \(.progress.loss)"' <<<"$job"
}

# ---- the daemon

taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

start_daemon() {
    local last=$((port + 100)) deadline
    while taken "$port"; do
        port=$((port + 1))
        if [ "$port" -gt "$last" ]; then die "no free port up to $last"; fi
    done
    url=http://127.0.0.1:$port
    setsid nohup "$lstmd" serve --listen "127.0.0.1:$port" --database "$dir/lstmd.db" \
        --log-file "$dir/lstmd.log" --log-format text </dev/null >/dev/null 2>"$dir/stderr" &
    pid=$!
    disown
    echo "$pid" >"$dir/lstmd.pid"
    deadline=$((SECONDS + 20))
    until [ "$(http -o /dev/null -w '%{http_code}' "$url/readyz" 2>/dev/null)" = 200 ]; do
        kill -0 "$pid" 2>/dev/null || die "lstmd did not start: $(cat "$dir/stderr")"
        if [ $SECONDS -gt $deadline ]; then die "lstmd is not ready after 20 s"; fi
        sleep 0.1
    done
}

# upload NAME TYPE FILE
upload() {
    call -X PUT "$url/v1/datasets/$1" -H "Content-Type: $2" --data-binary "@config/examples/$3" >/dev/null
}

# ---- the tutorials

tutorial_sine() {
    echo
    echo "1. tutorial-sine: sin(x) for x from 1 to 10, windows of 10, hidden size 6, SGD"
    upload sine text/csv sine.csv
    train '{"task":"forecast","dataset":"sine","model":"sine","recipe":"tutorial-sine","params":{"seed":1}}'
    jq -r '"   loss of the last training step: \(.metrics.last_batch_loss // "?")  (PyTorch: 0.005 to 0.016 by the seed, median 0.009)"' <<<"$job"
    echo "   one step ahead on the windows that were held out, every 30th:"
    call "$url/v1/models/sine/evaluation" | jq -r '
        .series[0] as $s | range(0; $s.truth | length; 30)
        | "     x = \(8.1 + . / 100 | . * 100 | round / 100)  truth \($s.truth[.] * 1000 | round / 1000)  predicted \($s.forecast[.] * 1000 | round / 1000)"'
}

# compare MODEL: the held-out months beside the forecast and the seasonal-naive one
compare() {
    call "$url/v1/models/$1/evaluation" | jq -r '
        def r: if . == null then "-" else (. * 10 | round / 10 | tostring) end;
        def pad($n): tostring | . + (" " * ([$n - length, 0] | max));
        .series[0] as $s
        | ("     month     truth     lstmd     seasonal naive"),
          (range(0; $s.truth | length) | "     \($s.time[.] // . | pad(9)) \($s.truth[.] | r | pad(9)) \($s.forecast[.] | r | pad(9)) \($s.seasonal_naive[.] | r)"),
          "     MAPE: lstmd \(.metrics.mape | r) %, seasonal naive \(.baseline.mape | r) %"'
}

tutorial_flights() {
    echo
    echo "2. tutorial-flights: AirPassengers, hidden size 100, Adam, 150 epochs (poor, and meant to be: it is the original)"
    upload flights text/csv airpassengers.csv
    train '{"task":"forecast","dataset":"flights","model":"flights-tutorial","recipe":"tutorial-flights","params":{"seed":1}}'
    compare flights-tutorial
}

tutorial_tagger() {
    echo
    echo "3. tutorial-tagger: two sentences, embedding 6, hidden size 6, 300 epochs"
    upload sentences application/json tutorial.json
    train '{"task":"tag","dataset":"sentences","model":"tagger","recipe":"tutorial-tagger","params":{"seed":1}}'
    call "$url/v1/models/tagger/tag" -d '{"text":"The dog ate the apple"}' | jq -r '
        .sentences[0] | [.tokens, .tags, .scores] | transpose[] | "     \(.[0])\t\(.[1])\t\(.[2] * 1000 | round / 1000)"'
}

default_flights() {
    echo
    echo "4. The default forecaster (no params: classical methods and an LSTM together) on the same flights"
    train '{"task":"forecast","dataset":"flights","model":"flights"}'
    compare flights
    echo "   and the year after the data, with 80 % intervals:"
    call "$url/v1/models/flights/forecast?horizon=12&level=80" | jq -r '
        .series[0] | [.time, .mean, .lower["80"], .upper["80"]] | transpose[]
        | "     \(.[0])  \(.[1] | round)  (\(.[2] | round) to \(.[3] | round))"'
}

farewell() {
    call "$url/v1/models/flights/forecast?horizon=24&level=80,95&format=svg" >"$dir/flights.svg"
    cat <<EOF

lstmd is running at $url (process $pid, data and log in $dir).

The page, for a browser: $url/

Try next:
  curl '$url/v1/models/flights/forecast?horizon=6' -H 'Accept: text/csv'
  curl '$url/v1/models/tagger/tag?text=Everybody+ate+that+apple'
  curl -T YOUR.csv -H 'Content-Type: text/csv' $url/v1/datasets/mine
  curl $url/v1/jobs -d '{"task":"forecast","dataset":"mine","model":"mine"}'
  a chart: $dir/flights.svg      the API: $url/openapi.json      metrics: $url/metrics

A tagger for real text, from a treebank (CC BY-SA 4.0; docs/tagging.md lists others):
  curl -sSfL -o treebank.conllu https://raw.githubusercontent.com/UniversalDependencies/UD_English-EWT/master/en_ewt-ud-train.conllu
  curl -T treebank.conllu -H 'Content-Type: text/x-conllu' $url/v1/datasets/ewt
  curl $url/v1/jobs -d '{"task":"tag","dataset":"ewt","model":"english"}'

Stop it:  kill $pid
EOF
}

start_daemon
echo "lstmd is up at $url"
tutorial_sine
tutorial_flights
tutorial_tagger
default_flights
farewell
