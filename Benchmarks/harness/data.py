"""Rows of data preparation. All sides read the same arrays."""

import os

from harness import processes
from harness.row import Row, measuring, prepared
from workloads import PREPARATIONS

BATCH = 64


def row(name, espalier, peers, rounds, seconds):
    text, kind, _, _ = PREPARATIONS[name]
    result = Row(name, text, samples=BATCH if kind == "batches" else 0)
    array = os.path.join(espalier.data, name + ".npy")
    able = [peer for peer in peers if peer.module != "jax"]
    if not able:
        raise SystemExit(f"{name} needs NumPy or PyTorch, which make its arrays")
    if not os.path.exists(array):
        processes.run([able[0].python, "-m", "peers.arrays", name, espalier.data])
    found = prepared(able, name, result.notes, data=array)

    def own():
        reply = espalier.data_benchmark(name, seconds)
        if kind == "fit":
            return reply["seconds"]
        # As many workers as the peers have threads.
        rates = {rate["workers"]: rate["samples_per_second"] for rate in reply["rates"]}
        return BATCH / rates.get(espalier.threads, reply["samples_per_second"])

    result.play(
        {"espalier": own, **{label: measuring(peer, variant, seconds if kind == "batches" else 0.01)
                             for label, (peer, variant, _) in found.items()}}, rounds)
    if kind == "fit":
        result.notes.append(accuracies(name, array, espalier, found, able[0].python))
    # Hundreds of megabytes of arrays are given back.
    for peer in able:
        peer.ask(do="prepare", workload=None)
    return result


def accuracies(name, array, espalier, found, python):
    """How far each contestant's whitened data are from what they should be."""
    def of_run(run):
        return float(processes.output([python, "-m", "peers.accuracy", name, array, run]))

    differences = {"espalier": espalier.train(espalier.config(name), look=of_run)}
    for label, (peer, variant, _) in found.items():
        reply = peer.ask(do="accuracy", variant=variant, workload=name, data=array)
        if "difference" in reply:
            differences[label] = reply["difference"]
    return "largest difference of the whitened covariance from a reference in 64 bits: " + ", ".join(
        f"{label} {value:.1e}" for label, value in differences.items())
