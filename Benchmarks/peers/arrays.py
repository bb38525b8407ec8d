"""Writes the arrays of a data-preparation row: `python -m peers.arrays NAME FOLDER`."""

import os
import sys

import numpy as np

from workloads import PREPARATIONS


def main():
    name, folder = sys.argv[1:]
    _, _, shape, kind = PREPARATIONS[name]
    random = np.random.default_rng(0)
    if kind == "uint8":
        array = random.integers(0, 256, shape, dtype=np.uint8)
    else:
        # Features that depend on each other, with variances over five orders of magnitude.
        width = shape[1]
        basis = random.standard_normal((width, width), np.float32)
        basis *= np.exp(np.linspace(0, -6, width, dtype=np.float32))[:, None] / width ** 0.5
        array = random.standard_normal(shape, np.float32) @ basis + 1
    np.save(os.path.join(folder, name + ".npy"), array)
    np.save(os.path.join(folder, name + "_targets.npy"), (np.arange(shape[0]) % 10).astype(np.int32))


main()
