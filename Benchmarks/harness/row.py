"""One row of the table, and the rounds that fill it."""

from dataclasses import dataclass, field

from harness import summary


@dataclass
class Row:
    name: str
    text: str
    unit: str = "seconds"
    values: dict = field(default_factory=dict)  # contestant: one number a round
    notes: list = field(default_factory=list)
    operations: int = 0
    samples: int = 0

    @property
    def ratios(self):
        own = self.values["espalier"]
        return {name: summary.ratio(values, own) for name, values in self.values.items()
                if name != "espalier"}

    def play(self, contestants, rounds):
        """`contestants`: {name: measure}. One that fails is told and left out."""
        self.values = {name: [] for name in contestants}
        for _ in range(rounds):
            for name, measure in contestants.items():
                if name not in self.values:
                    continue
                try:
                    self.values[name].append(measure())
                except RuntimeError as error:
                    if name == "espalier":
                        raise
                    self.notes.append(f"left out: {name}: {error}")
                    del self.values[name]


def prepared(peers, name, notes, **request):
    """The variants of all peers: {name: measure(seconds)}."""
    found = {}
    for peer in peers:
        reply = peer.ask(do="prepare", workload=name, without=peer.without, **request)
        if "error" in reply:
            notes.append(f"left out: {peer.about}: {reply['error']}")
            continue
        notes += reply["notes"]
        for variant in reply["variants"]:
            found[label(peer.module, variant)] = (peer, variant, reply["parameters"])
    return found


def label(module, variant):
    title = {"pytorch": "PyTorch", "jax": "JAX", "numpy": "NumPy"}[module]
    variant = variant.removeprefix("numpy").strip()
    return variant if variant == "scikit-learn" else f"{title} {variant}".strip()


def measuring(peer, variant, seconds):
    def measure():
        reply = peer.ask(do="measure", variant=variant, seconds=seconds)
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["seconds"]
    return measure
