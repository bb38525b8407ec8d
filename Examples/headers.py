"""Headers of example configs: reads what they promise, and writes what was measured into them.

`check.py` tells what a header is.
"""

import math
import os
import re
import shlex
import statistics
from dataclasses import dataclass, field

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FIRST = "as it is"
COMMAND = r"espalier (train|search|ensemble --config)"


class Mistake(Exception):
    """A header that cannot be read, or a run without the asked figure."""


@dataclass
class Expectation:
    variant: str
    measure: str
    comparison: str
    bound: str
    factor: float = 1
    other: str = ""
    offset: float = 0

    def limit(self, medians):
        """The number that the median is compared with; `medians` has those of all variants."""
        base = self.factor * medians[self.other] if self.other else 0
        return base + self.offset

    def holds(self, value, medians):
        limit = self.limit(medians)
        if math.isnan(value) or math.isnan(limit):
            return False
        return {">=": value >= limit, "<=": value <= limit, "=": value == limit}[self.comparison]


@dataclass
class Example:
    path: str
    name: str
    lines: list
    seeds: range = range(1, 6)
    preparations: list = field(default_factory=list)
    scripts: list = field(default_factory=list)
    variants: dict = field(default_factory=dict)
    ensembles: set = field(default_factory=set)  # variants that are trained by `espalier ensemble`
    expectations: list = field(default_factory=list)
    builds: bool = False
    searches: bool = False  # a sweep, run by `espalier search`

    @property
    def measures(self):
        return list(dict.fromkeys(each.measure for each in self.expectations))


def read(path, name):
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    example = Example(path, name, lines)
    example.builds = any(line.startswith("plugins:") for line in lines)
    header = whole_commands([line[1:].strip() for line in lines[: header_length(lines)]])
    relative = os.path.relpath(path, ROOT).replace(os.sep, "/")
    for line in header:
        command = re.search(COMMAND + r" (\S+\.yaml)(.*)", line)
        if command and command[2] == relative:
            example.searches = command[1] == "search"
            options, _, name = command[3].partition(" #")
            name = name.strip() or FIRST
            if name in example.variants:
                raise Mistake(f"{example.name}: two commands are called “{name}”; name one by “# NAME”")
            example.variants[name] = shlex.split(re.sub(r"--output \S+", "", options))
            if command[1].startswith("ensemble"):
                example.ensembles.add(name)
        elif command and command[1] == "train":
            example.preparations.append([command[2], *shlex.split(command[3])])
        elif script := re.match(r"python3 (Examples/\S+\.py)$", line):
            example.scripts.append(script[1])
        seeds = re.search(r"over seeds (\d+)…(\d+)", line)
        if seeds:
            example.seeds = range(int(seeds[1]), int(seeds[2]) + 1)
    for line in header:
        if re.match(r"expect\b", line):
            example.expectations.append(expectation(line, example))
    if not example.variants:
        raise Mistake(
            f"{example.name}: no line of its header has “espalier train {relative}” or “search”")
    if not example.expectations:
        raise Mistake(f"{example.name}: no line of its header begins with “expect”")
    return example


def header_length(lines):
    return next((i for i, line in enumerate(lines) if not line.startswith("#")), len(lines))


def whole_commands(lines):
    """The lines, with commands joined that go on behind a backslash or within quotes."""
    joined = []
    for line in lines:
        if joined and re.search(COMMAND, joined[-1]):
            if joined[-1].endswith("\\"):
                joined[-1] = joined[-1][:-1] + line
                continue
            if joined[-1].count("'") % 2 == 1:
                joined[-1] += " " + line
                continue
        joined.append(line)
    return joined


def expectation(line, example):
    where = f"{example.name}: “{line}”"
    match = re.match(r"expect(?: ([^:]+))?: (.+?) (>=|<=|=) (.+)$", line)
    if not match:
        raise Mistake(f"{where}: not of the form “expect [VARIANT:] MEASURE >= BOUND”")
    variant, measure, comparison, bound = match.groups()
    variant = variant or next(iter(example.variants), FIRST)
    result = Expectation(variant, measure, comparison, bound)
    number = r"[-−]?\d+(?:\.\d+)?"
    parts = re.fullmatch(rf"(?:({number}) × )?(.+?)(?: ([+−-]) ({number}))?", bound)
    if re.fullmatch(number, bound):
        result.offset = float(bound.replace("−", "-"))
    elif parts and parts[2] in example.variants:
        result.factor = float(parts[1] or 1)
        result.other = parts[2]
        result.offset = float(parts[4] or 0) * (1 if parts[3] == "+" else -1)
    else:
        raise Mistake(f"{where}: “{bound}” is no number and begins with none of {known(example)}")
    if variant not in example.variants:
        raise Mistake(f"{where}: no variant “{variant}”; there are {known(example)}")
    return result


def known(example):
    return ", ".join(f"“{name}”" for name in example.variants)


# Figures


def text(value):
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return "never"
    if value == int(value):
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 0.1 else f"{value:.3f}"


def median(values):
    return math.nan if any(map(math.isnan, values)) else statistics.median(values)


def spread(values):
    ordered = sorted(values)
    if any(map(math.isnan, values)) or ordered[0] == ordered[-1]:
        return text(median(values))
    return f"{text(median(values))} ({text(ordered[0])} … {text(ordered[-1])})"


def number_of(words):
    return {"none": math.nan, "never": math.inf}[words] if words in ("none", "never") else float(words)


def written(example):
    """What the header says was measured: median, least and greatest by figure and variant."""
    figures, name = {}, ""
    start = next((i for i, line in enumerate(example.lines) if "Medians over seeds" in line), 0)
    for line in example.lines[start + 1 : header_length(example.lines)]:
        match = re.fullmatch(r"#   (\S.*?):(?: (.+))?", line)
        if match:
            name, variant, values = match[1], FIRST, match[2]
        elif line.startswith("#     "):
            variant, _, values = line[6:].partition("  ")
        else:
            break
        if values:
            words = re.findall(r"[^\s()…]+", values)
            figures[name, variant.strip()] = [number_of(word) for word in (words * 3)[:3]]
    return figures


def rewrite(example, figures, seconds):
    """Puts what was measured behind the line “Medians over seeds” of the header."""
    start = next((i for i, line in enumerate(example.lines) if "Medians over seeds" in line), None)
    if start is None:
        raise Mistake(f"{example.name}: no line “# Medians over seeds 1…5 (least … greatest)” to write behind")
    end = start + 1
    while example.lines[end].startswith("#   "):
        end += 1
    first, last = example.seeds[0], example.seeds[-1]
    block = [f"# Medians over seeds {first}…{last} (least … greatest), {seconds:.1f} s a run on one core:"]
    for name in example.measures:
        width = max(map(len, example.variants))
        block.append(f"#   {name}:" if len(example.variants) > 1 else "")
        for variant in example.variants:
            values = spread([run[name] for run in figures[variant]])
            if len(example.variants) > 1:
                block.append(f"#     {variant:{width}}  {values}")
            else:
                block[-1] = f"#   {name}: {values}"
    example.lines[start:end] = block
    with open(example.path, "w", encoding="utf-8") as file:
        file.write("\n".join(example.lines))
