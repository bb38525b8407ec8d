"""The penalty on the largest singular value, by torch.linalg."""
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, exact, write

random = np.random.default_rng(4)
cases = []
for shape in [(3, 4), (5, 2), (2, 3, 2, 2)]:
    w = exact(random.normal(size=shape))
    x = torch.tensor(w, requires_grad=True)
    penalty = 0.1 / 2 * torch.linalg.matrix_norm(x.flatten(1), 2) ** 2
    penalty.backward()
    cases.append(case(
        "spectral_norm", "torch.linalg.matrix_norm(ord=2)", {"lambda": 0.1}, {"w": w},
        {"penalty": penalty}, {"w": x.grad}))
write(__file__, "spectral_norm", cases)
