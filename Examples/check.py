#!/usr/bin/env python3
"""Runs the example configs and checks the figures that their headers promise.

    python3 Examples/check.py                         all of them
    python3 Examples/check.py flooding warmup         those of these names or folders
    python3 Examples/check.py --write flooding        and writes what was measured into their headers

A header is the comment at the beginning of a config. What is read from it, and nothing else:

    #   espalier train Examples/a.yaml                            a variant; the first is "as it is"
    #   espalier train Examples/a.yaml --set callbacks=[] # plain     another one, called "plain"
    #   espalier train Examples/b.yaml --output runs/b            another config: is run first, once
    #   python3 Examples/b.py                                     a script that is run before all
    #   espalier ensemble --config Examples/a.yaml --bagging 5    a variant of several runs, joined
    # Medians over seeds 1…5 (least … greatest):                  how often each variant is run
    # expect: test accuracy >= 0.95                               of the medians; of the first variant
    # expect plain: test loss >= 1.5 × as it is                   or of another, or compared with one
    # expect: test accuracy >= plain + 0.02

Words for what is measured:

    test accuracy                        a result of the run: train, validation or test, and a name
    validation loss after 5 epochs       what the log says of an epoch
    epochs to validation accuracy 0.95   the first epoch at least that good; "never" counts as infinite
    epochs, best epoch                   how long the run went on, and which epoch's weights it kept
    failures                             1 if the run ended in an error, else 0
    zeros in dense_1.weight              numbers of a saved parameter that are exactly 0
    accuracy on data/other.csv           the trained model on a file, beside the config
    accuracy on attack.py 0.1            on what a script prints that is given the run's folder and 0.1
    lead in test accuracy over the best member       of an ensemble: by how much it is better than the member
    lead in test log_loss over the median member     that is best, or in the middle, by this very figure
    lead in test accuracy over the chosen member     that a user would choose: the best by this figure on the
                                                     validation part, of equals the one with less loss there

A sweep has `espalier search` in place of `train`; its seeds are those of the strategy. What is measured is measured
of its best trial, and

    epochs in all                        of all its trials
    importance of training.batch_size    what a parameter explains

Behind “Medians over” stands what was measured, written by --write. A median that is far from there (by more
than the spread, 0.02 and 5 %) has MOVED, and counts as missed.

Exits 1 if an expectation is missed, 2 if a header cannot be read or a run fails unexpectedly.
"""

import argparse
import difflib
import json
import math
import os
import re
import shlex
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait

from headers import Mistake, median, read, rewrite, spread, text, written

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
SLOW = 60  # seconds of a run
FALLING = ("loss", "mse", "mae", "rmse", "log_loss")  # figures of which less is better


# Running and measuring


def prepare(espalier, example):
    for script in example.scripts:
        command = [sys.executable, os.path.join(ROOT, script)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 0:
            raise Mistake(f"{shlex.join(command)}\nexits with {done.returncode}:\n{done.stderr.strip()}")
    for words in example.preparations:
        command = [espalier, "train", *words, "--force", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode != 0:
            raise Mistake(f"{shlex.join(command)}\nexits with {done.returncode}:\n{done.stderr.strip()}")


def train(espalier, example, variant, seed, folder):
    """Trains one variant with one seed. Gives its figures by measure, and the seconds it took."""
    if variant in example.ensembles:
        command = [espalier, "ensemble", "--config", example.path, *example.variants[variant]]
        command += ["--set", f"training.seed={seed}", "--threads", "1"]
    elif example.searches:
        command = [espalier, "search", example.path, *example.variants[variant], "--seed", str(seed)]
        command += ["--parallel", "1"]
    else:
        command = [espalier, "train", example.path, *example.variants[variant], "--seed", str(seed)]
        command += ["--threads", "1"]
    command += ["--json", "--output", folder, "--progress", "none"]
    start = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    seconds = time.monotonic() - start
    failed = run.returncode != 0
    counted = any(e.variant == variant and e.measure == "failures" for e in example.expectations)
    if failed and not counted:
        raise Mistake(f"{shlex.join(command)}\nexits with {run.returncode}:\n{run.stderr.strip()}")
    result = {} if failed else json.loads(run.stdout)
    if variant in example.ensembles and not failed:
        result = joined(result, folder, espalier)
    if result and example.searches:
        # What is said of a run is said of the best trial's.
        folder = os.path.join(folder, f"trial-{result['best']['index']:04}")
        with open(os.path.join(folder, "summary.json"), encoding="utf-8") as file:
            result["results"] = json.load(file)["results"]
    figures = {}
    for name in example.measures:
        if name == "failures":
            figures[name] = float(failed)
        elif failed:
            figures[name] = math.nan
        else:
            figures[name] = measure(name, result, folder, example, espalier)
    return figures, seconds


def joined(page, folder, espalier):
    """The results of an ensemble in the form of a run's, with those of its members."""
    command = [espalier, "evaluate", folder, "--split", "test", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Mistake(f"{shlex.join(command)}\nexits with {done.returncode}:\n{done.stderr}")
    members = []
    for member in page["members"]:
        with open(os.path.join(member["folder"], "summary.json"), encoding="utf-8") as file:
            members.append(json.load(file)["results"])
    return {"results": {"test": json.loads(done.stdout)["metrics"]}, "members": members}


def measure(name, result, folder, example, espalier):
    if match := re.fullmatch(r"lead in (\w+) (\w+) over the (best|median|chosen) member", name):
        sign = -1 if match[2] in FALLING else 1
        own = sign * result["results"][match[1]][match[2]]
        members = [sign * member[match[1]][match[2]] for member in result["members"]]
        if match[3] == "chosen":
            judged = [member["validation"] for member in result["members"]]
            scores = [(sign * seen[match[2]], -seen["loss"]) for seen in judged]
            return own - members[scores.index(max(scores))]
        return own - (max(members) if match[3] == "best" else statistics.median(members))
    if name == "epochs in all":
        return float(sum(trial["epochs"] for trial in result["trials"]))
    if match := re.fullmatch(r"importance of (\S+)", name):
        return number(result["importance"][match[1]])
    if name in ("epochs", "best epoch"):
        return number(result[name.replace(" ", "_")])
    if match := re.fullmatch(r"(\w+) (\w+) after (\d+) epochs?", name):
        return logged(folder, f"{match[1]}_{match[2]}")[int(match[3]) - 1]
    if match := re.fullmatch(r"epochs to (\w+) (\w+) (\S+)", name):
        falls = match[2] in FALLING
        values = logged(folder, f"{match[1]}_{match[2]}")
        good = (v <= float(match[3]) if falls else v >= float(match[3]) for v in values)
        return next((epoch for epoch, is_good in enumerate(good, 1) if is_good), math.inf)
    if match := re.fullmatch(r"zeros in (\S+)", name):
        return parameter(folder, match[1]).count(0)
    if match := re.fullmatch(r"(\w+) on (\S+)(.*)", name):
        return on_file(match[1], match[2], match[3].split(), folder, example, espalier)
    split, _, metric = name.partition(" ")
    results = result["results"]
    if split not in results:
        raise Mistake(f"{example.name}: “{name}”: the run has results of {', '.join(results)}")
    if metric not in results[split]:
        raise Mistake(f"{example.name}: “{name}”: measured are {', '.join(results[split])}")
    return number(results[split][metric])


def number(value):
    """A number of a result, where null stands for what is not there or not finite."""
    return math.nan if value is None else float(value)


def logged(folder, name):
    """What the log says of each epoch. A number that is not finite is null there."""
    values = []
    with open(os.path.join(folder, "metrics.jsonl"), encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            if event["event"] == "epoch":
                values.append(number(event["metrics"].get(name)))
    return values


def parameter(folder, name):
    """The numbers of a saved parameter, from a file of safetensors with 32-bit floats."""
    with open(os.path.join(folder, "weights.safetensors"), "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        entry = json.loads(file.read(length))[name]
        begin, end = entry["data_offsets"]
        file.seek(8 + length + begin)
        return list(struct.unpack(f"<{(end - begin) // 4}f", file.read(end - begin)))


def on_file(metric, source, options, folder, example, espalier):
    """A metric of the trained model on a file, or on what a script makes of the run."""
    path = os.path.join(os.path.dirname(example.path), source)
    if path.endswith(".py"):
        made = os.path.join(folder, "samples.csv")
        with open(made, "w", encoding="utf-8") as file:
            script = [sys.executable, path, folder, *options]
            done = subprocess.run(script, stdout=file, stderr=subprocess.PIPE, text=True)
        if done.returncode != 0:
            raise Mistake(f"{shlex.join(script)}\nexits with {done.returncode}:\n{done.stderr}")
        path = made
    command = [espalier, "evaluate", folder, "--input", path, "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Mistake(f"{shlex.join(command)}\nexits with {done.returncode}:\n{done.stderr}")
    found = json.loads(done.stdout)
    for results in (found, *[part for part in found.values() if isinstance(part, dict)]):
        for values in (results, *[part for part in results.values() if isinstance(part, dict)]):
            if isinstance(values.get(metric), (int, float)):
                return values[metric]
    raise Mistake(f"{example.name}: “{metric} on {source}”: evaluate gives {done.stdout.strip()}")


# Telling


def moved(example, figures):
    """Figures of the header that are not what is measured today, with room for other machines."""
    rows = []
    for (name, variant), (middle, least, greatest) in written(example).items():
        if variant not in figures or name not in example.measures:
            raise Mistake(f"{example.name}: its figures have “{name}” of “{variant}”; write them anew")
        value = median([run[name] for run in figures[variant]])
        if math.isnan(middle) or math.isinf(middle):
            same = str(value) == str(middle)
        else:
            room = max(greatest - least, 0.02, 0.05 * abs(middle))
            same = least - room <= value <= greatest + room
        if not same:
            bound = f"as in the header: {text(middle)}"
            rows.append((example.name, variant, name, text(value), bound, "", "MOVED"))
    return rows


def table(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip(), flush=True)


def check(example, espalier, pool, write):
    """Runs all variants with all seeds. Gives rows of the table and the slowest run's seconds."""
    prepare(espalier, example)
    with tempfile.TemporaryDirectory() as folder:
        runs = {
            (variant, seed): pool.submit(
                train, espalier, example, variant, seed, os.path.join(folder, f"{number}-{seed}"))
            for number, variant in enumerate(example.variants)
            for seed in example.seeds
        }
        wait(runs.values())  # before the folder goes, also where one of them has failed
        done = {key: run.result() for key, run in runs.items()}
    figures = {
        variant: [done[variant, seed][0] for seed in example.seeds] for variant in example.variants}
    times = {
        variant: statistics.median(done[variant, seed][1] for seed in example.seeds)
        for variant in example.variants}
    rows = []
    for each in example.expectations:
        medians = {v: median([run[each.measure] for run in figures[v]]) for v in example.variants}
        good = each.holds(medians[each.variant], medians)
        bound = f"{each.comparison} {each.bound}"
        if each.other:
            bound += f" = {text(each.limit(medians))}"
        values = spread([run[each.measure] for run in figures[each.variant]])
        rows.append((example.name, each.variant, each.measure, values, bound,
                     f"{times[each.variant]:.1f}", "ok" if good else "MISSED"))
    if write:
        rewrite(example, figures, times[next(iter(example.variants))])
    else:
        rows += moved(example, figures)
    return rows, max(seconds for _, seconds in done.values())


def main():
    arguments = argparse.ArgumentParser(
        description="Runs the example configs and checks the figures that their headers promise.")
    arguments.add_argument("names", nargs="*", help="configs or folders, such as flooding; all unless given")
    arguments.add_argument("--espalier", default=os.path.join(ROOT, ".build/release/espalier"),
                           help="the program (default: .build/release/espalier)")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time")
    arguments.add_argument("--write", action="store_true", help="write what was measured into the headers")
    options = arguments.parse_args()
    espalier = options.espalier
    if os.sep in espalier:
        espalier = os.path.abspath(espalier)

    if not shutil.which(espalier):
        sys.exit(f"no program {espalier}: build it by `swift build -c release --product espalier`, "
                 "or name another with --espalier")

    paths = sorted(
        os.path.join(folder, file) for folder, _, files in os.walk(HERE) for file in files
        if file.endswith(".yaml") and "AcmePlugins" not in folder and "OwnProgram" not in folder)
    rows, problems, slow = [("config", "variant", "figure", "measured", "expected", "s", "")], [], []
    names = {path: os.path.relpath(path, HERE)[: -len(".yaml")].replace(os.sep, "/") for path in paths}
    examples = []
    for path in paths:
        if options.names and not chosen(names[path], options.names):
            continue
        try:
            examples.append(read(path, names[path]))
        except Mistake as mistake:
            problems.append(str(mistake))
    for name in options.names:
        if not any(chosen(each, [name]) for each in names.values()):
            near = difflib.get_close_matches(
                name, [*names.values(), *map(os.path.basename, names.values())], 1)
            problems.append(f"no example is called {name}" + (f"; did you mean {near[0]}?" if near else ""))
    started = time.monotonic()
    with ThreadPoolExecutor(options.jobs) as pool:
        for example in examples:
            if example.builds and not options.names:
                print(f"{example.name}: left out, since it builds a package first; name it to run it",
                      file=sys.stderr)
                continue
            print(f"{example.name} …", file=sys.stderr, flush=True)
            try:
                found, seconds = check(example, espalier, pool, options.write)
            except (Mistake, OSError) as mistake:
                problems.append(str(mistake))
                continue
            rows += found
            if seconds > SLOW:
                slow.append(f"{example.name} ({seconds:.0f} s)")
    if len(rows) > 1:
        table(rows)
    verdicts = [row[-1] for row in rows[1:]]
    missed = len(verdicts) - verdicts.count("ok")
    print(f"\n{verdicts.count('ok')} of {len(verdicts) - verdicts.count('MOVED')} expectations met, "
          f"{time.monotonic() - started:.0f} s in all")
    if slow:
        print(f"runs of more than {SLOW} s: " + ", ".join(slow))
    for problem in problems:
        print(f"\n{problem}", file=sys.stderr)
    sys.exit(2 if problems else 1 if missed else 0)


def chosen(example, names):
    """Whether one of the names is the example's: in full, its last part, or its folder."""
    return any(
        example == name or example.endswith("/" + name) or example.startswith(name.rstrip("/") + "/")
        for name in names)


if __name__ == "__main__":
    main()
