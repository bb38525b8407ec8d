"""Rows of training steps."""

from harness.row import Row, measuring, prepared
from workloads import STEPS


def row(name, espalier, peers, rounds, seconds):
    result = Row(name, STEPS[name].text)
    config = espalier.config(name)
    parameters = espalier.parameters(name)
    found = prepared(peers, name, result.notes)
    for label, (_, _, count) in found.items():
        if count != parameters:
            result.notes.append(f"{label} has {count} parameters, Espalier {parameters}")

    def own():
        reply = espalier.step(config, seconds)
        result.operations = reply["operations_per_step"]
        return reply["seconds_per_step"]

    result.play(
        {"espalier": own, **{label: measuring(peer, variant, seconds)
                             for label, (peer, variant, _) in found.items()}}, rounds)
    return result
