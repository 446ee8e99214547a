"""What bench_train.c times, done by PyTorch: the peer of the speed table.

usage: torch_train.py THREADS [steps|all]
Prints lines of "measure<TAB>milliseconds", named as bench_train's. steps leaves the tutorials out, whose
single sequences no second thread helps.
"""
import statistics
import sys
import time

import torch
from torch import nn

SHAPES = [(24, 32, 1, 64), (50, 32, 128, 128), (50, 64, 256, 256), (12, 32, 1, 100)]


def median_ms(one, budget=0.5):
    one()
    times, start = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - start < budget:
        t = time.perf_counter()
        one()
        times.append(time.perf_counter() - t)
    return statistics.median(times) * 1e3


class Net(nn.Module):
    def __init__(self, inputs, hidden, outputs):
        super().__init__()
        self.lstm = nn.LSTM(inputs, hidden)
        self.linear = nn.Linear(hidden, outputs)

    def forward(self, x):
        return self.linear(self.lstm(x)[0])


def steps(threads):
    for T, B, I, H in SHAPES:
        net = Net(I, H, 1)
        optimizer = torch.optim.Adam(net.parameters())
        loss = nn.MSELoss()
        x, y = torch.rand(T, B, I), torch.rand(T, B, 1)

        def train():
            optimizer.zero_grad()
            loss(net(x), y).backward()
            optimizer.step()

        def infer():
            with torch.no_grad():
                net(x)

        print(f"train {T},{B},{I},{H} @{threads}\t{median_ms(train):.4f}")
        print(f"infer {T},{B},{I},{H} @{threads}\t{median_ms(infer):.4f}", flush=True)


def fit(samples, net, optimizer, loss, epochs, target):
    start = time.perf_counter()
    for _ in range(epochs):
        for x, y in samples:
            optimizer.zero_grad()
            loss(target(net(x)), y).backward()
            optimizer.step()
    return (time.perf_counter() - start) * 1e3


def sine():
    y = torch.sin(torch.arange(1, 10, 0.01))
    samples = [(y[i:i + 10].view(10, 1, 1), y[i + 1:i + 11].view(10, 1, 1)) for i in range(700)]
    net = Net(1, 6, 1)
    return fit(samples, net, torch.optim.SGD(net.parameters(), lr=0.01), nn.MSELoss(), 10, lambda o: o)


def flights():
    with open("config/examples/airpassengers.csv") as f:
        values = torch.tensor([float(line.split(",")[1]) for line in f.readlines()[1:]])[:-12]
    lo, hi = values.min(), values.max()
    x = (values - lo) / (hi - lo) * 2 - 1
    samples = [(x[i:i + 12].view(12, 1, 1), x[i + 12].view(1, 1)) for i in range(len(x) - 12)]
    net = Net(1, 100, 1)
    return fit(samples, net, torch.optim.Adam(net.parameters(), lr=0.001), nn.MSELoss(), 150, lambda o: o[-1])


def tagger():
    sentences = [("The dog ate the apple", "DET NN V DET NN"), ("Everybody read that book", "NN V DET NN")]
    words = {w: i for i, w in enumerate(dict.fromkeys(" ".join(s for s, _ in sentences).split()))}
    tags = {"DET": 0, "NN": 1, "V": 2}
    samples = [(torch.tensor([words[w] for w in s.split()]), torch.tensor([tags[t] for t in ts.split()]))
               for s, ts in sentences]
    embedding, net = nn.Embedding(len(words), 6), Net(6, 6, 3)
    optimizer = torch.optim.SGD([*embedding.parameters(), *net.parameters()], lr=0.1)
    return fit(samples, lambda x: net(embedding(x).unsqueeze(1)).squeeze(1), optimizer, nn.CrossEntropyLoss(), 300,
               lambda o: o)


def main():
    threads = int(sys.argv[1])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    steps(threads)
    if sys.argv[2:] != ["steps"]:
        for name, run in (("tutorial-sine", sine), ("tutorial-flights", flights), ("tutorial-tagger", tagger)):
            print(f"{name} @{threads}\t{run():.4f}", flush=True)


main()
