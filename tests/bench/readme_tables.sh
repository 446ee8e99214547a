#!/bin/bash
# The documents' tables of figures, out of the CSV files of tests/bench/results.
# usage: readme_tables.sh newer files BUILD/bench_NAME.csv of `make bench-...` become the results,
#                                    with commit and machine; then README.md and docs/*.md get the tables
#        readme_tables.sh --check    fails, with the difference, when a document holds other tables
#
# NAME.csv begins with lines "# key: value" (command: what prints the figures; commit: what was measured;
# machine: where), then a row of heads, then the rows, fields quoted where they have commas. Its table stands
# between <!-- table:NAME begin --> and <!-- table:NAME end --> in one document at least; <!-- table:NAME first 3
# begin --> has its first three rows only. A file with "# part of: OTHER" in place of the command holds what figures
# of another are derived from, and has no table. A file with the heads of table.sh
# (measure,ours,peer,ratio,spread,unit) is a table of speed: its figures get three digits and their unit.
set -eu
cd "$(dirname "$0")/../.."
results=tests/bench/results
build=${BUILD:-build}

machine() {
    printf '%s, %d cores' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)"
}

# The commit; "with changes" when the program was not the one of the commit.
commit() {
    git rev-parse --short HEAD
    git diff --quiet HEAD -- core include server || echo ' with changes'
}

# take NAME: BUILD/bench_NAME.csv becomes the results, when it is newer; what they are of stays
take() {
    local from=$build/bench_$1.csv to=$results/$1.csv
    [ "$from" -nt "$to" ] || return 0
    {
        grep -E '^# (command|part of): ' "$to"
        echo "# commit: $(commit | tr -d '\n')"
        echo "# machine: $(machine)"
        cat "$from"
    } >"$to.new"
    mv "$to.new" "$to"
    echo "readme-tables: $to is of $from now"
}

# table FILE ROWS: its table as Markdown, at most so many rows
table() {
    awk -v most="$2" '
    function split_csv(line, f,    n, i, c, quoted, field) {
        n = 0; field = ""; quoted = 0
        for (i = 1; i <= length(line); i++) {
            c = substr(line, i, 1)
            if (c == "\"") quoted = !quoted
            else if (c == "," && !quoted) { f[++n] = field; field = "" }
            else field = field c
        }
        f[++n] = field
        return n
    }
    # Three digits that count, thousands parted by commas.
    function figure(v,    s, digits) {
        v += 0
        digits = v >= 100 ? 0 : v >= 10 ? 1 : 2
        s = sprintf("%." digits "f", v)
        if (s ~ /^[0-9][0-9][0-9][0-9][0-9]?[0-9]?$/)
            s = substr(s, 1, length(s) - 3) "," substr(s, length(s) - 2)
        return s
    }
    function row(f, n,    i, s) {
        s = "|"
        for (i = 1; i <= n; i++) s = s (f[i] == "" ? " |" : " " f[i] " |")
        print s
    }
    /^# / { split($0, pair, ": "); about[substr(pair[1], 3)] = substr($0, length(pair[1]) + 3); next }
    { n = split_csv($0, f) }
    !heads++ {
        speed = $0 == "measure,ours,peer,ratio,spread,unit"
        if (speed) n = split_csv(",lstmd,beside it,", f)
        row(f, n)
        for (i = 1; i <= n; i++) f[i] = "---"
        row(f, n)
        next
    }
    speed && / on one thread"/ { next }
    speed {
        share = f[6] ~ /FLOP/
        ratio = f[4] == "" ? "" : share ? sprintf("%.0f %%", 100 * f[4]) : sprintf("%.1f x", f[4])
        f[2] = f[2] == "" ? "" : figure(f[2]) " " f[6]
        f[3] = f[3] == "" ? "" : figure(f[3]) " " f[6]
        f[4] = ratio
        sub(/, PyTorch at its best$/, "", f[1])
        n = 4
    }
    rows++ < most { row(f, n) }
    END { print ""; print "*" about["command"] "; measured at " about["commit"] " on " about["machine"] ".*" }
    ' "$1"
}

# with_tables DOCUMENT: it, with every table as it should be
with_tables() {
    local line name rows
    while IFS= read -r line; do
        printf '%s\n' "$line"
        case $line in
        '<!-- table:'*' begin -->')
            line=${line#<!-- table:}
            read -r name _ rows _ <<<"${line/begin -->/}"
            table "$results/$name.csv" "${rows:-1000}"
            while IFS= read -r line && [ "$line" != "<!-- table:$name end -->" ]; do :; done
            printf '%s\n' "$line"
            ;;
        esac
    done <"$1"
}

mapfile -t documents < <(grep -l '^<!-- table:' README.md docs/*.md)
for file in "$results"/*.csv; do
    name=$(basename "$file" .csv)
    [ "${1:-}" = --check ] || take "$name"
    if grep -q '^# command: ' "$file" && ! grep -qx "<!-- table:$name begin -->" "${documents[@]}"; then
        echo "readme-tables: no document has a place for $file" >&2
        exit 1
    fi
done
for document in "${documents[@]}"; do
    if [ "${1:-}" = --check ]; then
        with_tables "$document" | diff -u "$document" - >&2 || {
            echo "readme-tables: the tables of $document are not those of tests/bench/results: make readme-tables" >&2
            exit 1
        }
    else
        with_tables "$document" >"$build/document.md"
        cat "$build/document.md" >"$document"
    fi
done
