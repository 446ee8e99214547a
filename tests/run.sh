#!/bin/bash
# Runs test programs one after the other and sums up. usage: run.sh BUILD PROGRAM...
# Prints the closing line of every Check program ("100%: Checks: 12, Failures: 0, Errors: 0"), the log of
# those that failed, and at the end "N passed, N failed". A program that dies without a closing line, runs
# past TEST_TIMEOUT seconds, or ends with another code than 0 although nothing failed counts as one failure.
# RUNNER: a command in front of each program, such as an emulator with its flags.
# Logs stay in BUILD/tests/*.log. Exit 0 only when nothing failed.
set -u

RUNNER=${RUNNER:-}
build=$1
shift
passed=0
failed=0
troubled=()

for program in "$@"; do
    name=${program#"$build"/tests/}
    log=$program.log
    arguments=()
    if [[ $(basename "$program") == replay_fuzz_* ]]; then
        corpus=tests/fuzz/corpus/$(basename "$program" | sed 's/^replay_fuzz_//')
        if [ -d "$corpus" ]; then arguments=("$corpus"); fi
    fi
    start=$SECONDS
    # shellcheck disable=SC2086 # a command with its arguments
    timeout --kill-after=10 "${TEST_TIMEOUT:-600}" $RUNNER "$program" "${arguments[@]}" >"$log" 2>&1 </dev/null
    code=$?
    ok=0
    bad=0
    while read -r checks failures errors; do
        bad=$((bad + failures + errors))
        ok=$((ok + checks - failures - errors))
    done < <(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2 \3/p' "$log")
    closing=$(grep -E '^[0-9]+%: Checks: |inputs replayed$' "$log" | tail -n 1)
    if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$code" -eq 124 ] || [ "$code" -eq 137 ]; then closing="${closing:-stopped after ${TEST_TIMEOUT:-600} s}"; fi
    if [ -z "$closing" ] && [ "$code" -eq 0 ]; then
        closing=$(grep -m 1 SKIPPED "$log") || bad=1 # a program that says why it does not apply here
    fi
    printf '%-44s %s (%d s)\n' "$name" "${closing:-no closing line, exit code $code}" $((SECONDS - start))
    if [ "$bad" -gt 0 ]; then
        echo "---- $log (exit code $code)"
        tail -n 60 "$log"
        echo "----"
        # Said again at the end, where whoever sees only that finds it.
        reason=$(grep -m 1 -E ':[0-9]+:[FE]:|SUMMARY: |runtime error: |Assertion ' "$log" | cut -c 1-300)
        troubled+=("$name (exit code $code)${reason:+: $reason}")
    fi
    passed=$((passed + ok))
    failed=$((failed + bad))
done

if [ "$failed" -gt 0 ]; then printf 'FAILED %s\n' "${troubled[@]}"; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
