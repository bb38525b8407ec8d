"""Losses by PyTorch: quantile (by its definition), poisson, cosine."""
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, exact, write

random = np.random.default_rng(4)


def entry(name, source, params, output, target, loss):
    x = torch.tensor(output, requires_grad=True)
    y = loss(x, torch.tensor(target))
    y.backward()
    return case(
        name, source, params, {"output": output, "target": target}, {"y": y}, {"output": x.grad})


def normal(*shape):
    return exact(random.normal(size=shape))


def pinball(share):
    return lambda x, t: torch.where(t > x, share * (t - x), (share - 1) * (t - x)).mean()


write(__file__, "quantile", [
    entry("quantile", "torch ops", {"quantile": share}, normal(*shape), normal(*shape), pinball(share))
    for share, shape in [(0.5, (5, 1)), (0.9, (6, 2)), (0.1, (7, 1)), (0.25, (4, 3))]
])

cases = []
for log_rate, full in [(True, False), (True, True), (False, False), (False, True)]:
    output = normal(6, 2) if log_rate else exact(random.uniform(0.1, 4, (6, 2)))
    target = random.poisson(2, (6, 2)).astype(float)
    target[0, 0] = 0
    target[0, 1] = 1
    cases.append(entry(
        "poisson", "torch.nn.functional.poisson_nll_loss", {"log_rate": log_rate, "full": full},
        output, target,
        lambda x, t: F.poisson_nll_loss(x, t, log_input=log_rate, full=full, eps=1e-8)))
write(__file__, "poisson", cases)

write(__file__, "cosine", [
    entry(
        "cosine", "torch.nn.functional.cosine_embedding_loss", {}, normal(*shape), normal(*shape),
        lambda x, t: F.cosine_embedding_loss(x, t, torch.ones(len(x))))
    for shape in [(5, 3), (4, 2), (3, 8)]
])
