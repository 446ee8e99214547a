#!/bin/bash
# make upgrade-test OLD=COMMIT: the soak test (tests/soak/soak.c) begins with the program of that commit, which is killed
# in the middle of its work; this tree's program takes the database over. Everything that the old one accepted has to
# be there, and every job has to end. usage: upgrade_test.sh BUILD COMMIT SECONDS CLIENTS; COMMIT "": the last tag, where
# there is none a hundred commits ago. The old program is built in BUILD/upgrade and kept there.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
old=${2:-$(git describe --tags --abbrev=0 2>/dev/null || git rev-parse HEAD~100)}
commit=$(git rev-parse --verify --quiet "$old^{commit}") || {
    echo "upgrade-test: there is no commit $old" >&2
    exit 2
}
folder=$build/upgrade/$commit

if ! [ -x "$folder/lstmd" ]; then
    mkdir -p "$folder/source"
    git archive "$commit" | tar x -C "$folder/source"
    make -C "$folder/source" -j"$(nproc)" --no-print-directory all >"$folder/log" 2>&1 || {
        tail -n 30 "$folder/log" >&2
        echo "upgrade-test: $old cannot be built here" >&2
        exit 1
    }
    cp "$folder/source/build/lstmd" "$folder/lstmd"
    rm -rf "$folder/source"
fi
echo "upgrade-test: from $(git log -1 --format='%h of %cs' "$commit"), $("$folder/lstmd" version)"
echo "upgrade-test: to $("$LSTMD_BIN" version)"
SOAK_OLD=$(realpath "$folder/lstmd") "$build/tests/soak/soak" "$3" "$4"
