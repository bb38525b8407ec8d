"""The triplet loss by PyTorch, from its definition: hardest partners of a batch, and all of them."""
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, exact, write

random = np.random.default_rng(8)


def distances(x):
    return torch.stack([torch.stack([(a - b).norm() if i != j else torch.zeros((), dtype=x.dtype)
                                     for j, b in enumerate(x)]) for i, a in enumerate(x)])


def hard(x, labels, margin):
    d, costs = distances(x), []
    for i in range(len(x)):
        same = [d[i, j] for j in range(len(x)) if labels[j] == labels[i] and j != i]
        other = [d[i, j] for j in range(len(x)) if labels[j] != labels[i]]
        if same and other:
            costs.append(torch.relu(max(same) - min(other) + margin))
    return sum(costs) / len(costs)


def every(x, labels, margin):
    d, costs = distances(x), []
    for i in range(len(x)):
        for j in range(len(x)):
            for k in range(len(x)):
                if j != i and labels[j] == labels[i] and labels[k] != labels[i]:
                    cost = d[i, j] - d[i, k] + margin
                    if cost > 0:
                        costs.append(cost)
    return sum(costs) / len(costs)


cases = []
for mining, rule in [("hard", hard), ("all", every)]:
    for labels, margin in [([0, 1, 0, 1, 2, 0], 1.0), ([0, 0, 1, 1, 1], 0.25)]:
        points = exact(random.normal(size=(len(labels), 3)))
        x = torch.tensor(points, requires_grad=True)
        y = rule(x, labels, margin)
        y.backward()
        cases.append(case(
            "triplet", "torch ops", {"mining": mining, "margin": margin},
            {"output": points, "target": np.array(labels, float)}, {"y": y}, {"output": x.grad}))
write(__file__, "triplet", cases)
