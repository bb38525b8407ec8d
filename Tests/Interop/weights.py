#!/usr/bin/env python3
"""Checks that PyTorch reads the weights of finished runs and predicts what Espalier predicts.

Trains Examples/digits.yaml and Examples/digits_cnn.yaml, builds the same layers under the same
names in torch, loads weights.safetensors strictly, and compares probabilities of all digits.

  python3 Tests/Interop/weights.py PATH_OF_ESPALIER

Needs torch, safetensors and numpy. Ends with 0 when all agree, 1 when not, 77 when a module is
missing.
"""

import csv
import pathlib
import subprocess
import sys
import tempfile

try:
  import numpy
  import torch
  from safetensors.torch import load_file
  from torch import nn
except ImportError as error:
  print(f"skipped: {error}; this check needs torch, safetensors and numpy", file=sys.stderr)
  sys.exit(77)

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Examples"
TOLERANCE = 1e-5


class DigitsMLP(nn.Module):
  def __init__(self):
    super().__init__()
    self.dense_1 = nn.Linear(64, 256)
    self.dense_2 = nn.Linear(256, 128)
    self.dense_3 = nn.Linear(128, 10)

  def forward(self, x):
    return self.dense_3(self.dense_2(self.dense_1(x).relu()).relu())


class Block(nn.Module):
  def __init__(self, inputs, outputs, stride):
    super().__init__()
    self.conv2d_1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
    self.batch_norm_1 = nn.BatchNorm2d(outputs)
    self.conv2d_2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
    self.batch_norm_2 = nn.BatchNorm2d(outputs)
    self.is_projected = stride != 1 or inputs != outputs
    if self.is_projected:
      self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
      self.shortcut_normalization = nn.BatchNorm2d(outputs)

  def forward(self, x):
    y = self.batch_norm_1(self.conv2d_1(x)).relu()
    y = self.batch_norm_2(self.conv2d_2(y))
    if self.is_projected:
      x = self.shortcut_normalization(self.shortcut(x))
    return (x + y).relu()


class DigitsCNN(nn.Module):
  def __init__(self):
    super().__init__()
    self.conv2d_1 = nn.Conv2d(1, 32, 3, 1, 1, bias=False)
    self.batch_norm_1 = nn.BatchNorm2d(32)
    self.residual_1 = Block(32, 32, 1)
    self.residual_2 = Block(32, 64, 2)
    self.dense_1 = nn.Linear(64 * 4 * 4, 10)

  def forward(self, x):
    x = self.batch_norm_1(self.conv2d_1(x)).relu()
    return self.dense_1(self.residual_2(self.residual_1(x)).flatten(1))


def run(*words):
  return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout


def scaled(table, transforms):
  """The inputs as the run's min_max saw them: numbers of each feature, or of each channel."""
  values = torch.from_numpy(table)
  fitted = [load_file(path) for path in sorted(transforms.glob("*.safetensors"))]
  if len(fitted) != 1:
    sys.exit(f"{transforms} has {len(fitted)} transforms, not one")
  low, high = (fitted[0][name].to(values.dtype) for name in LIMITS)
  # A constant feature has no range to divide by.
  span = torch.where(high > low, high - low, torch.ones_like(high))
  return ((values - low) / span).float()


LIMITS = ("minimum", "maximum")


def check(espalier, name, model, shape, folder):
  output = folder / name
  run(
    espalier, "train", str(EXAMPLES / f"{name}.yaml"), "--output", str(output), "--epochs", "5",
    "--progress", "none")
  text = run(espalier, "predict", str(output), "--input", str(EXAMPLES / "data/digits.csv"))
  rows = list(csv.reader(text.splitlines()))
  predicted = torch.tensor([[float(field) for field in row[1:]] for row in rows[1:]])

  # BatchNorm2d also counts batches, which inference does not need.
  missing, unexpected = model.load_state_dict(
    load_file(output / "weights.safetensors"), strict=False)
  missing = [key for key in missing if not key.endswith("num_batches_tracked")]
  if missing or unexpected:
    print(f"{name}: names differ: missing {missing}, unexpected {unexpected}")
    return False
  model.eval()
  table = numpy.loadtxt(EXAMPLES / "data/digits.csv", delimiter=",", skiprows=1)[:, :-1]
  with torch.no_grad():
    inputs = scaled(table, output / "transforms").reshape(-1, *shape)
    expected = model(inputs).softmax(1)
  difference = (expected - predicted).abs().max().item()
  agree = (expected.argmax(1) == predicted.argmax(1)).float().mean().item()
  print(f"{name}: {len(predicted)} samples, largest difference {difference:.1e}, "
    f"same class {agree:.1%}")
  return difference <= TOLERANCE


def main():
  if len(sys.argv) != 2:
    sys.exit(f"usage: {sys.argv[0]} PATH_OF_ESPALIER")
  with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    agreed = [
      check(sys.argv[1], "digits", DigitsMLP(), [64], folder),
      check(sys.argv[1], "digits_cnn", DigitsCNN(), [1, 8, 8], folder),
    ]
  sys.exit(0 if all(agreed) else 1)


if __name__ == "__main__":
  main()
