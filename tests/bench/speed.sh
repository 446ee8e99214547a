#!/bin/bash
# The speed table: lstmd's core beside PyTorch, in turns, in one run. usage: speed.sh [RUNS]
# Writes BUILD/bench_speed.csv (measure,ours,peer,ratio,spread,unit) and prints it as a table. A peer that is
# not installed leaves its column empty and says so. How each figure is taken: tests/bench/README.md.
set -eu

runs=${1:-${BENCH_RUNS:-5}}
build=${BUILD:-build}
raw=$build/bench_speed.raw
csv=$build/bench_speed.csv
python=
for p in "${PYTHON:-python3}" /usr/bin/python3; do
    if "$p" -c 'import torch' 2>/dev/null; then
        python=$p
        break
    fi
done
[ -n "$python" ] || echo 'speed: no PyTorch (apt-get install python3-torch libopenblas0): its column stays empty'

peer() { # THREADS [steps]
    OMP_NUM_THREADS=$1 OPENBLAS_NUM_THREADS=$1 "$python" tests/bench/torch_train.py "$@"
}
: >"$raw"
for _ in $(seq "$runs"); do
    "$build/tests/bench/bench_train" 2>/dev/null | sed 's/^/ours\t/' >>"$raw"
    [ -z "$python" ] || { peer 1; [ "$(nproc)" -lt 2 ] || peer 2 steps; } | sed 's/^/peer\t/' >>"$raw"
done
awk -F '\t' -v OFS=, -f tests/bench/speed.awk "$raw" >"$csv"
echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; medians of $runs runs"
[ -z "$python" ] || echo "peer: PyTorch $("$python" -c 'import torch; print(torch.__version__)')," \
    "BLAS $(basename "$(readlink -f /etc/alternatives/libblas.so.3-*linux-gnu 2>/dev/null)" 2>/dev/null)"
tests/bench/table.sh "$csv"
