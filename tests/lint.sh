#!/bin/bash
# The rules of the house that a compiler does not know: who includes whom, functions that are banned,
# the length of files. Prints every breach as FILE:LINE and exits 1 when there is one.
set -u
cd "$(dirname "$0")/.." || exit 1

breaches=0

# Every file with its comments blanked, so that lines keep their numbers, under $bare.
bare=$(mktemp -d)
trap 'rm -rf "$bare"' EXIT
blank_comments() { # blank_comments FILE...
    awk -v bare="$bare" 'FNR == 1 { inside = 0; if (to) close(to); to = bare "/" FILENAME }
    {
        line = $0; out = ""
        while (length(line)) {
            if (inside) {
                end = index(line, "*/")
                if (!end) { line = ""; break }
                line = substr(line, end + 2); inside = 0
            } else {
                start = index(line, "/*")
                if (!start) { out = out line; break }
                out = out substr(line, 1, start - 1); line = substr(line, start + 2); inside = 1
            }
        }
        sub(/\/\/.*/, "", out)
        print out > to
    }' "$@"
}

# forbid WHY REGEX FILE...: no file may match
forbid() {
    local why=$1 regex=$2 hit
    shift 2
    [ $# -gt 0 ] || return 0
    while IFS= read -r hit; do
        echo "$hit    <- $why"
        breaches=$((breaches + 1))
    done < <(cd "$bare" && grep -HnE -m 5 "$regex" "$@")
}

files() { find "$@" -name '*.[ch]' 2>/dev/null | sort; }
files_but() { # files_but REGEX FOLDER...
    local regex=$1
    shift
    files "$@" | grep -vE "$regex"
}

mapfile -t core < <(files core)
mapfile -t public < <(files include)
mapfile -t server < <(files server)
mapfile -t library < <(files core include)
mapfile -t all < <(files core include server)
dirname "${all[@]}" | sort -u | (cd "$bare" && xargs -d '\n' mkdir -p)
blank_comments "${all[@]}"
cp Makefile "$bare"
inc='^[[:space:]]*#[[:space:]]*include[[:space:]]*'

# ---- who includes whom
forbid 'core includes the standard library, <lstm/...> and core/' "$inc(<(microhttpd|zlib|sqlite3|curl/|cjson/|ini|pthread|dirent|fcntl|unistd|sys/)|\"(server|tests)/)" "${core[@]}"
forbid 'public headers stand alone' "$inc(\"|<(microhttpd|zlib|sqlite3|curl/|cjson/|ini)\.?)" "${public[@]}"
forbid 'server knows core by <lstm/...> only' "$inc\"core/" "${server[@]}"
only() { # only HEADER-REGEX FOLDER-REGEX NAME
    mapfile -t others < <(files_but "$2" server)
    forbid "only $3 includes this" "$inc<$1" "${others[@]}"
}
only 'microhttpd\.h' '^server/http/' server/http
only 'gnutls/' '^server/http/tls\.[ch]$|^server/webhooks/sign\.c$' 'http/tls.h, tls.c and webhooks/sign.c'
only 'sqlite3\.h' '^server/store/sqlite/.*\.c$' 'a source of server/store/sqlite'
only 'libpq-fe\.h' '^server/store/postgres/.*\.c$' 'a source of server/store/postgres'
only 'nettle/' '^server/store/digest\.h$|^server/protocols/base64\.c$' 'store/digest.h and protocols/base64.c'
only 'pcre2\.h' '^server/protocols/prometheus/pattern\.c$' server/protocols/prometheus/pattern.c
only 'zlib\.h' '^server/http/' server/http
only 'curl/' '^server/client/' server/client
only 'ini\.h' '^server/config' server/config/config_file.c
only 'cjson/' '^server/(formats|api|http|tasks|jobs|sources|webhooks|protocols|commands)/' 'formats, api, http, tasks, jobs, sources, webhooks, protocols and commands'
layer() { # layer FOLDER FORBIDDEN-REGEX
    mapfile -t mine < <(files "server/$1")
    forbid "$1 does not include that layer" "$inc\"server/($2)/" "${mine[@]}"
}
layer base 'config|data|formats|http|store|models|tasks|jobs|api|client|commands|sources'
layer data 'config|formats|http|store|models|tasks|jobs|api|client|commands|sources'
layer formats 'config|http|store|models|tasks|jobs|api|client|commands|sources'
layer store 'config|http|models|tasks|jobs|api|client|commands|sources'
# What uses a database knows it by its driver alone.
for driver in sqlite postgres; do
    mapfile -t users < <(files_but "^server/store/$driver/" server)
    forbid "only store/$driver/ includes its headers" "$inc\"server/store/$driver/" "${users[@]}"
done
layer models 'config|http|tasks|jobs|api|client|commands|sources'
layer tasks 'config|http|jobs|api|client|commands|sources'
layer jobs 'config|http|api|client|commands|sources'
layer http 'config|data|store|models|tasks|jobs|api|client|commands|sources'
layer client 'config|data|http|store|models|tasks|jobs|api|commands|sources'
layer sources 'config|http|models|tasks|jobs|api|commands'
layer webhooks 'config|http|tasks|jobs|api|commands|sources'
layer api 'client|commands'
layer commands 'http|api|models|tasks|jobs|protocols|sources'
# A protocol asks the API by its routes, so that keys, limits and the audit hold for it as well.
layer protocols 'config|store|models|tasks|jobs|client|commands|sources'
mapfile -t protocols < <(files server/protocols)
forbid 'of api/ a protocol includes api.h only' "$inc\"server/api/([^a]|a[^p]|ap[^i]|api[^.])" "${protocols[@]}"
mapfile -t others < <(files_but '^server/(protocols/|service\.c)' server)
forbid 'only service.c starts protocols' "$inc\"server/protocols/" "${others[@]}"
inner() { # inner FOLDER FORBIDDEN-REGEX: a room of core
    mapfile -t mine < <(files "core/$1")
    forbid "$1 does not include that room" "$inc\"core/($2)/" "${mine[@]}"
}
inner base 'nn|checkpoint|params|text|tokenizer|tagging|forecast'
inner nn 'checkpoint|params|text|tokenizer|tagging|forecast'
inner checkpoint 'text|tokenizer|tagging|forecast'
inner params 'text|tokenizer|tagging|forecast'
inner text 'tokenizer|tagging|forecast'
inner tokenizer 'tagging|forecast'
inner tagging 'tokenizer|forecast'
inner forecast 'text|tokenizer|tagging'
inner forecast/series 'forecast/(methods|calendar|covariates|net|ensemble|evaluation)'
inner forecast/methods 'forecast/(calendar|covariates|net|ensemble|evaluation)'
inner forecast/net 'forecast/(methods|calendar|covariates|ensemble|evaluation)'
inner forecast/calendar 'forecast/(covariates|net|ensemble|evaluation)'
inner forecast/covariates 'forecast/(calendar|net|ensemble|evaluation)'
inner forecast/ensemble 'forecast/(calendar|covariates|evaluation)'
mapfile -t rooms < <(files core/forecast/{series,methods,net,calendar,covariates,ensemble})
forbid 'a room of forecast does not know the forecaster' "$inc\"core/forecast/[a-z_]*\.h" "${rooms[@]}"
mapfile -t roof < <(files_but '/evaluation/' core/forecast)
forbid 'evaluation stands on the forecaster' "$inc\"core/forecast/evaluation/" "${roof[@]}"
mapfile -t others < <(files_but '^server/(api/|protocols/|service\.c)' server)
forbid 'nothing includes api/ but protocols and the service' "$inc\"server/api/" "${others[@]}"

# ---- circles: x.c and x.h are one node, an arrow is an include
arrows=$(cd "$bare" && grep -oE "$inc\"(core|server)/[^\"]*\"" "${core[@]}" "${server[@]}" |
    sed -E 's/\.[ch]:[^"]*"/ /; s/\.h"$//' | awk '$1 != $2' | sort -u)
while IFS= read -r node; do
    echo "$node    <- is part of a circle of includes"
    breaches=$((breaches + 1))
done < <(tsort <<<"$arrows" 2>&1 >/dev/null | sed -n '/contains a loop/d; s/^tsort: //p' | sort -u)

# ---- SQL
mapfile -t sql < <(files server/store)
forbid 'a state of a job is pasted by its name: SQL_RUNNING of store/job_states.h' '(^|[^a-z_])state (=|IN \() ?[0-9]' "${sql[@]}"

# ---- banned functions
call='(^|[^A-Za-z0-9_.>])'
forbid 'banned: no bound, no error or hidden state' "$call(gets|strcpy|strcat|stpcpy|sprintf|vsprintf|strtok|atoi|atol|atoll|atof|alloca|tmpnam|mktemp|rand|srand|system|popen|gmtime|localtime|ctime|asctime|strerror_r)[[:space:]]*\(" "${all[@]}"
forbid 'core has no files, clocks, environment or threads' "$call(fopen|fread|fwrite|fprintf|printf|puts|putchar|time|clock|clock_gettime|gettimeofday|getenv|pthread_create|read|write|open)[[:space:]]*\(" "${library[@]}"
mapfile -t clockless < <(files_but '^server/base/clock\.c$' server)
forbid 'only base/clock.c reads a clock' "$call(clock_gettime|gettimeofday)[[:space:]]*\(" "${clockless[@]}"
mapfile -t quiet < <(files_but '^server/base/log\.c$' server core)
forbid 'only commands, by their streams, and base/log.c print or end the process' "$call(exit|abort|quick_exit|printf|vprintf|puts|putchar|perror)[[:space:]]*\(|fprintf[[:space:]]*\([[:space:]]*std(out|err)" "${quiet[@]}"
forbid 'numbers must not depend on -ffast-math' 'fast-math|optimize\("' "${all[@]}" Makefile

# ---- what decides the last bits: core/nn/arithmetic.c tries every function of libm that core calls
libm='sinh|cosh|acosh|atanh|tan|asin|acos|atan|atan2|exp2|exp10|expm1|log2|log10|log1p|cbrt|hypot|erf|lgamma|tgamma|fma'
mapfile -t computing < <(files_but '^core/nn/(arithmetic|kernels_naive)\.c$' core)
forbid 'not a function of core/nn/arithmetic.c' "$call(($libm)[fl]?|(exp|log|pow|sin|cos|tanh|erfc|asinh|sincos)[fl])[[:space:]]*\(" "${computing[@]}"

# ---- length
# Of every source with its comments, tests too; a row of a table of strings may be as long as it is.
mapfile -t sources < <(files core include server tests docs)
for file in "${sources[@]}"; do
    lines=$(wc -l <"$file")
    if [ "$lines" -gt 600 ]; then
        echo "$file: $lines lines    <- a file has at most 600"
        breaches=$((breaches + 1))
    fi
done
while IFS= read -r hit; do
    echo "$hit    <- a line has at most 100 columns"
    breaches=$((breaches + 1))
done < <(LC_ALL=C.UTF-8 grep -nE '^.{101,}' "${sources[@]}" | cut -d: -f1,2 |
    grep -v '^server/config/config_table\.c:')

# ---- the mirror: core/x/y.c has tests/unit/core/x/test_y.c, or a reason here. Sources that are only
# wiring:
read -r -d '' untested <<'END'
core/nn/kernels_avx2.c                 kernels_simd.h for one processor; test_kernels.c runs all
core/nn/kernels_avx512.c               the same
core/nn/kernels_portable.c             the same
core/nn/bytes_avx2.c                   bytes_vector.h for one processor; test_bytes.c runs all
core/nn/bytes_avx512.c                 the same
core/nn/bytes_portable.c               the same
core/nn/kernels_naive.c                what test_kernels.c compares all others with
core/forecast/forecaster_access.c      returns members of a struct; test_forecaster.c
core/params/training.c                 copies parameters into another struct
server/formats/json_table_find.c       what json_table.c writes: test_json_table.c
server/commands/backtest.c             wiring: scratch.c, job.c; test_command_line.c runs them
server/commands/call.c                 queries: test_training_request.c; requests: test_command_line.c
server/commands/checkpoint.c           wiring: a file and a request; test_command_line.c runs them
server/commands/evaluate.c             wiring: requests and metrics_text.c; test_command_line.c
server/commands/forecast.c             wiring: scratch.c, job.c, columns.c; test_command_line.c
server/commands/job.c                  follows a job of a service: test_command_line.c
server/commands/scratch.c              needs a service: test_command_line.c, also on a server
server/commands/session.c              starts or finds a service: test_command_line.c
server/commands/stored.c               wiring: requests and resources.c; test_command_line.c
server/commands/tag.c                  wiring: text_pieces.c and requests; test_command_line.c
server/commands/train.c                wiring: upload.c, job.c; test_command_line.c runs them
server/commands/upload.c               needs a service: test_command_line.c
server/commands/daemon.c               wiring: serve.c, client/; test_operation.c runs them
server/commands/database.c             wiring: store/; test_operation.c runs them
server/commands/help.c                 wiring: usage.c, manual.c, completion.c; test_commands.c
server/api/source_render.c             members of a struct; test_sources.c, test_openapi.c
server/sources/sources.c               threads around fetch.c: tests/integration/test_sources.c
server/sources/prometheus.c            requests: tests/integration/test_prometheus_source.c
server/main.c                          wiring: gives argv and the streams to commands/
server/serve.c                         wiring: signals and the log around service.c
server/service.c                       wiring: starts and stops what the daemon consists of
server/store/open.c                    wiring: passes on what the driver does; all tests of store/
server/store/sqlite/open.c             wiring: opens what store_state.c and connection.c make
server/store/sqlite/sqlite_driver.c    a table of functions; all tests of store/ call them
server/store/postgres/conn.c           test_guard.c, and all tests of store/ on a server (make test-postgres)
server/store/postgres/stmt.c           the same; test_stmt.c of store/
server/store/postgres/transaction.c    the same; test_transaction.c of store/
server/store/postgres/open.c           wiring: opens what guard.c, migrate.c and conn.c make
server/store/postgres/postgres_driver.c a table of functions; all tests of store/ on a server call them
server/tasks/evaluate.c                wiring: tag_data.c and tagger_evaluate.c, one after the other
server/tasks/task.c                    frees two structs
END
reasons=$(awk '{ print $1 }' <<<"$untested")
while IFS= read -r source; do
    test=tests/unit/$(dirname "$source")/test_$(basename "$source")
    if grep -qxF "$source" <<<"$reasons"; then
        [ -f "$test" ] || continue
        echo "$source: stands in the table untested    <- it has $test"
    elif [ -f "$test" ]; then
        continue
    else
        echo "$source    <- has no $test"
    fi
    breaches=$((breaches + 1))
done < <(find core server -name '*.c' | sort)
for source in $reasons; do
    [ -f "$source" ] && continue
    echo "$source: stands in the table untested    <- there is no such source"
    breaches=$((breaches + 1))
done

# ---- "Private to ROOM/" in a header's first lines: others do not include it
while IFS=: read -r header room; do
    folder=$(dirname "$header")
    until [[ /$folder == */$room ]] || [ "$folder" = . ]; do folder=$(dirname "$folder"); done
    if [ "$folder" = . ]; then
        echo "$header: Private to $room/    <- which it does not stand in"
        breaches=$((breaches + 1))
        continue
    fi
    mapfile -t others < <(files_but "^$folder/" core server)
    forbid "private to $folder" "$inc\"${header//./\\.}\"" "${others[@]}"
done < <(for header in $(files core server | grep '\.h$'); do
    { head -15 "$header" | tr '\n' ' '; echo; } | sed -nE "s|.*Private to ([a-z_/]*)/.*|$header:\1|p"
done)

# ---- migrations are numbered one after the other: of two with one number the second would never be applied
# Those for PostgreSQL begin with one file, and none is missing after it.
number=0
for_postgres=0
for migration in $(find migrations -name '*.sql' ! -name '*.postgres.sql' | LC_ALL=C sort); do
    number=$((number + 1))
    digits=$(printf %04d "$number")
    case $migration in
    "migrations/${digits}_"*) ;;
    *)
        echo "$migration    <- is to be number $number"
        breaches=$((breaches + 1))
        ;;
    esac
    twins=$(find migrations -name "${digits}_*.postgres.sql" | wc -l)
    if [ "$twins" -gt 1 ] || { [ "$for_postgres" -gt 0 ] && [ "$twins" = 0 ]; }; then
        echo "$migration    <- has $twins files ${digits}_*.postgres.sql beside it, and needs one"
        breaches=$((breaches + 1))
    fi
    for_postgres=$((for_postgres + twins))
done
if [ "$(find migrations -name '*.postgres.sql' | wc -l)" != "$for_postgres" ] || [ "$for_postgres" = 0 ]; then
    echo "migrations/*.postgres.sql    <- a file has a number that SQLite does not have"
    breaches=$((breaches + 1))
fi

# ---- the version stands in server/base/version.h; the newest section of the changes and the contract agree with it
version=$(sed -n 's/^#define LSTMD_VERSION "\(.*\)"$/\1/p' server/base/version.h)
newest=$(grep -m 1 '^## ' CHANGELOG.md)
if [ -z "$version" ] || ! grep -qE "(^|[ (\[])${version//./\\.}([]) ]|\$)" <<<"${newest#\#\# }"; then
    echo "CHANGELOG.md: '$newest'    <- the version of server/base/version.h is $version"
    breaches=$((breaches + 1))
fi
if ! sed -n '1,10p' config/openapi.json | grep -qF "\"version\": \"$version\""; then
    echo "config/openapi.json    <- the version of server/base/version.h is $version"
    breaches=$((breaches + 1))
fi

if [ "$breaches" -gt 0 ]; then
    echo "lint: $breaches breaches"
    exit 1
fi
echo 'lint: include rules and banned functions are kept'
