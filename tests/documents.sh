#!/bin/bash
# Checks the documents against the tree and against a daemon.
# usage: documents.sh           every path, link and make target that a document names is there, and the program
#                               of docs/library.md is that of docs/examples, and every hyper-parameter has its
#                               place; prints each breach, exits 1 when there is one
#        documents.sh URL       runs the sessions of README.md, docs/forecasting.md, docs/tagging.md,
#                               docs/model_file.md and docs/integrations.md against the daemon at URL, whose
#                               protocols are on: every ```sh block that has "$URL" in it; and the commands of
#                               README.md and docs/command-line.md, by LSTMD_BIN.
#                               A line "# => TEXT" is a line that they print, in this order. After that
#                               docs/model_file.md has to name every metadata key of every model of the daemon.
set -eu
cd "$(dirname "$0")/.."

breaches=0
breach() {
    echo "$*" >&2
    breaches=$((breaches + 1))
}

# ---- the session

# blocks FILE: its ```sh blocks that use $URL
blocks() {
    awk '/^```sh$/ { inside = 1; text = ""; next }
        /^```$/ { if (inside && index(text, "$URL")) printf "%s", text; inside = 0; next }
        inside { text = text $0 "\n" }' "$1" | grep -v '^URL='
}

# A treebank of Universal Dependencies by its address. The sessions read a file in its place: tests use no
# network.
ud='https://raw\.githubusercontent\.com/UniversalDependencies/UD_[A-Z][A-Za-z_]+-[A-Za-z]+/master/[a-z]+_[a-z]+-ud-train\.conllu'

session() {
    local work file key
    work=$(mktemp -d)
    # shellcheck disable=SC2064 # the folder of now
    trap "rm -rf '$work'" EXIT
    ln -s "$PWD/config" "$PWD/tests" "$work"
    for file in README.md docs/forecasting.md docs/tagging.md docs/model_file.md docs/integrations.md; do
        blocks "$file" >"$work/session"
        {
            # shellcheck disable=SC2016 # the session's own
            echo 'set -euo pipefail; curl() { command curl --noproxy "*" --fail-with-body "$@"; }'
            echo "URL='$1'"
            sed -E -e 's/\?wait=[0-9]*/?wait=300/' -e "s|$ud|file://$PWD/config/examples/treebank.conllu|" \
                "$work/session"
        } >"$work/script"
        if ! (cd "$work" && bash script >out 2>err); then
            tail -n 20 "$work/out" "$work/err" >&2
            breach "$file: its session fails"
        fi
        sed -n 's/^# => //p' "$work/session" >"$work/want"
        grep -Fx -f "$work/want" "$work/out" >"$work/have" || true
        diff -u "$work/want" "$work/have" >&2 || breach "$file: its session prints something else"
        if ! [ -s "$work/session" ]; then breach "$file: it has no session"; fi
    done
    commands "$work"
    while IFS= read -r key; do
        grep -qF "\`$key\`" docs/model_file.md || breach "docs/model_file.md does not name the key $key"
    done < <(model_keys "$1" "$work/model" | sort -u)
}

# commands FOLDER: the ```sh blocks of README.md and docs/command-line.md that begin with lstmd forecast, by the
# program LSTMD_BIN, on a database of its own
commands() {
    local work=$1 file
    for file in README.md docs/command-line.md; do
        awk '/^```sh$/ { inside = 1; text = ""; next }
            /^```$/ { if (inside && text ~ /^lstmd forecast /) printf "%s", text; inside = 0; next }
            inside { text = text $0 "\n" }' "$file" >"$work/session"
        mkdir -p "$work/bin" "$work/data"
        ln -sf "$LSTMD_BIN" "$work/bin/lstmd"
        if ! (cd "$work" && XDG_DATA_HOME=$work/data PATH=$work/bin:$PATH bash -euo pipefail session >out 2>err); then
            tail -n 20 "$work/out" "$work/err" >&2
            breach "$file: its commands fail"
        fi
        rm -rf "$work/data"
        sed -n 's/^# => //p' "$work/session" >"$work/want"
        grep -Fx -f "$work/want" "$work/out" >"$work/have" || true
        if [ -s "$work/want" ]; then
            diff -u "$work/want" "$work/have" >&2 || breach "$file: its commands print something else"
        fi
        if ! [ -s "$work/session" ]; then breach "$file: it has no commands"; fi
    done
}

# model_keys URL FILE: the metadata keys of all models
model_keys() {
    local name length
    while IFS= read -r name; do
        curl -sS --noproxy '*' "$1/v1/models/$name/checkpoint" -o "$2"
        length=$(od -An -t u8 -N 8 "$2" | tr -d ' ')
        head -c $((8 + length)) "$2" | tail -c +9 | jq -r '.__metadata__ | keys[]'
    done < <(curl -sS --noproxy '*' "$1/v1/models" | jq -r '.items[].name')
}

# ---- paths, links, targets, the program

# named FILE: paths of this tree in back quotes, and what links lead to; NAME in a path stands for another one
named() {
    # shellcheck disable=SC2016 # back quotes of Markdown
    grep -oE '`[^` ]+`' "$1" | tr -d '`' |
        grep -E '^(\.ci|config|core|docs|include|migrations|server|tests)/[A-Za-z0-9_.*/-]+$' | grep -v NAME || true
    grep -oE '\]\([^)# ]+' "$1" | grep -v '://' | sed "s|^](|$(dirname "$1")/|" || true
}

check() {
    local file path target task name
    for file in ./*.md docs/*.md tests/bench/README.md; do
        while IFS= read -r path; do
            compgen -G "$path" >/dev/null || breach "$file names $path, which is not there"
        done < <(named "$file" | sort -u)
        while IFS= read -r target; do
            # bench-NAME is a pattern of the Makefile, of bench_NAME.c
            grep -qE "^([a-z-]+ )*$target( [a-z-]+)*:" Makefile || [ -e "tests/bench/${target/bench-/bench_}.c" ] ||
                breach "$file names make $target, which is no target"
        done < <(grep -oE '(`|^)make [a-z-]+' "$file" | sed 's/.*make //' | sort -u)
    done
    for task in Forecast:forecasting Tag:tagging; do
        while IFS= read -r name; do
            for file in "docs/${task#*:}.md" docs/model_file.md; do
                grep -qF "\`$name\`" "$file" || breach "$file does not name the parameter $name"
            done
        done < <(jq -r ".components.schemas.${task%:*}Hyperparameters.properties | keys[]" config/openapi.json)
    done
    awk '/^```c$/ { inside = 1; next } /^```$/ { inside = 0 } inside' docs/library.md |
        diff -u docs/examples/forecast.c - >&2 || breach 'docs/library.md: its program is not docs/examples/forecast.c'
}

if [ $# -gt 0 ]; then session "$1"; else check; fi
[ "$breaches" -eq 0 ]
