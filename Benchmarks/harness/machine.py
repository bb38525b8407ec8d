"""The machine's own limits, measured by a small C program where there is a compiler."""

import os
import platform
import shutil
import subprocess
import tempfile
from dataclasses import dataclass


@dataclass
class Machine:
    gigaflops: float  # of all threads that are used
    gigabytes: float
    text: str


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def measured(threads):
    """`None` for limits without a C compiler."""
    compiler = shutil.which(os.environ.get("CC", "cc")) or shutil.which("clang")
    about = f"{processor()}, {threads} thread{'s' * (threads > 1)}, {platform.system()}"
    if compiler is None:
        return Machine(0, 0, about + "; no C compiler, so no share of the peak")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "machine.c")
    native = "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "machine")
        subprocess.run(
            [compiler, "-O3", "-ffast-math", native, source, "-o", program, "-lpthread"], check=True)
        out = subprocess.run([program, str(threads)], capture_output=True, text=True, check=True)
    one, flops, alone, rate = map(float, out.stdout.split())
    return Machine(
        flops, rate,
        f"{about}: {flops:.0f} GFLOP/s ({one:.0f} on one thread), {rate:.0f} GB/s ({alone:.0f})")
