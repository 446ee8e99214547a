#!/bin/sh
# Prepares the page's files for embedding in the binary: pack.sh OUT DYGRAPHS FILE...
# Each FILE of server/web/ becomes OUT/NAME.gz, examples as well, and dygraphs as OUT/dygraphs.js.gz. OUT/hash holds a digest of them all;
# the files are served in a folder of that name, which index.html refers to as @HASH@, so that browsers may keep
# them for ever.
set -eu
out=$1
dygraphs=$2
shift 2
if [ ! -f "$dygraphs" ]; then
    echo 'The charts of the page need dygraphs 2.2, which is not installed: make deps,' >&2
    echo 'or apt-get install libjs-dygraphs, or make DYGRAPHS=/path/to/dygraph.min.js' >&2
    exit 1
fi
mkdir -p "$out"
hash=$({
    for f in "$@"; do printf '%s\n' "$f"; cat "$f"; done
    cat "$dygraphs"
} | sha256sum | cut -c 1-16)
for f in "$@"; do
    case $f in
    server/web/*) to=$out/${f#server/web/} ;;
    *) to=$out/${f##*/} ;;
    esac
    mkdir -p "${to%/*}"
    sed "s/@HASH@/$hash/g" "$f" | gzip -9n >"$to.gz"
done
gzip -9nc "$dygraphs" >"$out/dygraphs.js.gz"
printf '%s' "$hash" >"$out/hash"
