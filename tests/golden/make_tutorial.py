#!/usr/bin/env python3
"""Makes tutorial_sine.json and tutorial_tagger.json: whole trainings of two tutorials in PyTorch.

Both start from PyTorch's own initial weights, rounded to float32 so that another implementation can
start from the same ones, and run in float64. Written are the mean loss of all steps of every epoch
(the tagger: of every tenth), the loss of the very last sample before its update, and the final weights.
Run: python3 make_tutorial.py DIR   (Debian: python3-torch)
"""
import json, sys
import torch, torch.nn as nn

OUT = sys.argv[1] if len(sys.argv) > 1 else "."
torch.set_default_dtype(torch.float64)


def lists(d):
    return {k: v.detach().tolist() for k, v in d.items()}


class Net(nn.Module):
    def __init__(self, inp, hid, out, vocab=0):
        super().__init__()
        if vocab:
            self.embedding = nn.Embedding(vocab, inp)
        self.lstm = nn.LSTM(inp, hid)
        self.linear = nn.Linear(hid, out)
        self.vocab = vocab
        for p in self.parameters():
            p.data = p.data.float().double()

    def forward(self, x):
        return self.linear(self.lstm(self.embedding(x) if self.vocab else x)[0])


def train(net, samples, loss, lr, epochs):
    o = torch.optim.SGD(net.parameters(), lr=lr)
    means = []
    for _ in range(epochs):
        total = 0.0
        for x, y in samples:
            o.zero_grad()
            l = loss(net(x), y)
            l.backward()
            o.step()
            total += float(l) * y.numel()
        means.append(total / sum(y.numel() for _, y in samples))
    return means, float(l)


def write(name, **d):
    json.dump(d, open(f"{OUT}/{name}.json", "w"), separators=(",", ":"))


def sine():
    torch.manual_seed(0)
    series = torch.sin(torch.arange(1.0, 10.0, 0.01)).float().double()
    k, count = 10, 700
    samples = [(series[i:i + k].view(k, 1, 1), series[i + 1:i + k + 1].view(k, 1, 1)) for i in range(count)]
    net = Net(1, 6, 1)
    start = lists(net.state_dict())
    means, last = train(net, samples, nn.MSELoss(), 0.01, 10)
    write("tutorial_sine", kind="tutorial", window=k, windows=count, learning_rate=0.01, epochs=10, input_size=1,
          hidden_size=6, output_size=1, series=series.tolist(), initial_weights=start, epoch_losses=means, last_loss=last,
          final_weights=lists(net.state_dict()))


def tagger():
    torch.manual_seed(0)
    data = [("The dog ate the apple", "DET NN V DET NN"), ("Everybody read that book", "NN V DET NN")]
    words, tags = {}, {"DET": 0, "NN": 1, "V": 2}
    for s, _ in data:
        for w in s.split():
            words.setdefault(w, len(words))
    ids = [[words[w] for w in s.split()] for s, _ in data]
    classes = [[tags[t] for t in g.split()] for _, g in data]
    samples = [(torch.tensor(i).view(-1, 1), torch.tensor(c)) for i, c in zip(ids, classes)]
    nll = lambda y, t: nn.functional.nll_loss(torch.log_softmax(y.view(-1, 3), 1), t)
    net = Net(6, 6, 3, vocab=len(words))
    start = lists(net.state_dict())
    means, last = train(net, samples, nll, 0.1, 300)
    write("tutorial_tagger", kind="tutorial", learning_rate=0.1, epochs=300, input_size=6, hidden_size=6, output_size=3,
          vocab=len(words), ids=ids, classes=classes, initial_weights=start, epoch_losses=means[9::10], last_loss=last,
          final_weights=lists(net.state_dict()))


sine()
tagger()
