"""Writes the images of this folder, and their pixels as Pillow reads them (pixels.npz).

    python3 Tests/Fixtures/images/make.py

Needs Pillow and NumPy. What Pillow cannot write (interlaced files, small depths in true colours, transparent
colours, text of PNM) is put together here; its pixels are known before, and Pillow's are compared with them.
The folder `written` holds what Espalier writes (see PNGTests), and is left alone.
"""

import io
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
SIGNATURE = b"\x89PNG\r\n\x1a\n"
pixels = {}


def picture(height, width, seed=0):
  """Smooth colours with some noise and an edge, [height, width, 3]."""
  random = np.random.default_rng(seed)
  y, x = np.mgrid[0:height, 0:width]
  red = 255 * x / max(width - 1, 1)
  green = 127 + 120 * np.sin(y / 3 + x / 7)
  blue = np.where(x + y > (width + height) / 2, 220, 40)
  image = np.stack([red, green, blue], 2) + random.normal(0, 3, (height, width, 3))
  return image.round().clip(0, 255).astype(np.uint8)


def chunk(name, data):
  return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(row, depth):
  """The numbers of a row with as many bits each."""
  if depth == 16:
    return row.astype(">u2").tobytes()
  bits = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - depth:]
  return np.packbits(bits.reshape(-1)).tobytes()


def filtered(rows, distance):
  """Rows, each with another filter before it."""
  result, above = b"", None
  for number, row in enumerate(rows):
    above = bytes(len(row)) if above is None else above
    kind = number % 5
    line = bytearray()
    for x, value in enumerate(row):
      left = row[x - distance] if x >= distance else 0
      corner = above[x - distance] if x >= distance else 0
      up = above[x]
      guess = left + up - corner
      near = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
      line.append((value - (0, left, up, (left + up) // 2, near)[kind]) % 256)
    result += bytes([kind]) + bytes(line)
    above = row
  return result


PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png(numbers, depth, colour, interlaced=False, before=(), parts=1):
  """A PNG file of numbers [height, width, samples], with chunks before its pixels."""
  height, width, samples = numbers.shape
  header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
  distance = max(1, samples * depth // 8)
  data = b""
  for left, top, across, down in PASSES if interlaced else [(0, 0, 1, 1)]:
    part = numbers[top::down, left::across]
    if part.size:
      data += filtered([packed(row.reshape(-1), depth) for row in part], distance)
  data = zlib.compress(data, 9)
  size = -(-len(data) // parts)
  pieces = [chunk(b"IDAT", data[i:i + size]) for i in range(0, len(data), size)]
  return SIGNATURE + chunk(b"IHDR", header) + b"".join(before) + b"".join(pieces) + chunk(b"IEND", b"")


def save(name, data, expected=None, mode=None, alike=True):
  """Writes a file; its pixels are Pillow's, which must be those that are expected unless it is known better."""
  (HERE / name).write_bytes(data)
  image = Image.open(io.BytesIO(data))
  found = np.array(image.convert(mode) if mode else image)
  if found.dtype == bool:
    found = found * np.uint8(255)
  if expected is not None:
    assert np.array_equal(found, expected) == alike, name
    found = expected
  pixels[name] = found.astype(np.uint8)


def png_files():
  random = np.random.default_rng(3)
  for depth in (1, 2, 4, 8, 16):
    for interlaced in (False, True):
      size = (5, 7) if not interlaced else (11, 13)
      suffix = "_adam7" if interlaced else ""
      grey = random.integers(0, 1 << depth, (*size, 1))
      shown = (grey[..., 0] >> 8) if depth == 16 else grey[..., 0] * (255 // ((1 << depth) - 1))
      # Pillow keeps 16 bits of grey, and what it makes of them is cut at 255.
      data = png(grey, depth, 0, interlaced)
      (HERE / f"grey{depth}{suffix}.png").write_bytes(data)
      if depth < 16:
        found = np.array(Image.open(io.BytesIO(data)).convert("L"))
        assert np.array_equal(found, shown), depth
      pixels[f"grey{depth}{suffix}.png"] = shown.astype(np.uint8)
      if depth <= 8:
        count = min(1 << depth, 12)
        palette = random.integers(0, 256, (count, 3)).astype(np.uint8)
        chosen = random.integers(0, count, (*size, 1))
        data = png(chosen, depth, 3, interlaced, [chunk(b"PLTE", palette.tobytes())])
        save(f"palette{depth}{suffix}.png", data, palette[chosen[..., 0]], "RGB")
      if depth >= 8:
        for colour, samples, name, mode in [(2, 3, "colours", "RGB"), (4, 2, "grey_alpha", "LA"), (6, 4, "alpha", "RGBA")]:
          numbers = random.integers(0, 1 << depth, (*size, samples))
          data = png(numbers, depth, colour, interlaced)
          save(f"{name}{depth}{suffix}.png", data, numbers >> (depth - 8), mode)
  # Transparent colours, and palettes with alpha.
  grey = np.arange(16).reshape(4, 4, 1)
  opaque = np.where(grey[..., 0] == 5, 0, 255)
  data = png(grey, 4, 0, before=[chunk(b"tRNS", struct.pack(">H", 5))])
  # Pillow compares what is transparent with numbers that are brought to 8 bits already.
  save("grey_transparent.png", data, np.stack([grey[..., 0] * 17, opaque], 2), "LA", alike=False)
  colours = np.array([[[1, 2, 3], [4, 5, 6]], [[1, 2, 4], [1, 2, 3]]])
  data = png(colours, 8, 2, before=[chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))])
  opaque = np.array([[[0], [255]], [[255], [0]]])
  save("colours_transparent.png", data, np.concatenate([colours, opaque], 2), "RGBA")
  palette = np.array([[9, 8, 7], [200, 0, 50], [0, 0, 255]], np.uint8)
  chosen = np.array([[[0], [1], [2]]])
  data = png(chosen, 2, 3, before=[chunk(b"PLTE", palette.tobytes()), chunk(b"tRNS", b"\0\x80")])
  alpha = np.array([0, 128, 255], np.uint8)
  save("palette_alpha.png", data, np.concatenate([palette[chosen[..., 0]], alpha[chosen]], 2), "RGBA")
  greys = np.array([[0, 0, 0], [77, 77, 77], [255, 255, 255]], np.uint8)
  data = png(chosen, 2, 3, before=[chunk(b"PLTE", greys.tobytes())])
  save("palette_grey.png", data, greys[chosen[..., 0]][..., 0], "L")
  # Pixels in several chunks with a chunk of text before them, as Pillow itself writes them, and one pixel.
  text = chunk(b"tEXt", b"Comment\0nothing")
  save("parts.png", png(picture(12, 9), 8, 2, before=[text], parts=7), picture(12, 9), "RGB")
  file = io.BytesIO()
  Image.fromarray(picture(16, 24, 1)).save(file, "PNG", optimize=True)
  save("pillow.png", file.getvalue(), picture(16, 24, 1))
  save("pixel.png", png(np.array([[[7]]]), 8, 0, interlaced=True), np.array([[7]]), "L")


def exif(orientation, order="<"):
  head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, 8)
  entries = struct.pack(order + "HHIHH", 0x0100, 3, 1, 5, 0) + struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
  return head + struct.pack(order + "H", 2) + entries + struct.pack(order + "I", 0)


def jpeg(image, **options):
  file = io.BytesIO()
  image.save(file, "JPEG", **options)
  return file.getvalue()


def jpeg_files():
  colours = Image.fromarray(picture(21, 27, 2))
  grey = colours.convert("L")
  save("grey.jpg", jpeg(grey, quality=85))
  save("grey_progressive.jpg", jpeg(grey, quality=60, progressive=True))
  for name, sampling in [("444", 0), ("422", 1), ("420", 2)]:
    save(f"{name}.jpg", jpeg(colours, quality=80, subsampling=sampling))
    save(f"{name}_progressive.jpg", jpeg(colours, quality=90, subsampling=sampling, progressive=True))
  save("low.jpg", jpeg(colours, quality=8))
  # Restarts are counted to eight and begin anew.
  save("restart.jpg", jpeg(colours, quality=75, subsampling=0, restart_marker_blocks=1))
  save("restart_progressive.jpg", jpeg(colours, quality=75, restart_marker_rows=1, progressive=True))
  save("optimized.jpg", jpeg(colours, quality=95, optimize=True))
  save("direct.jpg", jpeg(colours, quality=90, keep_rgb=True))
  # Sizes that end within a block, next to it, and columns too few to be mixed.
  for height, width in [(1, 1), (3, 2), (2, 5), (16, 17), (9, 33)]:
    image = Image.fromarray(picture(height, width, 4))
    save(f"size_{height}x{width}.jpg", jpeg(image, quality=90, subsampling=2))
    save(f"size_{height}x{width}_422.jpg", jpeg(image, quality=90, subsampling=1))
  # Other sampling factors: of the colours as they are written by Pillow, other factors in the frame would not fit
  # their pixels. So the brightness of one file has rows, or columns, between which others are filled in.
  for name, factors in [("440", 0x12), ("411", 0x41), ("410", 0x42)]:
    save(f"{name}.jpg", sampled(factors))
  for orientation in range(1, 9):
    order = "<>"[orientation % 2]
    image = Image.fromarray(picture(6, 10, 5))
    data = jpeg(image, quality=95, exif=b"Exif\0\0" + exif(orientation, order))
    name = f"turned_{orientation}.jpg"
    (HERE / name).write_bytes(data)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    pixels[name] = np.array(Image.open(io.BytesIO(data)))
    pixels[name + ":upright"] = np.array(upright)
  numbers = picture(4, 3, 6)
  data = png(numbers, 8, 2, before=[chunk(b"eXIf", exif(6))])
  save("turned.png", data, numbers, "RGB")
  pixels["turned.png:upright"] = np.array(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
  # Kinds that are not read.
  cmyk = Image.new("CMYK", (8, 8))
  (HERE / "cmyk.jpg").write_bytes(jpeg(cmyk))


class Bits:
  """Bits from the highest on, with a zero behind each byte of ones."""

  def __init__(self):
    self.text = ""

  def put(self, value, count):
    if count:
      self.text += format(value, f"0{count}b")

  def bytes(self):
    text = self.text + "1" * (-len(self.text) % 8)
    data = bytes(int(text[i:i + 8], 2) for i in range(0, len(text), 8))
    return data.replace(b"\xff", b"\xff\0")


def sampled(factors):
  """A sequential file of 30×13 pixels whose brightness has these sampling factors, the colours one each.

  Each block has a first coefficient and a few others, by codes of equal length.
  """
  random = np.random.default_rng(factors)
  width, height = 30, 13
  across, down = factors >> 4, factors & 15
  frame = struct.pack(">BHHB", 8, height, width, 3) + bytes([1, factors, 0, 2, 0x11, 0, 3, 0x11, 0])
  table = bytes([0]) + bytes(4 + i // 4 for i in range(64))
  # Codes of four bits for sizes 0 to 10, and of three for the end, and numbers of 1 to 4 bits behind no zeros.
  first = bytes([0x00]) + bytes([0, 0, 0, 11] + [0] * 12) + bytes(range(11))
  others = bytes([0x10]) + bytes([0, 0, 6] + [0] * 13) + bytes([0x00, 0x01, 0x02, 0x03, 0x04, 0x21])
  scan = bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])
  bits, last = Bits(), [0, 0, 0]

  def number(value, code, width_of_code):
    size = abs(value).bit_length()
    bits.put(code + size, width_of_code)
    bits.put(value if value >= 0 else value + (1 << size) - 1, size)

  units = -(-width // (8 * across)) * -(-height // (8 * down))
  for _ in range(units):
    for component, blocks in enumerate((across * down, 1, 1)):
      for _ in range(blocks):
        value = int(random.integers(-150, 150))
        number(value - last[component], 0, 4)
        last[component] = value
        for _ in range(random.integers(0, 6)):
          number(int(random.integers(1, 16)) * int(random.choice([-1, 1])), 0, 3)
        bits.put(0, 3)

  def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

  return (b"\xff\xd8" + segment(0xDB, table) + segment(0xC0, frame) + segment(0xC4, first + others)
          + segment(0xDA, scan) + bits.bytes() + b"\xff\xd9")


def pnm_files():
  random = np.random.default_rng(7)
  bits = random.integers(0, 2, (5, 11))
  text = "\n".join("".join(map(str, row)) for row in bits)
  black = np.where(bits == 1, 0, 255)
  save("bits_text.pbm", f"P1\n# eleven\n11 5\n{text}\n".encode(), black, "L")
  save("bits.pbm", b"P4 11 5\n" + np.packbits(bits, axis=1).tobytes(), black, "L")
  numbers = random.integers(0, 8, (3, 4))
  text = " ".join(map(str, numbers.reshape(-1)))
  shown = np.rint(numbers / 7 * 255)
  save("grey_text.pgm", f"P2\n4 3 # size\n7\n{text}".encode(), shown, "L")
  colours = random.integers(0, 101, (3, 4, 3))
  text = "\n".join(map(str, colours.reshape(-1)))
  save("colours_text.ppm", f"P3\n4\n3\n100\n{text}\n".encode(), np.rint(colours / 100 * 255), "RGB")
  grey = random.integers(0, 256, (4, 5)).astype(np.uint8)
  save("grey.pgm", b"P5\n5 4\n255\n" + grey.tobytes(), grey, "L")
  save("colours.ppm", b"P6\n# a\n#b\n7 6\n255\n" + picture(6, 7, 8).tobytes(), picture(6, 7, 8))
  wide = random.integers(0, 1001, (4, 3, 3))
  save("colours16.ppm", b"P6 3 4 1000\n" + wide.astype(">u2").tobytes(), np.rint(wide / 1000 * 255))


def resized():
  """By what Pillow makes of pillow.png and grey.jpg in other sizes."""
  for name in ("pillow.png", "grey.jpg"):
    image = Image.open(HERE / name)
    for width, height in [(8, 8), (5, 31), (24, 4), (50, 16), (1, 1)]:
      pixels[f"{name}:{width}x{height}"] = np.array(image.resize((width, height), Image.BILINEAR))
    for width, height in [(8, 8), (20, 9), (5, 11)]:
      pixels[f"{name}:covering {width}x{height}"] = np.array(covering(image, width, height))
      pixels[f"{name}:within {width}x{height}"] = np.array(within(image, width, height, 100))


def nearest(number, by, of):
  return (2 * number * by + of) // (2 * of)


def covering(image, width, height):
  if image.width * height >= image.height * width:
    size = (nearest(image.width, height, image.height), height)
  else:
    size = (width, nearest(image.height, width, image.width))
  left, top = (size[0] - width) // 2, (size[1] - height) // 2
  return image.resize(size, Image.BILINEAR).crop((left, top, left + width, top + height))


def within(image, width, height, value):
  if image.width * height >= image.height * width:
    size = (width, nearest(image.height, width, image.width))
  else:
    size = (nearest(image.width, height, image.height), height)
  result = Image.new(image.mode, (width, height), value if image.mode == "L" else (value,) * 3)
  result.paste(image.resize(size, Image.BILINEAR), ((width - size[0]) // 2, (height - size[1]) // 2))
  return result


def main():
  png_files()
  jpeg_files()
  pnm_files()
  resized()
  np.savez_compressed(HERE / "pixels.npz", **pixels)


if __name__ == "__main__":
  main()
