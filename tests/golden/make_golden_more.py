#!/usr/bin/env python3
"""Makes further golden vectors in the format of make_golden.py, with optional fields of its own:

lengths       (B) steps of each sequence; PyTorch runs them as a PackedSequence. Outputs at padding
              are the linear layer of zeros. Only steps that exist count in the loss.
h0, c0        (L*D,B,H) initial states.
weight_decay  of the optimiser. optimizer may be ["adamw", lr]; loss_kind may be "huber" or "mae".

Run: python3 make_golden_more.py DIR   (Debian: python3-torch)
"""
import json, sys
import torch, torch.nn as nn

OUT = sys.argv[1] if len(sys.argv) > 1 else "."
DIGITS = 12


def rounded(v):
    return [rounded(e) for e in v] if isinstance(v, list) else (v if isinstance(v, int) else float(f"{v:.{DIGITS}g}"))


def lists(d):
    return {k: rounded(v.detach().double().tolist()) for k, v in d.items()}


class Net(nn.Module):
    def __init__(self, inp, hid, out, layers, bidir, vocab):
        super().__init__()
        if vocab:
            self.embedding = nn.Embedding(vocab, inp)
        self.lstm = nn.LSTM(inp, hid, num_layers=layers, bidirectional=bidir)
        self.linear = nn.Linear(hid * (2 if bidir else 1), out)
        self.vocab = vocab

    def forward(self, x, lengths, state):
        h = self.embedding(x) if self.vocab else x
        if lengths is None:
            y, (hn, cn) = self.lstm(h, state)
        else:
            p = nn.utils.rnn.pack_padded_sequence(h, torch.tensor(lengths), enforce_sorted=False)
            p, (hn, cn) = self.lstm(p, state)
            y, _ = nn.utils.rnn.pad_packed_sequence(p, total_length=x.shape[0])
        return self.linear(y), y, hn, cn


def loss_of(kind, lengths, last, T, B):
    each = {"mse": nn.MSELoss, "huber": nn.HuberLoss, "mae": nn.L1Loss, "nll": nn.NLLLoss}[kind]()
    lens = lengths or [T] * B
    steps = [(n - 1, b) for b, n in enumerate(lens)] if last else [(t, b) for t in range(T) for b in range(B) if t < lens[b]]

    def f(p, y):
        a = torch.stack([p[t, b] for t, b in steps])
        want = torch.stack([y[b] if last else y[t, b] for t, b in steps])
        return each(torch.log_softmax(a, 1), want) if kind == "nll" else each(a, want)

    return f


def case(name, seed, T, B, inp, hid, out, loss, opt, steps, layers=1, bidir=False, vocab=0, last=False, clip=None,
         lengths=None, states=False, weight_decay=0.0):
    torch.manual_seed(seed)
    torch.set_default_dtype(torch.float64)
    single = lambda v: v.float().double()  # inputs that float32 holds exactly: only arithmetic differs
    net = Net(inp, hid, out, layers, bidir, vocab)
    for p in net.parameters():
        p.data = single(p.data)
    x = torch.randint(0, vocab, (T, B)) if vocab else single(torch.randn(T, B, inp))
    shape = (B,) if last else (T, B)
    y = torch.randint(0, out, shape) if loss == "nll" else single(torch.randn(*shape, out))
    S = layers * (2 if bidir else 1)
    state = (single(torch.randn(S, B, hid)), single(torch.randn(S, B, hid))) if states else None
    value = loss_of(loss, lengths, last, T, B)
    init = lists(net.state_dict())
    p, h, hn, cn = net(x, lengths, state)
    l = value(p, y)
    l.backward()
    norm = float(nn.utils.clip_grad_norm_(net.parameters(), clip)) if clip else None
    grads = lists({k: v.grad for k, v in net.named_parameters()})
    if opt[0] == "sgd":
        o = torch.optim.SGD(net.parameters(), lr=opt[1], momentum=opt[2] if len(opt) > 2 else 0.0, weight_decay=weight_decay)
    else:
        o = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[opt[0]](net.parameters(), lr=opt[1], weight_decay=weight_decay)
    losses = []
    for _ in range(steps):
        o.zero_grad()
        s = value(net(x, lengths, state)[0], y)
        s.backward()
        if clip:
            nn.utils.clip_grad_norm_(net.parameters(), clip)
        o.step()
        losses.append(float(s))
    r = lambda t: rounded(t.detach().tolist())
    d = dict(name=name, T=T, B=B, input_size=inp, hidden_size=hid, output_size=out, num_layers=layers,
             bidirectional=bidir, vocab=vocab, loss_kind=loss, loss_on_last_step_only=last, optimizer=opt,
             weight_decay=weight_decay, clip_grad_norm=clip, steps=steps, precision="float64", initial_weights=init,
             x=x.tolist(), y=y.tolist(), output=r(p), hidden=r(h), h_n=r(hn), c_n=r(cn), loss=float(l),
             gradients=grads, losses_of_steps=losses, weights_after=lists(net.state_dict()))
    if lengths:
        d["lengths"] = lengths
    if states:
        d["h0"], d["c0"] = r(state[0]), r(state[1])
    if clip:
        d["grad_norm_before_clip"] = norm
    json.dump(d, open(f"{OUT}/{name}.json", "w"), separators=(",", ":"))


case("lengths_mse", 11, T=7, B=4, inp=3, hid=5, out=2, loss="mse", opt=["sgd", 0.1, 0.9], steps=5, lengths=[3, 7, 1, 5])
case("lengths_bidirectional_nll", 12, T=8, B=5, inp=4, hid=6, out=3, loss="nll", opt=["sgd", 0.1], steps=5, vocab=10,
     bidir=True, layers=2, lengths=[8, 2, 5, 5, 1])
case("lengths_short_of_T", 13, T=6, B=3, inp=2, hid=4, out=2, loss="mse", opt=["sgd", 0.1], steps=3, bidir=True, lengths=[4, 2, 4])
case("states_given", 14, T=5, B=3, inp=2, hid=7, out=2, loss="mse", opt=["sgd", 0.1], steps=3, states=True)
case("states_bidirectional_lengths", 15, T=6, B=4, inp=3, hid=5, out=2, loss="mse", opt=["sgd", 0.1], steps=3, states=True,
     bidir=True, layers=2, lengths=[6, 3, 1, 4])
case("huber_weight_decay", 16, T=6, B=3, inp=3, hid=8, out=2, loss="huber", opt=["sgd", 0.1, 0.9], steps=8, weight_decay=0.05)
case("mae_last_lengths", 17, T=6, B=4, inp=2, hid=6, out=3, loss="mae", opt=["sgd", 0.05], steps=4, last=True, lengths=[2, 6, 4, 1])
case("adamw_weight_decay", 18, T=8, B=2, inp=3, hid=9, out=2, loss="mse", opt=["adamw", 0.01], steps=8, weight_decay=0.1)
case("adam_weight_decay_clip", 19, T=8, B=3, inp=3, hid=8, out=2, loss="mse", opt=["adam", 0.01], steps=6, weight_decay=0.01, clip=0.1)
case("three_layers", 20, T=9, B=2, inp=4, hid=9, out=3, loss="mse", opt=["sgd", 0.1, 0.5], steps=5, layers=3)
case("three_layers_bidirectional", 21, T=5, B=2, inp=3, hid=6, out=2, loss="nll", opt=["adam", 0.01], steps=4, layers=3, bidir=True)
case("hidden_27", 22, T=12, B=3, inp=3, hid=27, out=2, loss="mse", opt=["sgd", 0.1], steps=3)
case("nll_last_lengths", 23, T=5, B=6, inp=4, hid=17, out=5, loss="nll", opt=["sgd", 0.2], steps=3, vocab=7, last=True,
     lengths=[5, 1, 2, 3, 4, 5])
