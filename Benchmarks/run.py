#!/usr/bin/env python3
"""Step time beside PyTorch, eager and compiled, in one run.

Both sides run in turn, round after round, on the same number of threads; the table has medians of the
rounds and the median of the ratios taken round by round. Same mathematics, float32, same batch sizes.

    swift build -c release --product espalier
    python3 Benchmarks/run.py [--rounds 7] [--threads 2] [--csv FILE] [WORKLOAD …]
"""

import argparse
import csv
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ESPALIER = os.path.join(HERE, "..", ".build", "release", "espalier")

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("PyTorch is not installed: pip install -r Benchmarks/requirements.txt")


def mlp(*widths):
    layers = []
    for a, b in zip(widths, widths[1:]):
        layers += [nn.Linear(a, b), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))


# name: (what it is, model, shape of a batch, optimizer)
WORKLOADS = {
    "w1": ("MLP 64-64-10, batch 32, Adam", lambda: mlp(64, 64, 10), (32, 64),
           lambda p: torch.optim.Adam(p, lr=1e-4)),
    "w2": ("MLP 784-512-512-10, batch 128, SGD momentum", lambda: mlp(784, 512, 512, 10), (128, 784),
           lambda p: torch.optim.SGD(p, lr=1e-4, momentum=0.9)),
    "w4": ("CNN 1x28x28, batch 64, Adam", cnn, (64, 1, 28, 28),
           lambda p: torch.optim.Adam(p, lr=1e-4)),
}


class Peer:
    def __init__(self, workload, compiled):
        _, model, shape, optimizer = WORKLOADS[workload]
        torch.manual_seed(0)
        self.model = model().train()
        self.x = torch.randn(*shape)
        self.y = torch.randint(0, 10, (shape[0],))
        self.optimizer = optimizer(self.model.parameters())
        self.loss = nn.CrossEntropyLoss()
        self.forward = torch.compile(self.model) if compiled else self.model

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        self.loss(self.forward(self.x), self.y).backward()
        self.optimizer.step()

    def time(self, seconds):
        for _ in range(5):
            self.step()
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            self.step()
            count += 1
        return (time.perf_counter() - start) / count


def espalier(workload, seconds, threads):
    out = subprocess.run(
        [ESPALIER, "bench", os.path.join(HERE, "configs", workload + ".yaml"), "--json", "--rounds",
         "3", "--seconds", str(seconds / 3), "--set", f"training.threads={threads}"],
        capture_output=True, text=True, check=True)
    return json.loads(out.stdout)["seconds_per_step"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=[], metavar="WORKLOAD")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=0.6)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--csv")
    arguments = parser.parse_args()
    if not os.path.exists(ESPALIER):
        sys.exit("espalier is not built: swift build -c release --product espalier")
    torch.set_num_threads(arguments.threads)

    print(f"{platform.machine()}, {arguments.threads} threads, torch {torch.__version__}, "
          f"median of {arguments.rounds} alternating rounds\n")
    print(f"{'workload':46} {'espalier':>10} {'eager':>10} {'compiled':>10} {'x eager':>8} {'x compiled':>10}")
    rows = []
    for name in arguments.workloads or WORKLOADS:
        peers = {"eager": Peer(name, False)}
        try:
            compiled = Peer(name, True)
            compiled.step()
            peers["compiled"] = compiled
        except Exception as error:  # no C++ compiler, for instance
            print(f"(torch.compile does not work here: {type(error).__name__})", file=sys.stderr)
        times = {"espalier": [], **{key: [] for key in peers}}
        for _ in range(arguments.rounds):
            times["espalier"].append(espalier(name, arguments.seconds, arguments.threads))
            for key, peer in peers.items():
                times[key].append(peer.time(arguments.seconds))
        middle = {key: statistics.median(value) for key, value in times.items()}
        ratio = {key: statistics.median(b / a for a, b in zip(times["espalier"], times[key]))
                 for key in peers}
        cell = lambda key: f"{middle[key] * 1e6:9.1f}µ" if key in middle else f"{'-':>10}"
        times_ = lambda key: f"{ratio[key]:.2f}" if key in ratio else "-"
        print(f"{WORKLOADS[name][0]:46} {cell('espalier')} {cell('eager')} {cell('compiled')} "
              f"{times_('eager'):>8} {times_('compiled'):>10}", flush=True)
        rows.append([name] + [f"{middle.get(key, float('nan')):.9f}"
                              for key in ("espalier", "eager", "compiled")])
    if arguments.csv:
        with open(arguments.csv, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["workload", "espalier_s", "eager_s", "compiled_s"])
            writer.writerows(rows)


if __name__ == "__main__":
    main()
