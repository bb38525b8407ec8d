#!/usr/bin/env python3
"""Makes one mistake after the other in the plugins' formulas, and lists those that no test of the plugin notices.

    Tests/Mutants/check.py --scratch-path /tmp/mutants [--most 10] [--only Focal Huber] [--kinds Losses]

Works on a copy of the project in the scratch path; the project itself is never changed. All mistakes are built at once, each
behind a switch (mutation.py); what does not compile that way is left out. Then the tests of a file are run once a mistake:
Tests/KINDTests/NAMETests.swift, or those that name the plugin, or, for what plugins share, all of the kind; where they pass
nevertheless, all tests of the kind and whole runs that name the plugin. Tests that crash or hang have noticed too.

Some mistakes change nothing that can be seen (the sign of a number that is squared): they are listed with the reason in
equivalent.txt, by the text of their line. Leaves with 1 if others went unnoticed.
"""
import argparse
import concurrent.futures
import itertools
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
import zlib

from mutation import declarations, mutants, switched

root = pathlib.Path(__file__).resolve().parent.parent.parent
left_out = {"Backends"}


def bring(source, target):
    """Copies what differs, so that a build compiles no more than that."""
    if source.is_dir():
        target.mkdir(exist_ok=True, parents=True)
        names = {path.name for path in source.iterdir() if path.name not in (".build", "__pycache__")}
        for path in target.iterdir():
            if path.name not in names:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name in names:
            bring(source / name, target / name)
    elif not target.exists() or target.read_bytes() != source.read_bytes():
        shutil.copy2(source, target)


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def key(mutant):
    """Says the same in another run, wherever its line has moved."""
    return f"{mutant.path}: {mutant.source} [{mutant.start - mutant.indent}: {mutant.old} → {mutant.new}]"


class Project:
    """The copy, and the mistakes in it."""

    def __init__(self, scratch):
        self.copy, self.build = scratch / "project", scratch / "build"
        self.copy.mkdir(exist_ok=True, parents=True)
        self.texts, self.mutants = {}, {}
        self.memory = scratch / "impossible.txt"
        self.impossible = set(self.memory.read_text().splitlines()) if self.memory.exists() else set()
        for part in ["Package.swift", "Sources", "Tests", "Examples", "README.md", "Documentation"]:
            if part != "Sources":
                bring(root / part, self.copy / part)
        for source in (root / "Sources").iterdir():
            if source.name != "Plugins":
                bring(source, self.copy / "Sources" / source.name)
        bring(root / "Sources/Plugins/Backends", self.copy / "Sources/Plugins/Backends")
        # Only plugins' tests are built.
        write(self.copy / "Package.swift", (root / "Package.swift").read_text() + """
let wanted = Set(builtIn.flatMap { $0.map(\\.name) } + ["EndToEndTests"])
package.targets.removeAll { $0.type == .test && !wanted.contains($0.name) }
""")
        self.kinds = sorted(
            path.name for path in (root / "Sources/Plugins").iterdir() if path.is_dir() and path.name not in left_out)
        numbers = itertools.count(1)
        for kind in self.kinds:
            for path in sorted((root / "Sources/Plugins" / kind).rglob("*.swift")):
                name = path.relative_to(root)
                self.texts[name] = path.read_text()
                found = [] if path.stem == "Bundle" else mutants(name, self.texts[name], numbers)
                self.mutants[name] = [mutant for mutant in found if key(mutant) not in self.impossible]

    def files(self, kind):
        return [name for name in self.texts if name.parts[2] == kind]

    def place(self, kind):
        """Writes a kind's files with their switches."""
        folder = self.copy / "Sources/Plugins" / kind
        names = self.files(kind)
        wanted = {self.copy / name for name in names} | {folder / "Switches.swift"}
        for path in folder.rglob("*.swift"):
            if path not in wanted:
                path.unlink()
        for name in names:
            (self.copy / name).parent.mkdir(exist_ok=True, parents=True)
            write(self.copy / name, switched(self.texts[name], self.mutants[name]))
        write(folder / "Switches.swift", declarations(m for name in names for m in self.mutants[name]))

    def settle(self, kind):
        """Leaves out what does not compile."""
        dropped = 0
        for attempt in range(40):
            self.place(kind)
            files = sorted(str(path) for path in (self.copy / "Sources/Plugins" / kind).rglob("*.swift"))
            modules = self.build / "release"
            outcome = subprocess.run(
                ["swiftc", "-typecheck", "-swift-version", "6", "-enable-upcoming-feature", "ExistentialAny",
                 "-package-name", "project", "-module-name", "Espalier" + kind, "-parse-as-library",
                 "-I", modules / "Modules", "-Xcc", f"-fmodule-map-file={modules}/EspalierKernels.build/module.modulemap",
                 "-I", self.copy / "Sources/Kernels/include", *files], capture_output=True, text=True)
            if outcome.returncode == 0:
                break
            errors, lost = self.leave_out(outcome.stderr, attempt == 0)
            dropped += lost
            if not errors:
                sys.exit(outcome.stderr[-3000:])
        else:
            sys.exit(f"{kind} does not compile:\n{outcome.stderr[-3000:]}")
        self.memory.write_text("".join(line + "\n" for line in sorted(self.impossible)))
        print(f"{kind}: {sum(len(self.mutants[name]) for name in self.files(kind))} mistakes, {dropped} do not compile",
              flush=True)

    def leave_out(self, output, numbers_first):
        """Leaves out what errors complain about; how many errors and mistakes these are."""
        errors, dropped = set(re.findall(r"^(/\S+?\.swift):(\d+):\d+: error", output, re.M)), 0
        for path, line in errors:
            name, line = pathlib.Path(path).relative_to(self.copy), int(line) - 1
            if not self.mutants.get(name):
                sys.exit(output[-3000:])
            here = self.mutants[name]
            wrong = [m for m in here if m.line == line and m.kind == "literal"] if numbers_first else []
            reach = 0
            while not wrong:
                wrong = [m for m in here if abs(m.line - line) <= reach]
                reach += 1
            self.mutants[name] = [m for m in here if m not in wrong]
            self.impossible |= {key(mutant) for mutant in wrong}
            dropped += len(wrong)
        return len(errors), dropped

    def swift_build(self, *what):
        outcome = subprocess.run(
            ["swift", "build", "-c", "release", "--scratch-path", self.build, *what],
            cwd=self.copy, capture_output=True, text=True)
        return "" if outcome.returncode == 0 else outcome.stdout + outcome.stderr

    def build_all(self):
        """What only later stages of the compiler find wrong is left out, too."""
        while output := self.swift_build("--build-tests"):
            before = dict(self.mutants)
            if self.leave_out(output, False) == (0, 0):
                sys.exit(output[-6000:])
            for kind in {name.parts[2] for name in before if self.mutants[name] is not before[name]}:
                self.settle(kind)

    def tests(self, name):
        """The files of a plugin's own tests, and patterns for these and for all that may notice."""
        kind = f"{name.parts[2]}Tests"
        own = [pathlib.Path(f"Tests/{kind}/{name.stem}Tests.swift")]
        others = []
        if "static let manifest" in self.texts[name]:
            naming = [[path.relative_to(root) for path in sorted((root / folder).glob("*Tests.swift"))
                       if re.search(rf"\b{name.stem}\b", path.read_text())]
                      for folder in [f"Tests/{kind}", "Tests/EndToEndTests"]]
            others = naming[1]
            if not (root / own[0]).exists():
                own = naming[0] or naming[1]
        own = [path for path in own if (root / path).exists()]

        def pattern(files):
            return [rf"^{path.parts[1]}\..*/{re.escape(path.name)}:" for path in files]

        all_ = "|".join([rf"^{kind}\."] + pattern(others))
        return own, "|".join(pattern(own)) or all_, all_


class Runner:
    def __init__(self, project):
        self.project = project
        self.program = next((project.build / "release").glob("*.xctest"))
        self.usual = {}

    def run(self, pattern, number, limit):
        environment = dict(os.environ, ESPALIER_MUTANT=str(number))
        start = time.monotonic()
        try:
            outcome = subprocess.run(
                [self.program, "--testing-library", "swift-testing", "--filter", pattern], cwd=self.project.copy,
                env=environment, capture_output=True, text=True, errors="replace", timeout=limit)
        except subprocess.TimeoutExpired:
            return False, limit, 0
        count = re.search(r"Test run with (\d+) test", outcome.stdout + outcome.stderr)
        return outcome.returncode == 0, time.monotonic() - start, int(count.group(1)) if count else 0

    def passes(self, pattern, number):
        """Whether these tests pass with the mistake in force."""
        return self.run(pattern, number, 5 + 6 * self.usual[pattern])[0]

    def prepare(self, pattern):
        """Runs tests without a mistake: they must pass, and not be none."""
        if pattern not in self.usual:
            passed, seconds, count = self.run(pattern, 0, 300)
            if not passed or count == 0:
                print(f"without a mistake: {pattern} {'passes' if passed else 'fails'} with {count} tests", flush=True)
            self.usual[pattern] = seconds
            return passed and count > 0
        return True


def known():
    """What is known to change nothing."""
    path = pathlib.Path(__file__).with_name("equivalent.txt")
    lines = path.read_text().splitlines() if path.exists() else []
    return {line for line in lines if line and not line.startswith("#")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scratch-path", required=True, type=pathlib.Path)
    parser.add_argument("--most", type=int, default=10**6, help="mistakes a file, chosen by chance")
    parser.add_argument("--round", type=int, default=1, help="another choice by chance")
    parser.add_argument("--only", nargs="*", default=[], help="names of files")
    parser.add_argument("--kinds", nargs="*", default=[], help="folders of plugins")
    parser.add_argument("--again", type=pathlib.Path, help="what was printed before: only what went unnoticed there")
    parser.add_argument("--jobs", type=int, default=2, help="tests run at a time")
    parser.add_argument("--built", action="store_true", help="all is built as it is: only run the tests")
    options = parser.parse_args()
    scratch = options.scratch_path.resolve()
    project = Project(scratch)
    if not options.built:
        for kind in project.kinds:
            project.place(kind)
        for target in ["Kernels", "Protocols", "Formats", "Statistics"]:
            if output := project.swift_build("--target", "Espalier" + target):
                sys.exit(output[-6000:])
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(project.settle, project.kinds))
        project.build_all()
    runner = Runner(project)
    equivalent = known()
    again = options.again and {
        line.split(maxsplit=1)[1].rsplit(" (line ", 1)[0]
        for line in options.again.read_text().splitlines() if line.startswith("unseen ")}
    work = []
    for name, all_ in project.mutants.items():
        if (options.only and name.stem not in options.only) or (options.kinds and name.parts[2] not in options.kinds):
            continue
        chosen = [m for m in all_ if key(m) not in equivalent and (again is None or key(m) in again)]
        random.Random(zlib.crc32(f"{name} {options.round}".encode())).shuffle(chosen)
        if not chosen:
            continue
        files, own, others = project.tests(name)
        runner.prepare(own)
        work += [(m, own, others) for m in chosen[:options.most]]
        if not files and "static let manifest" in project.texts[name]:
            print(f"no tests of its own: {name}", flush=True)

    for _, _, others in work:
        runner.prepare(others)
    print(f"{len(work)} mistakes to make", flush=True)

    def judge(item):
        mutant, own, others = item
        if not runner.passes(own, mutant.number):
            return mutant, "seen"
        return mutant, "by others" if own != others and not runner.passes(others, mutant.number) else "unseen"

    counts = {"seen": 0, "by others": 0, "unseen": 0}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for mutant, result in pool.map(judge, work):
            counts[result] += 1
            if result != "seen":
                print(f"{result:10}{key(mutant)} (line {mutant.line + 1})", flush=True)
    print(f"{counts['seen']} noticed by the plugin's own tests, {counts['by others']} by others of the kind, "
          f"{counts['unseen']} by none")
    sys.exit(counts["unseen"] > 0)


main()
