"""Images moved, zoomed, blurred and turned in hue: torch's grid_sample, scipy, colorsys."""
import colorsys
import pathlib
import sys

import numpy as np
import scipy.ndimage
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, exact, write

random = np.random.default_rng(4)
gray = exact(random.uniform(0, 1, (1, 6, 5)))
rgb = exact(random.uniform(0, 1, (3, 7, 9)))


def sample(x, row, column):
    """x at positions given as arrays, bilinear, zero outside."""
    rows, columns = x.shape[1:]
    grid = np.stack([2 * column / (columns - 1) - 1, 2 * row / (rows - 1) - 1], -1)
    return F.grid_sample(
        torch.tensor(x)[None], torch.tensor(grid)[None], mode="bilinear", padding_mode="zeros",
        align_corners=True)[0]


def places(x):
    return np.meshgrid(np.arange(x.shape[1]) * 1.0, np.arange(x.shape[2]) * 1.0, indexing="ij")


cases = []
for x in [gray, rgb]:
    i, j = places(x)
    for down, right in [(1.5, -0.25), (-2, 0.75), (0.125, 0), (-7.5, 1)]:
        cases.append(case(
            "translation", "torch.nn.functional.grid_sample", {"down": down, "right": right},
            {"x": x}, {"y": sample(x, i - down, j - right)}))
write(__file__, "translation", cases)

cases = []
for x in [gray, rgb]:
    i, j = places(x)
    middle = [(extent - 1) / 2 for extent in x.shape[1:]]
    for factor in [0.5, 0.8, 1, 1.3, 2]:
        y = sample(
            x, middle[0] + (i - middle[0]) / factor, middle[1] + (j - middle[1]) / factor)
        cases.append(case(
            "zoom", "torch.nn.functional.grid_sample", {"factor": factor}, {"x": x}, {"y": y}))
write(__file__, "zoom", cases)

cases = []
for x in [gray, rgb]:
    top, left, height, width = 1, 2, 4, 3
    y = F.interpolate(
        torch.tensor(x[:, top:top + height, left:left + width])[None], x.shape[1:],
        mode="bilinear", align_corners=False)[0]
    cases.append(case(
        "resized_crop", "torch.nn.functional.interpolate",
        {"top": top, "left": left, "height": height, "width": width}, {"x": x}, {"y": y}))
write(__file__, "resized_crop", cases)

write(__file__, "blur", [
    case("blur", "scipy.ndimage.gaussian_filter(mode='mirror')", {"sigma": sigma}, {"x": x},
         {"y": np.stack([
             scipy.ndimage.gaussian_filter(
                 channel, sigma, mode="mirror", radius=[min(int(np.ceil(3 * sigma)), extent - 1)
                                                        for extent in channel.shape])
             for channel in x])})
    for x in [gray, rgb] for sigma in [0.25, 0.5, 1, 1.75]
])

write(__file__, "hue", [
    case("hue", "colorsys", {"turn": turn}, {"x": x},
         {"y": np.stack([
             colorsys.hsv_to_rgb((h + turn) % 1, s, v)
             for h, s, v in (colorsys.rgb_to_hsv(*pixel) for pixel in x.reshape(3, -1).T)
         ]).T.reshape(x.shape)})
    for x in [rgb, exact(np.broadcast_to(rgb[:1], rgb.shape)), exact(np.eye(3)[:, None, :])]
    for turn in [0.1, -0.25, 0.5]
])
