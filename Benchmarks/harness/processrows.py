"""Rows of whole processes: time to the first step, and memory."""

from harness import processes
from harness.row import Row, label
from workloads import STEPS

MODULES = ("pytorch", "jax")
STEPS_FOR_MEMORY = 10


def contestants(name, steps, espalier, peers, part):
    """What each contestant's process takes: `part` 0 is seconds, 1 bytes."""
    samples = STEPS[name].batch * steps
    config = espalier.config(name)

    def peer_process(peer):
        return lambda: processes.run(
            [peer.python, "-m", "peers.worker", peer.module, str(peer.threads), name, str(steps)])[part]

    found = {"espalier": lambda: espalier.train(
        config, "--set", f"data.source.synthetic.samples={samples}")[part]}
    for peer in peers:
        if peer.module in MODULES:
            found[label(peer.module, "")] = peer_process(peer)
    return found


def rows(name, espalier, peers, rounds):
    if name == "start":
        result = Row("start", "process start to the end of one step of w1")
        result.notes.append("Espalier: to the end of a run of one step, which saves and measures, too")
        result.play(contestants("w1", 1, espalier, peers, 0), rounds)
        return [result]
    results = []
    for workload in ("w3", "w5"):
        result = Row(
            f"memory {workload}", f"most memory of a process, {STEPS_FOR_MEMORY} steps of {workload}", "bytes")
        # Memory hardly varies: two rounds show it.
        result.play(contestants(workload, STEPS_FOR_MEMORY, espalier, peers, 1), min(rounds, 2))
        results.append(result)
    return results
