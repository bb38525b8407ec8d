"""How exact whitening is: the largest difference of what comes out's covariance from that of a reference in 64 bits.

`python -m peers.accuracy NAME FILE RUN` tells it of the transforms that a run of Espalier saved, applied in 32 bits.
"""

import glob
import json
import os
import sys

import numpy as np

COMPONENTS = 100


def covariance(x):
    centered = x - x.mean(0, dtype=np.float64)
    return centered.T @ centered / (len(x) - 1)


def expected(name, data):
    """The covariance that the workload's whitening has in 64 bits."""
    if name == "w9a":
        return np.eye(COMPONENTS)
    values, vectors = np.linalg.eigh(covariance(np.load(data).astype(np.float64)))
    return vectors * (values / (values + 1e-5)) @ vectors.T


def difference(name, data, whitened):
    return float(np.abs(covariance(np.asarray(whitened)) - expected(name, data)).max())


def tensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
        body = file.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(body[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()}


def transformed(x, run):
    for path in sorted(glob.glob(os.path.join(run, "transforms", "*.safetensors"))):
        saved = tensors(path)
        x = x - saved["mean"]
        x = x @ saved["matrix"].T if "matrix" in saved else x / saved["scale"]
    return x


if __name__ == "__main__":
    name, data, run = sys.argv[1:]
    print(difference(name, data, transformed(np.load(data), run)))
