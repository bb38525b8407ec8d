"""Espalier's side: every figure comes from a process of `espalier bench` or `espalier train`."""

import json
import os
import subprocess
import tempfile

from harness import processes

CONFIGS = os.path.join(processes.HERE, "configs")


class Program:
    def __init__(self, path, threads, data):
        self.path, self.threads, self.data = path, threads, data

    def config(self, name):
        return os.path.join(CONFIGS, name + ".yaml")

    def call(self, *arguments):
        done = subprocess.run(
            [self.path, *arguments, "--set", f"training.threads={self.threads}"], text=True,
            capture_output=True, env={**os.environ, "ESPALIER_BENCHMARK_DATA": self.data})
        if done.returncode:
            raise RuntimeError(f"{self.path} {' '.join(arguments)}:\n{done.stderr}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def version(self):
        done = subprocess.run([self.path, "version"], text=True, capture_output=True, check=True)
        return done.stdout.strip()

    def step(self, config, seconds, *settings):
        return self.call(
            "bench", config, "--json", "--rounds", "3", "--seconds", f"{seconds / 3:.4f}", *settings)

    def data_benchmark(self, name, seconds):
        return self.call(
            "bench", self.config(name), "--data", "--json", "--rounds", "1", "--seconds", f"{seconds:.4f}")

    def parameters(self, name):
        return self.call("plan", self.config(name), "--json")["parameters"]

    def train(self, config, *settings, look=None):
        """Seconds and bytes of a whole training run; or what `look` finds in its folder."""
        with tempfile.TemporaryDirectory() as folder:
            run = os.path.join(folder, "run")
            taken = processes.run(
                [self.path, "train", config, "--set", f"training.threads={self.threads}",
                 "--set", "training.report=false", "--set", "data.split.validation=0", *settings,
                 "--output", run],
                {"ESPALIER_BENCHMARK_DATA": self.data})
            return look(run) if look else taken
