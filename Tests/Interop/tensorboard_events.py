#!/usr/bin/env python3
"""Checks that TensorBoard reads the event files of finished and resumed runs.

Trains a small network on images with the callback `tensorboard`, resumes it from checkpoints in the middle,
and reads the folders with TensorBoard's EventAccumulator: each line must have every step once, with the
values of the run's own metrics.jsonl; histograms, images, text and hyperparameters must be there.

  python3 Tests/Interop/tensorboard_events.py PATH_OF_ESPALIER

Needs tensorboard; pillow, where it is there, opens the images. Ends with 0 when all is right, 1 when not, 77
when tensorboard is missing.
"""

import csv
import io
import json
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
  import tensorboard
  from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
  from tensorboard.plugins.hparams import plugin_data_pb2
except ImportError as error:
  print(f"skipped: {error}; this check needs tensorboard", file=sys.stderr)
  sys.exit(77)

CONFIG = """
name: events
data:
  source: {csv: {path: train.csv, target: y}}
  split: {validation: 0.2}
  normalize: [standardize]
model: [{reshape: {shape: [1, 6, 6]}}, {conv2d: {filters: 2}}, flatten, {dense: {units: 3}}]
loss: cross_entropy
optimizer: {adam: {learning_rate: 0.002}}
metrics: [accuracy]
callbacks:
  - {checkpoint: {every_steps: 10, keep: null}}
  - {json_log: {every_steps: 2}}
  - tensorboard: {every_steps: 2, histograms: 2, gradients: true}
  - {gradient_flow: {every: 10}}
training: {epochs: 5, batch_size: 8, seed: 4}
"""


def expect(condition, message):
  if not condition:
    raise AssertionError(message)


def write_samples(path):
  state = 1
  with open(path, "w", newline="") as file:
    table = csv.writer(file)
    table.writerow([f"p{i}" for i in range(36)] + ["y"])
    for row in range(400):
      values = []
      for place in range(36):
        state = (state * 1103515245 + 12345) % (1 << 31)
        values.append(state / (1 << 31) + (row % 3) * (place % 2))
      table.writerow(values + [f"c{row % 3}"])


def train(espalier, folder, *arguments):
  return subprocess.run([espalier, *arguments], cwd=folder, capture_output=True, text=True)


def lines(path):
  """The lines of metrics.jsonl as points by tag."""
  points = {}
  for line in open(path):
    entry = json.loads(line)
    for name, value in entry["metrics"].items():
      for split in ("train", "validation"):
        if name.startswith(split + "_"):
          name = f"{name[len(split) + 1:]}/{split}"
          break
      points.setdefault(name, {})[entry["step"]] = value
  return points


def check(espalier, folder):
  write_samples(folder / "train.csv")
  (folder / "config.yaml").write_text(CONFIG)
  result = train(espalier, folder, "train", "config.yaml", "--output", "whole", "--progress", "none")
  expect(result.returncode == 0, result.stderr)

  # As after a crash: a checkpoint of the middle, and events and lines that lie beyond it. An epoch has 40
  # steps; the second checkpoint was written at the last one, before the epoch's results.
  for name, checkpoint in (("within", "step-00000090"), ("end", "step-00000120")):
    shutil.copytree(folder / "whole", folder / name)
    result = train(espalier, folder, "resume", name, "--progress", "none", "--checkpoint", checkpoint)
    expect(result.returncode == 0, result.stderr)

  for name, files in (("whole", 1), ("within", 2), ("end", 2)):
    events = folder / name / "tensorboard"
    expect(len(list(events.iterdir())) == files, f"{name}: {sorted(events.iterdir())}")
    read = EventAccumulator(str(events), size_guidance={"tensors": 0, "histograms": 0, "images": 0, "scalars": 0})
    read.Reload()
    tags = read.Tags()
    expected = lines(folder / name / "metrics.jsonl")
    for tag, points in expected.items():
      expect(tag in tags["scalars"], f"{name}: {tag} is not among {tags['scalars']}")
      found = [(point.step, point.value) for point in read.Scalars(tag)]
      steps = sorted(points)
      if name == "end" and "/" not in tag:
        # What was logged in the checkpoint's own step is taken back with the epoch's results.
        steps = [step for step in steps if step != 120 or step in dict(found)]
      expect([step for step, _ in found] == steps, f"{name}: {tag} has the steps {found}, not {steps}")
      for step, value in found:
        wanted = points[step]
        expect(math.isclose(value, wanted, rel_tol=1e-6, abs_tol=1e-9), f"{name}: {tag} at {step}: {value}, {wanted}")
    expect({"loss/train", "loss/validation", "accuracy/validation", "batch_loss", "gradient_norm"} <= set(expected), str(expected.keys()))

    histogram = read.Histograms("parameters/dense_1.weight")
    expect(len(histogram) == 2, f"{name}: {len(histogram)} histograms")
    value = histogram[-1].histogram_value
    expect(value.num == sum(value.bucket) == 3 * 2 * 4 * 4, f"{name}: {value}")
    expect(len(read.Histograms("gradients/dense_1.weight")) == 2, f"{name}: no gradients")
    text = read.Tensors("config/text_summary")[0].tensor_proto.string_val[0].decode()
    expect("learning_rate: 0.002" in text, text)

    content = read.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    start = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info
    expect(start.hparams["optimizer.adam.learning_rate"].number_value == 0.002, str(start))
    content = read.SummaryMetadata("_hparams_/experiment").plugin_data.content
    experiment = plugin_data_pb2.HParamsPluginData.FromString(content).experiment
    expect("loss/validation" in [info.name.tag for info in experiment.metric_infos], str(experiment))
    content = read.SummaryMetadata("_hparams_/session_end_info").plugin_data.content
    end = plugin_data_pb2.HParamsPluginData.FromString(content).session_end_info
    expect(end.status == 1, str(end))
  check_images(espalier, folder)


def check_images(espalier, folder):
  """Samples that are images of three channels, from idx."""
  count, shape = 60, (3, 4, 5)
  size = 60
  data = bytes((7 * place + 3) % 256 for place in range(count * size))
  header = bytes([0, 0, 8, 4]) + b"".join(n.to_bytes(4, "big") for n in (count, *shape))
  (folder / "images.idx").write_bytes(header + data)
  (folder / "labels.idx").write_bytes(
    bytes([0, 0, 8, 1]) + count.to_bytes(4, "big") + bytes(row % 2 for row in range(count)))
  (folder / "images.yaml").write_text(
    "data: {source: {idx: {images: images.idx, labels: labels.idx}}}\n"
    "model: [flatten, {dense: {units: 2}}]\nloss: cross_entropy\noptimizer: {adam: {learning_rate: 0.01}}\n"
    "callbacks: [{tensorboard: {images: 3}}]\n"
    "training: {epochs: 1, batch_size: 16, shuffle: false}\n")
  result = train(espalier, folder, "train", "images.yaml", "--output", "images", "--progress", "none")
  expect(result.returncode == 0, result.stderr)
  read = EventAccumulator(str(folder / "images" / "tensorboard"), size_guidance={"images": 0})
  read.Reload()
  tags = read.Tags()["images"]
  expect(tags == ["samples/0", "samples/1", "samples/2"], str(tags))
  image = read.Images("samples/0")[0]
  expect((image.height, image.width) == (4, 5), str(image))
  try:
    from PIL import Image
  except ImportError:
    print("the images were not opened: pillow is missing", file=sys.stderr)
    return
  opened = Image.open(io.BytesIO(image.encoded_image_string))
  opened.load()
  expect((opened.mode, opened.size) == ("RGB", (5, 4)), str(opened))


def main():
  if len(sys.argv) != 2:
    print(__doc__, file=sys.stderr)
    return 2
  espalier = str(pathlib.Path(sys.argv[1]).resolve())
  with tempfile.TemporaryDirectory() as folder:
    try:
      check(espalier, pathlib.Path(folder))
    except AssertionError as error:
      print(f"failed: {error}", file=sys.stderr)
      return 1
  print(f"tensorboard {tensorboard.__version__}: scalars, histograms, images, text and hyperparameters agree")
  return 0


if __name__ == "__main__":
  sys.exit(main())
