#!/bin/bash
# Runs test programs and sums up. usage: run.sh BUILD PROGRAM...
# Prints the closing line of every Check program ("100%: Checks: 12, Failures: 0, Errors: 0"), the log of
# those that failed, and at the end "N passed, N failed". A program that dies without a closing line, runs
# past TEST_TIMEOUT seconds, or ends with another code than 0 although nothing failed counts as one failure.
# As many at a time as there are cores; but those that fill a disk, or measure time or memory, have the
# machine to themselves: alone() names them.
# RUNNER: a command in front of each program, such as an emulator with its flags.
# Logs stay in BUILD/tests/*.log. Exit 0 only when nothing failed.
set -u

RUNNER=${RUNNER:-}
# Check ends a test after 4 seconds, which a busy machine or a sanitizer can need.
export CK_DEFAULT_TIMEOUT=${CK_DEFAULT_TIMEOUT:-60}
build=$1
shift
passed=0
failed=0
troubled=()

# Runs a program; what is to be printed goes to PROGRAM.report, "passed failed reason" to PROGRAM.sum.
run_one() {
    local program=$1 name=${1#"$build"/tests/} log=$1.log arguments=() start=$SECONDS ok=0 bad=0 reason=''
    local code closing checks failures errors corpus
    if [[ $(basename "$program") == replay_fuzz_* ]]; then
        corpus=tests/fuzz/corpus/$(basename "$program" | sed 's/^replay_fuzz_//')
        if [ -d "$corpus" ]; then arguments=("$corpus"); fi
    fi
    # shellcheck disable=SC2086 # a command with its arguments
    timeout --kill-after=10 "${TEST_TIMEOUT:-600}" $RUNNER "$program" "${arguments[@]}" >"$log" 2>&1 </dev/null
    code=$?
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
    {
        printf '%-44s %s (%d s)\n' "$name" "${closing:-no closing line, exit code $code}" $((SECONDS - start))
        if [ "$bad" -gt 0 ]; then
            echo "---- $log (exit code $code)"
            tail -n 60 "$log"
            echo "----"
        fi
    } >"$program.report"
    if [ "$bad" -gt 0 ]; then
        reason=$(grep -m 1 -E ':[0-9]+:[FE]:|SUMMARY: |runtime error: |Assertion ' "$log" | cut -c 1-300)
        reason="$name (exit code $code)${reason:+: $reason}"
    fi
    echo "$ok $bad $reason" >"$program.sum"
}

print_report() {
    local ok bad reason
    cat "$1.report"
    read -r ok bad reason <"$1.sum"
    passed=$((passed + ok))
    failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then troubled+=("$reason"); fi
}

alone() { # alone NAME: whether that program runs by itself
    case $1 in
    integration/test_clients | integration/test_crowd | integration/test_memory) ;;
    integration/test_operation | integration/test_stopping | integration/test_storage) ;;
    integration/test_waiting | unit/server/base/test_memory | unit/server/http/*) ;;
    browser/test_paint | soak/* | client/*) ;;
    *) return 1 ;;
    esac
}

together=()
apart=()
for program in "$@"; do
    if alone "${program#"$build"/tests/}"; then
        apart+=("$program")
    elif [[ $program == "$build"/tests/integration/* ]]; then
        together=("$program" "${together[@]}") # the longest first, so that no core waits at the end
    else
        together+=("$program")
    fi
done
for program in "${together[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
    run_one "$program" &
done
wait
for program in "${together[@]}"; do print_report "$program"; done
for program in "${apart[@]}"; do
    run_one "$program"
    print_report "$program"
done

# Printed again at the end, for readers who see only the last lines.
if [ "$failed" -gt 0 ]; then printf 'FAILED %s\n' "${troubled[@]}"; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
