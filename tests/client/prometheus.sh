#!/bin/bash
# promtool as a client of Prometheus' HTTP API against a daemon: usage: prometheus.sh URL PROMTOOL
set -euo pipefail
url=$1
promtool=$2

ask() { curl -sSf --max-time 60 "$@"; }
ask "$url/v1/datasets/prom-air" -X PUT -H 'Content-Type: text/csv' --data-binary @config/examples/airpassengers.csv >/dev/null
job=$(ask "$url/v1/jobs" -H 'Content-Type: application/json' \
    -d '{"task":"forecast","dataset":"prom-air","model":"prom","params":{"epochs":2,"ensemble":false}}' | jq -r .id)
ask "$url/v1/jobs/$job?wait=60" | jq -e '.state == "succeeded"' >/dev/null

expect() { # expect NUMBER TEXT COMMAND...: so many lines of the output have the text
    local number=$1 text=$2 output
    shift 2
    output=$("$@" 2>&1) || true
    [ "$(grep -cF -- "$text" <<<"$output")" = "$number" ] || {
        echo "$*: $number times '$text' was expected: $output"
        exit 1
    }
}
query() { "$promtool" query "$@"; }
expect 1 'scalar: 2' query instant "$url" 1+1
expect 3 'prom:predicted{' query instant --time=1961-01-15T00:00:00Z "$url" prom:predicted
expect 1 '=> 432 @' query instant --time=1960-12-31T00:00:00Z "$url" 'U__prom_2d_air:actual{series="prom-air"}'
expect 12 ' @[' query range --start=1960-01-01T00:00:00Z --end=1960-12-01T00:00:00Z --step=720h "$url" 'U__prom_2d_air:actual'
expect 4 'model="prom"' query series --match='{model="prom"}' --match=prom:anomalous "$url"
expect 1 'prom-air' query labels "$url" dataset
expect 1 'bad_data: character 4' query instant "$url" 'sum(up)'
expect 0 '@' query instant "$url" up
mean=$(ask "$url/v1/models/prom/forecast?horizon=1" | jq -r '.series[0].mean[0]')
expect 1 "$mean @" query instant --time=1961-01-15T00:00:00Z "$url" 'prom:predicted{ml_forecast="yhat"}'
echo "promtool: passed"
