"""The sizes that grow, one function a series: it gives (size, seconds, bytes) one after the other."""

import json
import os
import random
import struct
import subprocess

from harness import processes

FEATURES = 16


def network(folder, batch=256, width=256, depth=4):
    """The config of a dense network, as a file."""
    path = os.path.join(folder, f"dense-{batch}-{width}-{depth}.yaml")
    with open(path, "w") as file:
        file.write(f"""data:
  source: {{synthetic: {{kind: blobs, samples: {batch}, features: 64, classes: 10}}}}
  split: {{validation: 0}}
model:
  - repeat: {{times: {depth}, layers: [{{dense: {{units: {width}, activation: relu}}}}]}}
  - dense: {{units: 10}}
loss: cross_entropy
optimizer: {{adam: {{learning_rate: 1e-3}}}}
training: {{epochs: 1, batch_size: {batch}, seed: 1}}
""")
    return path


def step(espalier, config, seconds, threads=None):
    """Seconds of a step, and the most that the process held."""
    out = config + ".json"
    command = [espalier.path, "bench", config, "--json", "--rounds", "3", "--seconds", f"{seconds / 3:.4f}",
               "--set", f"training.threads={threads or espalier.threads}"]
    with open(out, "w") as file:
        process = subprocess.Popen(command, stdout=file)
        memory = processes.memory_at_end(process)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    with open(out) as file:
        return json.load(file)["seconds_per_step"], memory


def over(name, values, **fixed):
    """A series in which one size of the network takes the values."""
    def series(espalier, folder, options):
        def points():
            for value in values:
                config = network(folder, **{**fixed, name: value})
                yield (value, *step(espalier, config, options.seconds))
        others = ", ".join(f"{key} {value}" for key, value in
                           {"batch": 256, "width": 256, "depth": 4, **fixed}.items() if key != name)
        yield f"a step, by {name} ({others})", points()
    return series


def threads(espalier, folder, options):
    def points():
        config = network(folder, width=1024)
        count = 1
        while count <= espalier.threads:
            yield (count, *step(espalier, config, options.seconds, count))
            count *= 2
    yield "a step, by threads (batch 256, width 1024, depth 4)", points()


# ---- Rows of data ---------------------------------------------------------------------------------------------

BLOCK = 10_000


def block():
    """Some thousand samples with the sign of a sum as their class, over and over in the files."""
    source = random.Random(1)
    rows = [[source.gauss(0, 1) for _ in range(FEATURES)] for _ in range(BLOCK)]
    return rows, [int(sum(row[:4]) > 0) for row in rows]


def npy(path, shape, kind, pieces):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    header = header.ljust((len(header) + 11 + 63) // 64 * 64 - 11) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        for piece in pieces:
            file.write(piece)


def write_npy(folder, count, rows, classes):
    values = struct.pack(f"<{BLOCK * FEATURES}f", *(x for row in rows for x in row))
    labels = struct.pack(f"<{BLOCK}i", *classes)

    def pieces(data, size):
        for start in range(0, count, BLOCK):
            yield data[:min(BLOCK, count - start) * size]

    npy(os.path.join(folder, "x.npy"), (count, FEATURES), "<f4", pieces(values, 4 * FEATURES))
    npy(os.path.join(folder, "y.npy"), (count,), "<i4", pieces(labels, 4))
    return f"{{npy: {{features: {folder}/x.npy, targets: {folder}/y.npy}}}}"


def write_csv(folder, count, rows, classes):
    lines = ["".join(f"{x:.5f}," for x in row) + f"{label}\n" for row, label in zip(rows, classes)]
    text = "".join(lines)
    with open(os.path.join(folder, "table.csv"), "w") as file:
        file.write("".join(f"f{i}," for i in range(FEATURES)) + "label\n")
        for start in range(0, count, BLOCK):
            file.write(text if count - start >= BLOCK else "".join(lines[:count - start]))
    return f"{{csv: {{path: {folder}/table.csv, target: label}}}}"


def epoch(espalier, folder, source):
    """Seconds of the second epoch, and the most that the process held. Samples stay in their file."""
    config, run = os.path.join(folder, "rows.yaml"), os.path.join(folder, "run")
    with open(config, "w") as file:
        file.write(f"""data:
  source: {source}
  split: {{validation: 0, shuffle: false}}
  normalize: [standardize]
  memory: 1000
model:
  - dense: {{units: 32, activation: relu}}
  - dense: {{units: 2}}
loss: cross_entropy
optimizer: {{adam: {{learning_rate: 1e-3}}}}
callbacks: [csv_log]
training: {{epochs: 2, batch_size: 256, seed: 1, report: false}}
""")
    _, memory = processes.run(
        [espalier.path, "train", config, "--output", run, "--force", "--progress", "none",
         "--set", f"training.threads={espalier.threads}"])
    with open(os.path.join(run, "metrics.jsonl")) as file:
        times = [event["time"] for event in map(json.loads, file) if event.get("event") == "epoch"]
    return times[1] - times[0], memory


def rows(espalier, folder, options):
    sample, classes = block()
    for title, write in (("an epoch of .npy", write_npy), ("an epoch of .csv", write_csv)):
        def points():
            count = 1000
            while count <= options.largest_rows:
                yield (count, *epoch(espalier, folder, write(folder, count, sample, classes)))
                count *= 10
        yield f"{title}, by rows ({FEATURES} features, batch 256, streamed)", points()


SIZES = {
    "batch": over("batch", [16 << i for i in range(9)]),
    "width": over("width", [32 << i for i in range(7)]),
    "depth": over("depth", [1 << i for i in range(7)]),
    "threads": threads,
    "rows": rows,
}
