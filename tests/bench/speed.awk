# speed.awk - raw figures of speed.sh ("ours|peer<TAB>measure<TAB>number") into the rows of the table.
{
    key = $1 FS $2
    value[key, ++count[key]] = $3
}

# Sorts the figures of a key and returns their median; low and high are its ends.
function median(key,    n, i, j, v) {
    n = count[key]
    for (i = 2; i <= n; i++) {
        v = value[key, i]
        for (j = i - 1; j > 0 && value[key, j] + 0 > v + 0; j--)
            value[key, j + 1] = value[key, j]
        value[key, j + 1] = v
    }
    low = value[key, 1]
    high = value[key, n]
    return n % 2 ? value[key, (n + 1) / 2] : (value[key, n / 2] + value[key, n / 2 + 1]) / 2
}

function row(name, ours, peer, ratio, spread, unit) {
    print "\"" name "\"", ours, peer, ratio, spread, unit
}

function spread_of(m) {
    return m > 0 ? sprintf("%.0f%%..%+.0f%%", 100 * (low / m - 1), 100 * (high / m - 1)) : ""
}

# How much less time ours takes than the peer: with one thread or, for steps, whichever of one and two is faster.
function against_peer(name, measure, best,    ours, spread, peer, second) {
    if (!count["ours" FS measure " @1"])
        return
    ours = median("ours" FS measure " @1")
    spread = spread_of(ours)
    if (count["peer" FS measure " @1"])
        peer = median("peer" FS measure " @1")
    if (best && count["peer" FS measure " @2"]) {
        second = median("peer" FS measure " @2")
        if (second < peer)
            peer = second
    }
    row(name, sprintf("%.3f", ours), peer ? sprintf("%.3f", peer) : "", peer ? sprintf("%.2f", peer / ours) : "",
        spread, "ms")
}

function two_threads(name, measure,    one, two) {
    if (!count["ours" FS measure " @2"])
        return
    one = median("ours" FS measure " @1")
    two = median("ours" FS measure " @2")
    row(name, sprintf("%.3f", two), sprintf("%.3f", one), sprintf("%.2f", one / two), spread_of(two), "ms")
}

function against_floats(shape,    floats, bytes) {
    if (!count["ours" FS "infer8 " shape " @1"])
        return
    floats = median("ours" FS "infer " shape " @1")
    bytes = median("ours" FS "infer8 " shape " @1")
    row("inference (" shape "), 8-bit against our float32", sprintf("%.3f", bytes), sprintf("%.3f", floats),
        sprintf("%.2f", floats / bytes), spread_of(bytes), "ms")
}

# Input and recurrent products forward, both weight gradients, and the recurrent one back through time.
function share_of_peak(measure, T, B, I, H,    flop, ms, peak) {
    if (!count["ours" FS "peak"])
        return
    flop = 2 * T * B * 4 * H * (2 * (I + H) + H)
    ms = median("ours" FS measure " @1")
    peak = median("ours" FS "peak")
    row("its share of the core's multiply-add peak", sprintf("%.1f", flop / ms * 1e-6), sprintf("%.1f", peak),
        sprintf("%.2f", flop / ms * 1e-6 / peak), "", "GFLOP/s")
}

END {
    print "measure", "ours", "peer", "ratio", "spread", "unit"
    against_peer("tutorial-sine, whole training", "tutorial-sine")
    against_peer("tutorial-flights, whole training", "tutorial-flights")
    against_peer("tutorial-tagger, whole training", "tutorial-tagger")
    n = split("24,32,1,64 50,32,128,128 50,64,256,256", shapes, " ")
    for (i = 1; i <= n; i++) {
        against_peer("training step (" shapes[i] "), PyTorch on one thread", "train " shapes[i])
        against_peer("training step (" shapes[i] "), PyTorch at its best", "train " shapes[i], 1)
    }
    share_of_peak("train 50,64,256,256", 50, 64, 256, 256)
    for (i = 1; i <= n; i++) {
        against_peer("inference (" shapes[i] "), PyTorch on one thread", "infer " shapes[i])
        against_peer("inference (" shapes[i] "), PyTorch at its best", "infer " shapes[i], 1)
    }
    for (i = 1; i <= n; i++)
        against_floats(shapes[i])
    two_threads("training step (50,64,256,256), two threads against one", "train 50,64,256,256")
    two_threads("training step (12,32,1,100), two threads against one", "train 12,32,1,100")
    two_threads("training step (24,32,1,64), two threads against one", "train 24,32,1,64")
}
