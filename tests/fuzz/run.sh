#!/bin/bash
# Runs every libFuzzer program for a while. usage: run.sh BUILD SECONDS
# New inputs go to BUILD/corpus/NAME; what crashes is left in BUILD/crash-NAME-*: add it to
# tests/fuzz/corpus/NAME when it is repaired. FUZZ_SEED: libFuzzer's seed; without it every run takes other ways.
set -euo pipefail

build=$1
seconds=$2
for program in "$build"/tests/fuzz/fuzz_*; do
    case $program in *.o | *.d | *.log) continue ;; esac
    [ -x "$program" ] || continue
    name=$(basename "$program")
    name=${name#fuzz_}
    seeds=tests/fuzz/corpus/$name
    mkdir -p "$build/corpus/$name" "$seeds"
    echo "== fuzz_$name, $seconds s"
    if ! "$program" -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="$build/crash-$name-" "$build/corpus/$name" "$seeds" >"$program.log" 2>&1; then
        tail -n 60 "$program.log"
        echo "fuzz_$name: failed; the input is in $build/crash-$name-*"
        exit 1
    fi
    grep -E 'stat::number_of_executed_units|stat::new_units_added' "$program.log" || true
done
