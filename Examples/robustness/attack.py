#!/usr/bin/env python3
"""Moves the test digits so that a trained network errs: one step along the sign of the gradient.

    python3 Examples/robustness/attack.py RUN 0.1 > attacked.csv
    espalier evaluate RUN --input attacked.csv

RUN is the folder of a run of `adversarial_training.yaml`: dense layers with ReLU between them and
cross-entropy behind. 0.1 is how far a pixel may move, as a share of the way from white to black;
0 writes the digits as they are. The gradient is that of the run's own network, so this is
the attack that it fares worst under (a white-box attack), not one borrowed from another.
"""

import csv
import json
import math
import os
import struct
import sys

DIGITS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../data/digits.csv")
BLACK = 16  # the config divides pixels by it
TEST = 0.2  # the last fifth of the rows, as in the config


def layers(run):
    """Weights and offsets of the dense layers, first to last; a row of weights is an output."""
    with open(os.path.join(run, "weights.safetensors"), "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        entries, data = json.loads(file.read(length)), file.read()

    def numbers(name):
        begin, end = entries[name]["data_offsets"]
        return struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])

    found = []
    while f"dense_{len(found) + 1}.weight" in entries:
        name = f"dense_{len(found) + 1}"
        flat, (outputs, inputs) = numbers(name + ".weight"), entries[name + ".weight"]["shape"]
        rows = [flat[i * inputs : (i + 1) * inputs] for i in range(outputs)]
        found.append((rows, numbers(name + ".bias")))
    return found


def dot(a, b):
    return sum(map(float.__mul__, a, b))


def gradient(network, x, label):
    """Of the cross-entropy with the label, by the pixels."""
    values, signals = x, []
    for rows, offsets in network:
        signals.append([dot(row, values) + offset for row, offset in zip(rows, offsets)])
        values = [max(signal, 0.0) for signal in signals[-1]]
    greatest = max(signals[-1])
    exponentials = [math.exp(signal - greatest) for signal in signals[-1]]
    total = sum(exponentials)
    back = [e / total - (number == label) for number, e in enumerate(exponentials)]
    for depth in reversed(range(len(network))):
        rows, _ = network[depth]
        back = [dot(column, back) for column in zip(*rows)]
        if depth > 0:
            back = [g if signal > 0 else 0.0 for g, signal in zip(back, signals[depth - 1])]
    return back


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: attack.py RUN DISTANCE")
    network, distance = layers(sys.argv[1]), float(sys.argv[2])
    with open(DIGITS, newline="") as file:
        header, *rows = csv.reader(file)
    output = csv.writer(sys.stdout, lineterminator="\n")
    output.writerow(header)
    for row in rows[len(rows) - round(len(rows) * TEST) :]:
        x = [float(pixel) / BLACK for pixel in row[:-1]]
        if distance > 0:
            slopes = gradient(network, x, int(row[-1]))
            x = [min(max(p + math.copysign(distance, g) * (g != 0), 0), 1) for p, g in zip(x, slopes)]
        output.writerow([f"{pixel * BLACK:.7g}" for pixel in x] + row[-1:])


if __name__ == "__main__":
    main()
