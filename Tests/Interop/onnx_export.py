#!/usr/bin/env python3
"""Checks that onnxruntime predicts from exported models what Espalier predicts.

Trains small models with every layer, normalizer, selector, projection and cleaner for an epoch, exports
them, has onnx check the files, and compares the predictions for other samples, one and many at once.

  python3 Tests/Interop/onnx_export.py PATH_OF_ESPALIER

Needs numpy, onnx and onnxruntime. Ends with 0 when all agree, 1 when not, 77 when a module is missing.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

try:
  import numpy
  import onnx
  import onnxruntime
except ImportError as error:
  print(f"skipped: {error}; this check needs numpy, onnx and onnxruntime", file=sys.stderr)
  sys.exit(77)

TOLERANCE = 1e-5

TABLE = [
  "dense: {units: 5, bias: false}", "batch_norm: {}", "layer_norm: {}", "rms_norm: {}",
  "dropout: {rate: 0.5}", "drop_connect: {units: 5}", "gaussian_noise: {deviation: 0.1}",
  "flatten: {}", "residual: {layers: [{dense: {units: 4, activation: relu}}]}",
  "sequential: {layers: [{dense: {units: 4}}, tanh]}",
  "repeat: {times: 2, layers: [{dense: {units: 4}}]}",
  "parallel: {branches: [{dense: {units: 4}}, identity]}",
]
SEQUENCES = [
  "lstm: {units: 3}", "lstm: {units: 3, output: sequence, bias: false}", "gru: {units: 3}",
  "gru: {units: 3, output: sequence}", "rnn: {units: 3, output: sequence}",
  "bidirectional: {layer: {gru: {units: 3}}}",
  "bidirectional: {layer: {lstm: {units: 3, output: sequence}}}", "attention: {}",
  "attention: {heads: 7, causal: true}", "permute: {axes: [2, 1]}", "positional_encoding: {}",
  "positional_encoding: {kind: learned}",
  "transformer_block: {heads: 7, feed_forward: 7, activation: gelu}",
  "transformer_block: {norm: post, causal: true}", "conv1d: {filters: 3, kernel: 2}",
  "conv1d: {filters: 6, kernel: 3, stride: 2, padding: same, groups: 6}", "max_pool: {size: 2}",
  "average_pool: {size: 3, stride: 1, padding: same}", "upsample: {factor: 2}",
]
IMAGES = [
  "conv2d: {filters: 3, kernel: 3}",
  "conv2d: {filters: 4, kernel: [3, 2], stride: [2, 1], padding: [1, 0], groups: 2}",
  "conv2d: {filters: 3, kernel: 3, dilation: 2, padding: same, bias: false, activation: relu}",
  "transposed_conv2d: {filters: 3, kernel: 2, stride: 2}",
  "transposed_conv2d: {filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1, groups: 2}",
  "transposed_conv2d: {filters: 3, kernel: [3, 2], stride: [3, 1], dilation: [1, 2]}",
  "max_pool: {size: 2}", "max_pool: {size: 2, stride: 4, partial: true}",
  "max_pool: {size: 3, stride: 2, padding: 1}", "max_pool: {size: 3, stride: 1, padding: 1, dilation: 2}",
  "average_pool: {size: 2}", "average_pool: {size: 3, stride: 2, padding: 1}",
  "average_pool: {size: 3, stride: 2, padding: 1, counts_padding: false}", "global_average_pool: {}",
  "global_max_pool: {}", "upsample: {factor: [2, 3]}", "batch_norm: {}", "instance_norm: {}",
  "group_norm: {groups: 2}",
  "residual: {layers: [{conv2d: {filters: 2, kernel: 3, padding: same}}], activation: relu}",
]
# There are fewer samples than features, so some variances are zero: whitening would enlarge what rounding leaves of them
# 300 times (1/√ε with the usual ε), and no two orders of addition in single precision would agree.
TRANSFORMS = [
  "normalize: [standardize]", "normalize: [{min_max: {low: -1, high: 2}}]", "normalize: [robust]",
  "normalize: [center]", "normalize: [max_abs]", "normalize: [proportion]",
  "normalize: [{scale: {factor: 0.0625, offset: -1}}]", "normalize: [unit_norm]",
  "normalize: [{unit_norm: {norm: l1}}]", "normalize: [{unit_norm: {norm: max}}]",
  "select: [{k_best: {k: 20}}]", "select: [{variance_threshold: {threshold: 0.01}}]",
  "select: [{correlation_filter: {threshold: 0.5}}]", "select: [{columns: {drop: [\"*5\"]}}]",
  "project: [{pca: {components: 5}}]", "project: [{pca_whitening: {components: 5}}]",
  "normalize: [standardize], project: [{zca_whitening: {epsilon: 0.01}}]", "project: [{lda: {shrinkage: 0.1}}]",
  "clean: [{missing_values: {strategy: median, indicators: true}}]",
  "clean: [{outliers: {rule: iqr, action: missing}}, missing_values]",
  "clean: [{outliers: {rule: z, action: clip}}, missing_values]",
  "clean: [missing_values, {one_hot: {features: [f0]}}]",
  "clean: [missing_values, {one_hot: {features: [f0, f3], unknown: zeros}}], normalize: [standardize]",
]
ACTIVATIONS = [
  "celu", "elu", "gelu", "glu", "hard_sigmoid", "hard_swish", "hard_tanh", "leaky_relu",
  "log_sigmoid", "log_softmax", "mish", "prelu", "relu", "relu6", "selu", "silu", "sigmoid", "softmax",
  "softplus", "softsign", "tanh", "{maxout: {pieces: 2}}",
  "{expression: {formula: x * sigmoid(1.702 * x)}}",
]


def configs():
  """Name, settings of data, layers, loss, and the kind of samples."""
  for layer in TABLE:
    yield layer, "", f"{{{layer}}}", "classes", "measured"
  for layer in SEQUENCES:
    yield layer, "", f"{{reshape: {{shape: [12, 7]}}}}, {{{layer}}}", "classes", "measured"
  for layer in IMAGES:
    yield layer, "", f"{{reshape: {{shape: [2, 7, 6]}}}}, {{{layer}}}", "classes", "measured"
  for layer in ["embedding: {count: 5, size: 3}", "embedding: {count: 5, size: 2, padding: 1}"]:
    yield layer, "", f"{{{layer}}}", "classes", "whole"
  for transform in TRANSFORMS:
    kind = "untidy" if "clean" in transform else "measured"
    yield transform, transform, "{dense: {units: 4}}", "classes", kind
  for activation in ACTIVATIONS:
    yield activation, "", f"{{dense: {{units: 6}}}}, {activation}", "classes", "measured"
  for normalizer in ["standardize", "min_max", "robust"]:
    yield f"values, {normalizer}", f"target_normalize: {normalizer}", "{dense: {units: 4}}", "values", "measured"
  yield "two classes", "", "{dense: {units: 4}}", "two", "measured"


def samples(random, count, kind):
  if kind == "whole":
    return random.integers(0, 5, (count, 84)).astype(numpy.float32)
  x = (random.normal(size=(count, 84)) * (1 + numpy.arange(84) % 3) + numpy.arange(84) % 4).astype(numpy.float32)
  if kind == "untidy":
    x[random.random(x.shape) < 0.05] = numpy.nan
    x[:, 0] = numpy.arange(count) % 3
    x[:, 3] = numpy.arange(count) % 4
    x[0, 5] = 1000
  return x


def write(path, x, target=None):
  with open(path, "w", newline="") as file:
    table = csv.writer(file)
    table.writerow([f"f{column}" for column in range(x.shape[1])] + (["y"] if target is not None else []))
    for row, values in enumerate(x):
      cells = ["" if numpy.isnan(value) else repr(float(value)) for value in values]
      table.writerow(cells + ([target[row]] if target is not None else []))


def run(*arguments):
  result = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
  if result.returncode != 0:
    raise RuntimeError(f"{' '.join(map(str, arguments))}\n{result.stdout}{result.stderr}")
  return result.stdout


def check(espalier, folder, data, layers, target, kind):
  random = numpy.random.default_rng(3)
  x = samples(random, 60, kind)
  classes = {"classes": 3, "two": 2}.get(target)
  y = [f"c{row % classes}" for row in range(60)] if classes else [repr(float(v)) for v in 100 * x[:, 1] + 500]
  write(folder / "train.csv", x, y)
  new = samples(random, 40, kind)
  write(folder / "new.csv", new)
  units = {"classes": 3, "two": 1, "values": 1}[target]
  loss = {"classes": "cross_entropy", "two": "binary_cross_entropy", "values": "mean_squared_error"}[target]
  (folder / "config.yaml").write_text(
    f"data: {{source: {{csv: {{path: train.csv, target: y}}}}{', ' + data if data else ''}}}\n"
    f"model: [{layers}, flatten, {{dense: {{units: {units}}}}}]\nloss: {loss}\n"
    "optimizer: {adam: {learning_rate: 0.01}}\ntraining: {epochs: 1, batch_size: 8, seed: 2}\n"
  )
  run(espalier, "train", folder / "config.yaml", "--output", folder / "run", "--progress", "none")
  exported = json.loads(run(espalier, "export", folder / "run", "--output", folder / "model.onnx", "--json"))
  if exported["checked_samples"] == 0:
    raise RuntimeError("the export was checked with no sample")
  run(espalier, "predict", folder / "run", "--input", folder / "new.csv", "--output", folder / "own.csv")
  with open(folder / "own.csv", newline="") as file:
    rows = list(csv.reader(file))[1:]
  own = numpy.array([[float(cell) for cell in (row[1:] if classes else row)] for row in rows])

  model = onnx.load(folder / "model.onnx")
  onnx.checker.check_model(model, full_check=True)
  session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
  name = "probabilities" if classes else "values"
  theirs = session.run([name], {"features": new})[0]
  alone = numpy.concatenate([session.run([name], {"features": new[row : row + 1]})[0] for row in range(5)])
  scale = max(1, float(numpy.abs(own).max()))
  difference = max(float(numpy.abs(own - theirs).max()), float(numpy.abs(own[:5] - alone).max())) / scale
  if not difference <= TOLERANCE:
    raise RuntimeError(f"predictions differ by {difference:.2g}")
  if classes:
    names = json.loads({p.key: p.value for p in model.metadata_props}["classes"])
    labels = [names[label] for label in session.run(["label"], {"features": new})[0]]
    if labels != [row[0] for row in rows]:
      raise RuntimeError("labels differ")
  return difference


def main():
  if len(sys.argv) != 2:
    print(__doc__, file=sys.stderr)
    return 2
  espalier = pathlib.Path(sys.argv[1]).resolve()
  failures, largest, count = 0, 0.0, 0
  for name, data, layers, target, kind in configs():
    count += 1
    with tempfile.TemporaryDirectory() as folder:
      try:
        largest = max(largest, check(espalier, pathlib.Path(folder), data, layers, target, kind))
      except Exception as error:  # Each model is tried, whatever became of the one before.
        failures += 1
        print(f"{name}: {error}", file=sys.stderr)
  print(
    f"onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}: {count - failures} of {count} models agree, "
    f"largest difference {largest:.2g}"
  )
  return 1 if failures else 0


if __name__ == "__main__":
  sys.exit(main())
