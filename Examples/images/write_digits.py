#!/usr/bin/env python3
"""Writes the digits of Examples/data/digits.csv as PNG files, a folder a class: Examples/images/digits/7/0042.png.

        python3 Examples/images/write_digits.py

It needs Python 3.9 and nothing else. What is there already stays.
"""

import csv
import pathlib
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(rows):
    """A file of grey pixels: rows of bytes, each behind a filter that does nothing."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def main():
    with open(HERE.parent / "data" / "digits.csv", newline="") as file:
        table = list(csv.reader(file))[1:]
    for number, row in enumerate(table):
        # 0 to 16 in the table.
        values = bytes(min(255, int(float(field)) * 16) for field in row[:-1])
        path = HERE / "digits" / row[-1] / f"{number:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(png([values[start:start + 8] for start in range(0, 64, 8)]))
    print(f"{len(table)} images in {HERE / 'digits'}")


if __name__ == "__main__":
    main()
