#!/bin/sh
# Prints a benchmark's CSV (measure,ours,peer,ratio,spread,unit; fields quoted where they have commas) as a table.
exec awk '
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
{
    split_csv($0, f)
    printf "%-58s %12s %12s %9s  %-17s %s\n", f[1], f[2], f[3], f[4], f[5], f[6]
}' "$@"
