"""What is timed: the same models, batches and optimizers on all sides. Configs of the same names are in configs/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    text: str
    batch: int
    sample: tuple  # one sample's shape, channels first
    optimizer: str  # adam, or sgd with momentum 0.9
    floor: str = ""

    @property
    def shape(self):
        return (self.batch, *self.sample)


# Training steps: the middle time of one is compared.
STEPS = {
    "w1": Workload("MLP 64-64-10, batch 32, Adam", 32, (64,), "adam"),
    "w2": Workload("MLP 784-512-512-10, batch 128, SGD momentum", 128, (784,), "sgd"),
    "w3": Workload("MLP 784-2048×3-10, batch 256, Adam", 256, (784,), "adam"),
    "w4": Workload("CNN 1×28×28, two convolutions, batch 64, Adam", 64, (1, 28, 28), "adam"),
    "w5": Workload("ResNet-20 on 3×32×32, batch 64, SGD momentum", 64, (3, 32, 32), "sgd"),
    "w6": Workload("30 dense layers of 128, batch norm, batch 64, Adam", 64, (128,), "adam"),
    "w7": Workload("LSTM 128, 28 steps, batch 64, Adam", 64, (28, 28), "adam"),
    "w8": Workload("encoder d 128, 2 layers, 64 tokens, batch 16, Adam", 16, (64, 128), "adam"),
}

# Data preparation: "fit" is the time of all fitting and transforming, "batches" that of a batch.
PREPARATIONS = {
    "w9a": ("standardize + PCA-whiten 60000×784 → 100", "fit", (60000, 784), "float32"),
    "w9b": ("ZCA-whiten 50000×768", "fit", (50000, 768), "float32"),
    "w10": ("crop + flip + colour jitter, 64 of 3×32×32 bytes", "batches", (10000, 3, 32, 32), "uint8"),
}

RATE = 1e-4
