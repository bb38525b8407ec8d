#!/usr/bin/env python3
"""Trains on made-up files that are larger than memory may be, and prints what it took.

    python3 Tests/Large/check.py --size 10 --kind csv npy --program .build/release/espalier

makes a file of so many GB (10^9 bytes) of each kind in --folder, trains one epoch on it, and prints the
greatest resident memory of the process, the seconds of each phase, and what follows the first run: a
second one, for which the index of the table is there. It fails when a run fails, does not learn, or takes
more memory than --limit MB. Files are kept until they are deleted, and used again.

NumPy is needed. It is no part of the tests: 10 GB take some minutes.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import time

import numpy

BLOCKS = 16  # blocks of different numbers, which take turns


def block(features, rows, seed):
    """Samples of two classes that a plane through the origin tells apart."""
    random = numpy.random.default_rng(seed)
    x = random.standard_normal((rows, features), dtype=numpy.float32)
    plane = numpy.random.default_rng(0).standard_normal(features, dtype=numpy.float32)
    return x * 3 + 5, (x @ plane > 0).astype(numpy.int64)


def make_npy(folder, size, features):
    path = f"{folder}/large-{size:g}-{features}.npy"
    labels = path.replace(".npy", "-labels.npy")
    if os.path.exists(path) and os.path.exists(labels):
        return path, labels
    per_block = max(1, (32 << 20) // (4 * features))
    blocks = [block(features, per_block, seed) for seed in range(BLOCKS)]
    count = max(1, int(size * 1e9 / (4 * features * per_block)))
    with open(path + ".part", "wb") as file, open(labels + ".part", "wb") as other:
        numpy.lib.format.write_array_header_1_0(
            file, {"descr": "<f4", "fortran_order": False, "shape": (count * per_block, features)})
        numpy.lib.format.write_array_header_1_0(
            other, {"descr": "<i8", "fortran_order": False, "shape": (count * per_block,)})
        for number in range(count):
            x, y = blocks[number * 7 % BLOCKS]
            file.write(x.data)
            other.write(y.data)
    os.rename(labels + ".part", labels)
    os.rename(path + ".part", path)
    return path, labels


def make_csv(folder, size, features):
    path = f"{folder}/large-{size:g}-{features}.csv"
    if os.path.exists(path):
        return path
    per_block = max(1, (8 << 20) // (8 * features))
    texts = []
    for seed in range(BLOCKS):
        x, y = block(features, per_block, seed)
        rows = numpy.char.mod("%.5f", x)
        lines = [",".join(row) + f",{'yes' if target else 'no'}\n" for row, target in zip(rows, y)]
        texts.append("".join(lines).encode())
    with open(path + ".part", "wb") as file:
        file.write((",".join(f"x{n}" for n in range(features)) + ",target\n").encode())
        number = 0
        while file.tell() < size * 1e9:
            file.write(texts[number * 7 % BLOCKS])
            number += 1
    os.rename(path + ".part", path)
    return path


CONFIG = """
data:
  source: {source}
  split: {{validation: 0.02, test: 0.02}}
  normalize: [standardize]
{memory}model:
  - dense: {{units: 32, activation: relu}}
  - dense: {{units: 2}}
loss: cross_entropy
optimizer: {{adam: {{learning_rate: 1e-3}}}}
metrics: [accuracy]
callbacks: {callbacks}
training: {{epochs: 1, batch_size: 512, seed: 1}}
"""


def train(program, folder, source, arguments, environment):
    config, output = f"{folder}/large.yaml", f"{folder}/large-run"
    memory = f"  memory: {arguments.memory}\n" if arguments.memory else ""
    with open(config, "w") as file:
        limit = f"{{time_limit: {{minutes: {arguments.minutes}}}}}" if arguments.minutes else ""
        file.write(CONFIG.format(source=source, memory=memory, callbacks=f"[{limit}]"))
    shutil.rmtree(output, ignore_errors=True)
    start = time.monotonic()
    process = subprocess.Popen(
        [program, "train", config, "--output", output, "--progress", "none"], env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"the run failed with status {status}")
    with open(f"{output}/summary.json") as file:
        summary = json.load(file)
    shutil.rmtree(output, ignore_errors=True)
    # Linux counts in KiB, macOS in bytes.
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return time.monotonic() - start, peak, summary


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=float, nargs="+", default=[1], help="GB")
    parser.add_argument("--kind", nargs="+", default=["npy", "csv"], choices=["npy", "csv"])
    parser.add_argument("--features", type=int, default=100)
    parser.add_argument("--folder", default="/tmp/espalier-large")
    parser.add_argument("--program", default=".build/release/espalier")
    parser.add_argument("--memory", help="data.memory of the run; what it chooses unless given")
    parser.add_argument("--minutes", type=float, help="after which the run ends, data included")
    parser.add_argument("--limit", type=float, default=1000, help="MB that the run may take")
    arguments = parser.parse_args()
    os.makedirs(arguments.folder, exist_ok=True)
    environment = dict(os.environ, ESPALIER_CACHE=f"{arguments.folder}/cache")
    failed = False
    for kind in arguments.kind:
        for size in arguments.size:
            if kind == "npy":
                path, labels = make_npy(arguments.folder, size, arguments.features)
                source = f"{{npy: {{features: {path}, targets: {labels}}}}}"
            else:
                path = make_csv(arguments.folder, size, arguments.features)
                source = f"{{csv: {{path: {path}, target: target}}}}"
            shutil.rmtree(f"{arguments.folder}/cache", ignore_errors=True)
            for turn in ["first", "second"][: 2 if kind == "csv" else 1]:
                seconds, peak, summary = train(
                    arguments.program, arguments.folder, source, arguments, environment)
                accuracy = summary["results"]["test"]["accuracy"]
                phases = summary["seconds"]
                print(
                    f"{kind} {os.path.getsize(path) / 1e9:.1f} GB, {sum(summary['samples'].values())} "
                    f"samples, {turn} run: peak {peak:.0f} MB, {seconds:.0f} s (data "
                    f"{phases['data']:.0f}, training {phases['training']:.0f}, evaluation "
                    f"{phases['evaluation']:.0f}), {summary['samples_per_second']:.0f} samples/s, waited for "
                    f"data {summary['data_wait_share']:.0%}, streamed: {bool(summary.get('streamed'))}, "
                    f"test accuracy {accuracy:.3f}", flush=True)
                failed = failed or peak > arguments.limit or accuracy < 0.8
    sys.exit("more memory than the limit, or nothing was learned" if failed else 0)


main()
