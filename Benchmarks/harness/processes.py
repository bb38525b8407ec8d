"""Peers in processes of their own, idle but for the time in which they are measured."""

import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Peer:
    """A worker (`peers/worker.py`) in some interpreter."""

    def __init__(self, module, python, threads):
        self.module, self.python, self.threads = module, python, threads
        self.without = []  # variants that are not wanted
        self.process = subprocess.Popen(
            [python, "-m", "peers.worker", module, str(threads)], cwd=HERE, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        first = self._read()
        self.missing = first.get("missing") or first.get("error")
        self.about = module if self.missing else self.ask(do="about")["name"]

    def _read(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended"}

    def ask(self, **request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            return {"error": "the process ended"}
        return self._read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def peers(interpreters, threads, only=None):
    """Those that are installed. What is not is told."""
    found = []
    for module, python in interpreters.items():
        if only is not None and module not in only:
            continue
        try:
            peer = Peer(module, python, threads)
        except OSError as error:
            print(f"(left out: {module}: {error})", file=sys.stderr)
            continue
        if peer.missing:
            print(f"(left out: {module}: {peer.missing}, {python})", file=sys.stderr)
        else:
            found.append(peer)
    return found


def run(command, environment=None):
    """Seconds and the most resident bytes of a process, from its start to its end."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=HERE, env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    said = process.stderr.read()
    memory = memory_at_end(process)
    seconds = time.perf_counter() - start
    process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {said.strip().splitlines()[-1:] or process.returncode}")
    return seconds, memory


def output(command):
    """What a process writes."""
    done = subprocess.run(command, cwd=HERE, text=True, capture_output=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip().splitlines()[-1:] or done.returncode}")
    return done.stdout


def memory_at_end(process):
    """Waits for a process; the most resident bytes that it had."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
