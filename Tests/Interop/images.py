#!/usr/bin/env python3
"""Checks that Espalier reads the images and arrays that Pillow, NumPy and gzip write, and that Pillow reads its PNG.

A network whose one dense layer is the identity learns to give the pixels that it is shown, which it does already;
what it predicts for files are then their pixels. PNG of all colour types and depths, interlaced or not, JPEG of many
qualities, samplings, scans and restarts, PNM, compressed npz and packed IDX must give Pillow's pixels to the bit.

  python3 Tests/Interop/images.py PATH_OF_ESPALIER

Needs Pillow and NumPy. Ends with 0 when all agree, 1 when not, 77 when a module is missing.
"""

import csv
import gzip
import importlib.util
import io
import pathlib
import struct
import subprocess
import sys
import tempfile

try:
  import numpy as np
  from PIL import Image
except ImportError as error:
  print(f"skipped: {error}; this check needs Pillow and NumPy", file=sys.stderr)
  sys.exit(77)

FIXTURES = pathlib.Path(__file__).resolve().parents[1] / "Fixtures" / "images"
HEIGHT, WIDTH = 21, 18
random = np.random.default_rng(11)


def module(path):
  specification = importlib.util.spec_from_file_location(path.stem, path)
  result = importlib.util.module_from_spec(specification)
  specification.loader.exec_module(result)
  return result


make = module(FIXTURES / "make.py")


def run(*words):
  done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
  if done.returncode != 0:
    sys.exit(f"{' '.join(map(str, words))}\nexits with {done.returncode}:\n{done.stderr}")
  return done.stdout


def identity(espalier, folder, channels):
  """A run that predicts the pixels of images with so many channels."""
  count = channels * HEIGHT * WIDTH
  samples = random.random((8, channels, HEIGHT, WIDTH), dtype=np.float32)
  np.save(folder / f"x{channels}.npy", samples)
  np.save(folder / f"y{channels}.npy", samples.reshape(8, -1))
  config = folder / f"identity{channels}.yaml"
  config.write_text(f"""
data:
  source: {{npy: {{features: x{channels}.npy, targets: y{channels}.npy, task: regression}}}}
  split: {{validation: 0.25}}
model: [flatten, {{dense: {{units: {count}, initializer: identity, bias: false}}}}]
loss: mean_squared_error
optimizer: {{sgd: {{learning_rate: 0.001}}}}
training: {{epochs: 1, batch_size: 6, seed: 1}}
""")
  result = folder / f"run{channels}"
  run(espalier, "train", config, "--output", result, "--progress", "none")
  return result


def predicted(espalier, trained, path, channels, scale):
  """By file, the pixels [height, width, channels] that Espalier sees."""
  rows = list(csv.reader(io.StringIO(run(espalier, "predict", trained, "--input", path))))
  named = rows[0][0] == "file"
  result = []
  for row in rows[1:]:
    values = np.array(row[named:], np.float64) * scale
    pixels = np.rint(values)
    if np.abs(values - pixels).max() > 1e-4:
      sys.exit(f"{path}: {row[0]}: no whole numbers")
    shape = (channels, HEIGHT, WIDTH)
    result.append((row[0], pixels.astype(int).reshape(shape).transpose(1, 2, 0)))
  return result


def numbers(depth, samples):
  return random.integers(0, 1 << depth, (HEIGHT, WIDTH, samples))


def files():
  """Names, contents and pixels of images, those of colours as colours."""
  for depth in (1, 2, 4, 8, 16):
    for interlaced in (False, True):
      for parts in (1, 5):
        name = f"{depth}{'i' if interlaced else 'p'}{parts}"
        grey = numbers(depth, 1)
        shown = grey >> 8 if depth == 16 else grey * (255 // ((1 << depth) - 1))
        yield f"grey{name}.png", make.png(grey, depth, 0, interlaced, parts=parts), shown
        if depth <= 8:
          count = 1 << depth
          palette = random.integers(0, 256, (count, 3)).astype(np.uint8)
          palette[0] = (255, 0, 3)
          chosen = random.integers(0, count, (HEIGHT, WIDTH, 1))
          chunk = make.chunk(b"PLTE", palette.tobytes())
          yield f"palette{name}.png", make.png(chosen, depth, 3, interlaced, [chunk], parts), palette[chosen[..., 0]]
        if depth >= 8:
          for colour, samples, kind in ((2, 3, "colours"), (4, 2, "grey_alpha"), (6, 4, "alpha")):
            values = numbers(depth, samples)
            opaque = (values >> (depth - 8))[..., : 1 if samples == 2 else 3]
            yield f"{kind}{name}.png", make.png(values, depth, colour, interlaced, parts=parts), opaque
  for mode in ("1", "L", "LA", "P", "RGB", "RGBA"):
    image = Image.fromarray(make.picture(HEIGHT, WIDTH, 12)).convert(mode)
    file = io.BytesIO()
    image.save(file, "PNG")
    yield f"pillow_{mode}.png", file.getvalue(), None
  for number in range(60):
    image = Image.fromarray(make.picture(HEIGHT, WIDTH, 20 + number))
    if number % 5 == 0:
      image = image.convert("L")
    options = {"quality": int(random.integers(1, 101)), "subsampling": number % 3}
    options["progressive"] = bool(number // 3 % 2)
    options["optimize"] = bool(random.integers(0, 2))
    if number % 4 == 1:
      options["restart_marker_blocks"] = int(random.integers(1, 4))
    if number % 10 == 3:
      options = {"quality": 90, "keep_rgb": True}
    yield f"{number}.jpg", make.jpeg(image, **options), None
  grey, colours = numbers(8, 1).astype(np.uint8), numbers(8, 3).astype(np.uint8)
  for mode, ending in (("1", "pbm"), ("L", "pgm"), ("RGB", "ppm")):
    file = io.BytesIO()
    Image.fromarray(colours).convert(mode).save(file, "PPM")
    yield f"pillow.{ending}", file.getvalue(), None
  text = f"P3 # colours\n{WIDTH} {HEIGHT}\n255\n" + " ".join(map(str, colours.reshape(-1)))
  yield "text.ppm", text.encode(), colours
  text = f"P2\n{WIDTH} {HEIGHT} 255 " + "\n".join(map(str, grey.reshape(-1)))
  yield "text.pgm", text.encode(), grey


def check_images(espalier, folder, trained):
  expected = {1: {}, 3: {}}
  for name, data, pixels in files():
    if pixels is None:
      image = Image.open(io.BytesIO(data))
      pixels = np.array(image.convert("L" if image.mode in ("1", "L", "LA") else "RGB"))
    pixels = pixels.reshape(HEIGHT, WIDTH, -1).astype(int)
    channels = pixels.shape[2]
    (folder / f"images{channels}").mkdir(exist_ok=True)
    (folder / f"images{channels}" / name).write_bytes(data)
    expected[channels][name] = pixels
  wrong = 0
  for channels, known in expected.items():
    found = predicted(espalier, trained[channels], folder / f"images{channels}", channels, 255)
    if [name for name, _ in found] != sorted(known):
      sys.exit(f"found {[name for name, _ in found]}, there are {sorted(known)}")
    for name, pixels in found:
      if not np.array_equal(pixels, known[name]):
        print(f"{name}: {np.abs(pixels - known[name]).max()} off", file=sys.stderr)
        wrong += 1
  print(f"images: {sum(map(len, expected.values())) - wrong} agree, {wrong} do not")
  return wrong


def check_arrays(espalier, folder, trained):
  images = random.integers(0, 256, (5, HEIGHT, WIDTH)).astype(np.uint8)
  np.savez_compressed(folder / "images.npz", x=images[:, None])
  header = struct.pack(">4B3I", 0, 0, 8, 3, *images.shape)
  (folder / "images.idx.gz").write_bytes(gzip.compress(header + images.tobytes()))
  wrong = 0
  for name, scale in (("images.npz", 1), ("images.idx.gz", 255)):
    found = predicted(espalier, trained[1], folder / name, 1, scale)
    good = len(found) == 5 and all(np.array_equal(pixels[..., 0], image) for (_, pixels), image in zip(found, images))
    print(f"{name}: {'agrees' if good else 'DIFFERS'}")
    wrong += not good
  return wrong


def check_written():
  """The files of Tests/Fixtures/images/written are what Espalier writes; its tests compare them."""
  wrong = 0
  paths = sorted((FIXTURES / "written").glob("*.png"))
  pixels = np.load(FIXTURES / "pixels.npz")
  for path in paths:
    image = Image.open(path)
    image.load()
    if not np.array_equal(np.array(image), pixels[path.name]):
      print(f"{path.name}: Pillow reads other pixels", file=sys.stderr)
      wrong += 1
  print(f"written by Espalier: {len(paths) - wrong} read, {wrong} wrong")
  return wrong + (not paths)


def main():
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  espalier = pathlib.Path(sys.argv[1]).resolve()
  with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    trained = {channels: identity(espalier, folder, channels) for channels in (1, 3)}
    wrong = check_images(espalier, folder, trained) + check_arrays(espalier, folder, trained)
  wrong += check_written()
  sys.exit(1 if wrong else 0)


if __name__ == "__main__":
  main()
