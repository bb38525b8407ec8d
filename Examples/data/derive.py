#!/usr/bin/env python3
"""Makes the tables that examples need and nobody measured, from those that somebody did.

    python3 Examples/data/derive.py            writes them beside this file; the same bytes each time

Nothing is made up but what the example is about: which rows are in which table, which cells are
missing or wrong, which columns are noise.
"""

import csv
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))


def read(name):
    """The columns' names, and the rows as texts."""
    with open(os.path.join(HERE, name), newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def write(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def shuffled(rows, chance):
    """Rows in an order that is the same with every version of Python."""
    return [row for _, row in sorted(((chance.random(), row) for row in rows), key=lambda pair: pair[0])]


def taken(header, rows, names):
    places = [header.index(name) for name in names]
    return [[row[place] for place in places] for row in rows]


def rare_malignant():
    """Benign and malignant tumours as a screening meets them: 1 in 16 is malignant in training.

    The test table has the rest: enough malignant ones to see how many are found.
    """
    chance = random.Random(1)
    header, rows = read("breast_cancer.csv")
    names = [name for name in header if name.startswith("mean_")] + ["target"]
    malignant = shuffled([row for row in rows if row[-1] == "0"], chance)
    benign = shuffled([row for row in rows if row[-1] == "1"], chance)
    for name, part in [("train", benign[:240] + malignant[:16]), ("test", benign[240:] + malignant[16:])]:
        write(f"rare_malignant_{name}.csv", names, taken(header, shuffled(part, chance), names))


def large_nuclei():
    """The area of nuclei by their radius; most large ones are in the test table (a covariate shift)."""
    chance = random.Random(2)
    header, rows = read("breast_cancer.csv")
    names = ["mean_radius", "mean_texture", "mean_area"]
    place = header.index("mean_radius")
    train, test = [], []
    for row in rows:
        share = min(max((float(row[place]) - 10) / 10, 0.02), 0.85)
        (test if chance.random() < share else train).append(row)
    write("large_nuclei_train.csv", names, taken(header, train, names))
    write("large_nuclei_test.csv", names, taken(header, test, names))


def benign_ward():
    """Half of the tumours are malignant in training, one in eight in the test table (a label shift).

    Three measurements only, by which the two are hard to tell.
    """
    chance = random.Random(3)
    header, rows = read("breast_cancer.csv")
    names = ["mean_texture", "mean_smoothness", "mean_symmetry", "target"]
    malignant = shuffled([row for row in rows if row[-1] == "0"], chance)
    benign = shuffled([row for row in rows if row[-1] == "1"], chance)
    for name, part in [("train", benign[:180] + malignant[:180]), ("test", benign[180:] + malignant[187:])]:
        write(f"benign_ward_{name}.csv", names, taken(header, shuffled(part, chance), names))


def dirty_wine():
    """The wines with 8 % of the cells empty, and 3 % a hundred times too large (a slipped point)."""
    chance = random.Random(4)
    header, rows = read("wine.csv")
    dirty = []
    for row in rows:
        cells = []
        for cell in row[:-1]:
            fate = chance.random()
            cells.append("" if fate < 0.08 else f"{float(cell) * 100:.6g}" if fate < 0.11 else cell)
        dirty.append(cells + row[-1:])
    write("dirty_wine.csv", header, dirty)


def digit_strips():
    """Three digits in a strip of 24 columns, each cut to what is inked, with gaps of 0 to 2 columns.

    A sample is 24 steps of 8 pixels, step after step; the target is what is written, without the places.
    """
    chance = random.Random(7)
    _, rows = read("digits.csv")
    rows = shuffled(rows, chance)
    strips = []
    while len(strips) < 450:
        columns, labels = [], []
        for row in rows[3 * len(strips) : 3 * len(strips) + 3]:
            columns += [["0"] * 8] * int(chance.random() * 3)
            inked = [[row[8 * y + x] for y in range(8)] for x in range(8)]
            columns += [column for column in inked if any(pixel != "0" for pixel in column)]
            labels.append(row[-1])
        columns = (columns + [["0"] * 8] * 24)[:24]
        strips.append([pixel for column in columns for pixel in column] + labels)
    names = [f"pixel_{x}_{y}" for x in range(24) for y in range(8)] + ["first", "second", "third"]
    write("digit_strips.csv", names, strips)


def slipped_diabetes():
    """Patients of whom one in ten has a progression ten times too large (a slipped point) in training."""
    chance = random.Random(6)
    header, rows = read("diabetes.csv")
    rows = shuffled(rows, chance)
    train = [
        row[:-1] + ([f"{float(row[-1]) * 10:.6g}"] if chance.random() < 0.1 else row[-1:])
        for row in rows[:300]]
    write("slipped_diabetes_train.csv", header, train)
    write("slipped_diabetes_test.csv", header, rows[300:])


def new_writers():
    """The digits of the last writers: a fifth of the rows, whose hands differ from those before."""
    header, rows = read("digits.csv")
    write("new_writers.csv", header, rows[-359:])


def placed_digits():
    """Digits somewhere on 12 by 12 pixels: 0 to 4; and 5 to 9, of which 50 a class are in training."""
    chance = random.Random(8)
    _, rows = read("digits.csv")
    names = [f"pixel_{y}_{x}" for y in range(12) for x in range(12)] + ["target"]
    low, train, test = [], [], []
    for row in shuffled(rows, chance):
        top, left = int(chance.random() * 5), int(chance.random() * 5)
        inked = {(top + y, left + x): row[8 * y + x] for y in range(8) for x in range(8)}
        placed = [inked.get((y, x), "0") for y in range(12) for x in range(12)] + row[-1:]
        if row[-1] in "01234":
            low.append(placed)
        else:
            (train if sum(row[-1] == other[-1] for other in train) < 50 else test).append(placed)
    write("placed_low_digits.csv", names, low)
    write("placed_high_digits_train.csv", names, train)
    write("placed_high_digits_test.csv", names, test[:400])


def noisy_wine():
    """The wines with 80 columns of normal noise beside their 13 measurements."""
    chance = random.Random(5)
    header, rows = read("wine.csv")
    names = header[:-1] + [f"noise_{i + 1}" for i in range(80)] + header[-1:]
    noisy = [row[:-1] + [f"{chance.gauss(0, 1):.2f}" for _ in range(80)] + row[-1:] for row in rows]
    write("noisy_wine.csv", names, noisy)


if __name__ == "__main__":
    rare_malignant()
    large_nuclei()
    benign_ward()
    dirty_wine()
    digit_strips()
    slipped_diabetes()
    new_writers()
    placed_digits()
    noisy_wine()
