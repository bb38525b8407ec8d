"""Writes the files of this folder with NumPy and the safetensors package."""
import pathlib
import struct

import numpy as np
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent
a = np.arange(6, dtype=np.float32).reshape(2, 3) / 4

np.save(here / "f4.npy", a)
np.save(here / "f4_scalar.npy", np.float32(2.5))
np.save(here / "f4_vector.npy", np.array([1.5, -2, 3], np.float32))
np.save(here / "f4_empty.npy", np.zeros((0, 4), np.float32))
np.save(here / "f8_big_endian.npy", a.astype(">f8"))
np.save(here / "f4_fortran.npy", np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)))
np.save(here / "f2.npy", np.array([0, 1, -2.5, 65504, 6e-8, np.inf], np.float16))
for name in ["i1", "i2", "i4", "i8"]:
    np.save(here / f"{name}.npy", np.array([[-3, 0], [7, 100]], name))
for name in ["u1", "u2", "u4", "u8"]:
    np.save(here / f"{name}.npy", np.array([0, 1, 200], name))
np.save(here / "b1.npy", np.array([True, False, True]))
np.save(here / "complex.npy", np.array([1 + 2j]))
np.save(here / "object.npy", np.array([None, 1], object), allow_pickle=True)
np.save(here / "structured.npy", np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]))
with open(here / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, a, version=(2, 0))
np.savez(here / "arrays.npz", x=a, y=np.array([1, 0], np.int64))
np.savez_compressed(here / "compressed.npz", x=a)

save_file(
    {
        "weight": a,
        "bias": np.array([1, 2, 3], np.float32),
        "steps": np.array([7, 1 << 40], np.int64),
        "exact": np.array([0.1, -1e300], np.float64),
        "half": np.array([0.5, -2], np.float16),
        "mask": np.array([True, False]),
        "one": np.array(4, np.int32),
        "none": np.zeros((0, 3), np.float32),
    },
    here / "mixed.safetensors",
    metadata={"format": "pt", "note": "a \"quoted\" text, ü"},
)
save_file({"b": a, "a": np.array([1, 2], np.float32)}, here / "floats.safetensors", metadata={"k": "v"})

images = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4) * 10
(here / "images.idx").write_bytes(struct.pack(">BBBBIII", 0, 0, 8, 3, 2, 3, 4) + images.tobytes())
(here / "labels.idx").write_bytes(struct.pack(">BBBBI", 0, 0, 8, 1, 2) + bytes([7, 2]))
numbers = np.array([1.5, -2.25], ">f4")
(here / "floats.idx").write_bytes(struct.pack(">BBBBI", 0, 0, 0x0D, 1, 2) + numbers.tobytes())
