"""Writes the packed files of this folder with Python's gzip and zlib, and NumPy."""
import gzip
import pathlib
import struct
import zlib

import numpy as np

here = pathlib.Path(__file__).parent
random = np.random.default_rng(6)
# Runs, text and noise, longer than a window of deflate.
text = ("".join(f"{i},{i * i % 97},{'abc'[i % 3]}\n" for i in range(6000))).encode()
noise = random.integers(0, 256, 3000, dtype=np.uint8).tobytes()
whole = text + bytes(70000) + noise + text[::-1]


def member(data, level=9, strategy=zlib.Z_DEFAULT_STRATEGY, flags=0, extra=b""):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    body = packer.compress(data) + packer.flush()
    head = struct.pack("<4BI2B", 0x1F, 0x8B, 8, flags, 0, 0, 3) + extra
    return head + body + struct.pack("<2I", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def write(name, data):
    (here / name).write_bytes(data)


write("whole.bin", whole)
write("dynamic.gz", member(whole))
write("fixed.gz", member(text[:5000], strategy=zlib.Z_FIXED))
write("stored.gz", member(noise, level=0))
write("huffman.gz", member(text[:9000], strategy=zlib.Z_HUFFMAN_ONLY))
write("empty.gz", member(b""))
# Two members, with a name, a comment, a further field and a checksum of the header; and zeros behind.
named = struct.pack("<H", 3) + b"xyz" + b"name\0" + b"comment\0" + b"\1\2"
write("members.gz", member(text[:5000], flags=2 | 4 | 8 | 16, extra=named) + member(text[5000:9000]) + bytes(5))
write("zeros.gz", gzip.compress(bytes(20_000_000), mtime=0))
write("images.idx.gz", gzip.compress((here / "images.idx").read_bytes(), mtime=0))
write("table.csv.gz", gzip.compress(b"x,y,label\n1,2,a\n3,4,b\n5,6,a\n", mtime=0))
np.savez_compressed(here / "large.npz", x=np.arange(50000, dtype=np.float32).reshape(100, 500) % 251, y=np.arange(100) % 3)
write("large_table.csv.gz", gzip.compress(b"a,y\n" + b"1,2\n3,4\n" * 5000, mtime=0))
