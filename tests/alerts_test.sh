#!/bin/bash
# make alerts-test: config/prometheus by promtool (the syntax of the rules, what they fire for, the example of a
# configuration), and /metrics of a real daemon that has worked. usage: alerts_test.sh BUILD; LSTMD_BIN: the daemon.
#
# Where promtool is missing and tests/promtool.sh cannot fetch it, the test is skipped with a message.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
folder=$(mktemp -d)
daemon=
end() {
    if [ -n "$daemon" ]; then kill "$daemon" 2>/dev/null || true; wait; fi
    rm -rf "$folder"
}
trap end EXIT

promtool=$(tests/promtool.sh "$build") || {
    echo "alerts: SKIPPED, promtool is missing (Debian's package prometheus) and could not be fetched"
    exit 0
}

wait_until() { # wait_until COMMAND...: for a minute
    local by=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        if [ $SECONDS -ge $by ]; then return 1; fi
        sleep 0.1
    done
}

echo "== promtool check rules"
"$promtool" check rules config/prometheus/lstmd.rules.yml
echo "== promtool test rules"
"$promtool" test rules config/prometheus/lstmd.rules.test.yml
echo "== promtool check config"
"$promtool" check config --syntax-only config/prometheus/prometheus.yml

echo "== every alert is tested and explained"
for alert in $(sed -n 's/^ *- alert: //p' config/prometheus/lstmd.rules.yml); do
    grep -q "alertname: $alert\$" config/prometheus/lstmd.rules.test.yml || { echo "$alert is not tested"; exit 1; }
done
sed -n 's/^ *runbook: docs\/alerts.md#//p' config/prometheus/lstmd.rules.yml | sort -u | while read -r anchor; do
    grep -qi "^## $anchor\$" docs/alerts.md || { echo "docs/alerts.md does not explain $anchor"; exit 1; }
done

echo "== promtool check metrics"
"$LSTMD_BIN" serve --listen "unix:$folder/sock" --database "$folder/lstmd.db" --log-file "$folder/log" &
daemon=$!
ask() { curl -sSf --max-time 60 --unix-socket "$folder/sock" "$@"; }
wait_until ask http://localhost/readyz || { cat "$folder/log"; exit 1; }
ask http://localhost/v1/datasets/flights -X PUT -H 'Content-Type: text/csv' \
    --data-binary @config/examples/airpassengers.csv >/dev/null
job=$(ask http://localhost/v1/jobs -H 'Content-Type: application/json' \
    -d '{"task":"forecast","dataset":"flights","model":"m","params":{"epochs":2}}' | jq -r .id)
ask "http://localhost/v1/jobs/$job?wait=60" | jq -e '.state == "succeeded"' >/dev/null
ask http://localhost/v1/models/m/forecast >/dev/null
"$LSTMD_BIN" backup "$folder/copy.db" --database "$folder/lstmd.db" >/dev/null
ask http://localhost/metrics >"$folder/metrics"
# Remarks of promtool are failures here too, because it exits with 0 for some of them.
"$promtool" check metrics <"$folder/metrics" >"$folder/remarks" 2>&1 || { cat "$folder/remarks"; exit 1; }
if [ -s "$folder/remarks" ]; then cat "$folder/remarks"; exit 1; fi
echo "alerts: passed ($(grep -c '^ *- alert: ' config/prometheus/lstmd.rules.yml) alerts, $(grep -c '^# TYPE ' "$folder/metrics") metrics)"
