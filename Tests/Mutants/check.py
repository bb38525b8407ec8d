#!/usr/bin/env python3
"""Breaks one formula of every plugin, builds all of it once, and lists the plugins whose own tests do not notice.

    Tests/Mutants/check.py --scratch-path /tmp/mutants --round 1

Works on a copy of the project, which it makes in the scratch path; the project itself is never changed. A plugin in
Sources/Plugins/KIND/NAME.swift has its tests in Tests/KINDTests/NAMETests.swift. In each file one operator of a line of
code is exchanged (another one in each round); what does not compile is exchanged elsewhere. Each plugin's suite is then run
by itself: one that passes has not seen the mistake, and is printed with the line. Some mistakes change nothing that can be
seen (a sign below a square, a bound that no test reaches); the list is to be read, not to be empty.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import sys
import zlib

root = pathlib.Path(__file__).resolve().parent.parent.parent
swaps = [
    (r" \+ ", " - "), (r" - ", " + "), (r" \* ", " / "), (r" / ", " * "), (r" < ", " >= "),
    (r" > ", " <= "), (r" <= ", " > "), (r" >= ", " < "), (r" \.> ", " .< "), (r" \.>= ", " .< "),
    (r"\bmaximum\(", "minimum("), (r"\bminimum\(", "maximum("), (r"\bmax\(", "min("), (r"\bmin\(", "max("),
    (r"\bexp\(", "tanh("), (r"\bsquare\(", "abs("), (r"\bsqrt\(", "abs("), (r"\babs\(", "square("),
    (r"\.squareRoot\(\)", ".magnitude"), (r" \+= ", " -= "), (r" -= ", " += "), (r" \*= ", " /= "),
    (r"\.mean\(", ".sum("), (r"\.sum\(", ".mean("), (r"\bfalse\b", "true"), (r"\btrue\b", "false"),
    (r"\b1 - ", "2 - "), (r"\b0\.5\b", "0.75"), (r"\b2 \* ", "3 * "), (r" == 0\b", " != 0"), (r"&& ", "|| "),
    (r"\.softmax\(\)", ".logSoftmax()"), (r"\.logSoftmax\(", ".softmax("), (r"\btanh\(", "sigmoid("),
    (r"\bsoftplus\(", "exp("), (r"(?<![\w.\[])2(?![\w.\]])", "3"), (r"(?<![\w.\[])3(?![\w.\]])", "4"),
    (r"(?<![\w.\[])1(?![\w.\]])", "2"),
    (r"softplus\(-", "softplus("), (r"(?<=[=(] )-(?=[a-z])", ""), (r"\bsigmoid\(", "tanh("),
]
# Settings, checks and messages are no formula.
passed_over = re.compile(
    r'^\s*(///|//|@Parameter|@Component|public init|import|guard .*(throw|else \{ throw)|throw|case .*:$|#)|"|static let')


def candidates(text):
    """(line number, place, pattern, replacement) of all that can be exchanged."""
    found = []
    skipped = None
    for number, line in enumerate(text.split("\n")):
        if re.match(r"  (public )?(init|func validate|func check|static func decode)\b", line):
            skipped = True
        elif re.match(r"  \S", line) and not line.startswith("  }"):
            skipped = False
        if skipped or passed_over.search(line):
            continue
        code = line.split("//")[0]
        for pattern, replacement in swaps:
            for match in re.finditer(pattern, code):
                if re.search(r"[\]\[]", code[max(0, match.start() - 1):match.end() + 1]) and "+" in pattern:
                    continue
                found.append((number, match.start(), match.end(), replacement))
    return found


def bring(source, target):
    """Copies what differs, so that a build compiles no more than that."""
    if source.is_dir():
        target.mkdir(exist_ok=True)
        names = {path.name for path in source.iterdir() if path.name != ".build"}
        for path in target.iterdir():
            if path.name not in names:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name in names:
            bring(source / name, target / name)
    elif not target.exists() or target.read_bytes() != source.read_bytes():
        shutil.copy2(source, target)


class Mutant:
    def __init__(self, source, copy, suite, round_):
        self.source, self.copy, self.suite = source, copy, suite
        self.text = source.read_text()
        self.choices = candidates(self.text)
        random.Random(zlib.crc32(f"{source.name} {round_}".encode())).shuffle(self.choices)
        self.line = None

    def apply(self):
        if not self.choices:
            self.copy.write_text(self.text)
            self.line = None
            return
        number, start, end, replacement = self.choices.pop()
        lines = self.text.split("\n")
        before = lines[number]
        lines[number] = before[:start] + replacement + before[end:]
        self.line = (number + 1, before.strip(), lines[number].strip())
        self.copy.write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch-path", required=True, type=pathlib.Path)
    parser.add_argument("--round", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[], help="names of plugins' files")
    options = parser.parse_args()
    copy = options.scratch_path / "project"
    copy.mkdir(parents=True, exist_ok=True)
    for part in ["Package.swift", "Sources", "Tests", "Examples", "README.md", "Documentation"]:
        bring(root / part, copy / part)
    mutants = []
    for source in sorted((root / "Sources/Plugins").glob("*/*.swift")):
        kind, name = source.parent.name, source.stem
        suite = root / f"Tests/{kind}Tests/{name}Tests.swift"
        if name != "Bundle" and suite.exists() and (not options.only or name in options.only):
            mutants.append(Mutant(source, copy / source.relative_to(root), f"{kind}Tests.{name}Tests", options.round))
    for mutant in mutants:
        mutant.apply()
    by_file = {str(mutant.copy): mutant for mutant in mutants}
    build = ["swift", "build", "-c", "release", "--build-tests", "-Xswiftc", "-enable-testing",
             "--scratch-path", str(options.scratch_path / "build")]
    while True:
        outcome = subprocess.run(build, cwd=copy, capture_output=True, text=True)
        if outcome.returncode == 0:
            break
        output = outcome.stdout + outcome.stderr
        wrong = {by_file[path] for path in re.findall(r"^(/\S+?\.swift):\d+:\d+: error", output, re.M) if path in by_file}
        if not wrong:
            sys.exit(output[-3000:])
        print(f"{len(wrong)} do not compile: {' '.join(sorted(m.source.stem for m in wrong))}", flush=True)
        for mutant in wrong:
            mutant.apply()
    program = next((options.scratch_path / "build").glob("release/*.xctest"))
    unseen = []
    for mutant in mutants:
        if mutant.line is None:
            print(f"none     {mutant.source.stem}: nothing to exchange")
            continue
        try:
            outcome = subprocess.run(
                [program, "--testing-library", "swift-testing", "--filter", rf"^{re.escape(mutant.suite)}\b"],
                cwd=copy, capture_output=True, text=True, timeout=180)
            seen = outcome.returncode != 0
            if not seen and "0 tests" in outcome.stdout + outcome.stderr:
                print(f"no tests {mutant.suite}")
        except subprocess.TimeoutExpired:
            seen = True
        if not seen:
            unseen.append(mutant)
            number, before, after = mutant.line
            print(f"unseen   {mutant.source.relative_to(root)}:{number}\n           {before}\n           {after}", flush=True)
    print(f"{len(mutants)} plugins broken, {len(mutants) - len(unseen)} seen, {len(unseen)} not")


main()
