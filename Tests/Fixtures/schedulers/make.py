"""The inverse square root of time, by torch.optim.lr_scheduler.LambdaLR."""
import math
import pathlib
import sys

import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, write


def factor(k, start):
    return lambda t: start + (1 - start) * t / k if t < k else math.sqrt(k / t)


cases = []
for k, start in [(1, 1), (10, 1), (25, 1), (20, 0), (40, 0.25)]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor(k, start))
    rates = []
    for _ in range(120):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    cases.append(case(
        "inverse_square_root", "torch.optim.lr_scheduler.LambdaLR",
        {"lr": 0.1, "k": k, "from": start}, {}, {"lr": rates}))
write(__file__, "inverse_square_root", cases)
