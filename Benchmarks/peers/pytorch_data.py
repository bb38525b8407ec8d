"""Data preparation in PyTorch, a whole batch at once."""

import numpy as np
import torch


def standardized(x):
    deviation, mean = torch.std_mean(x, 0, correction=0)
    return (x - mean) / torch.where(deviation > 0, deviation, 1)


def axes(x, kind):
    centered = (x - x.mean(0)).to(kind)
    values, vectors = torch.linalg.eigh(centered.T @ centered / (len(x) - 1))
    return centered, values.clamp(min=0), vectors


def pca_whitened(x, kind, count=100):
    centered, values, vectors = axes(standardized(x), kind)
    matrix = (vectors / values.sqrt())[:, -count:].flip(1)
    return centered.float() @ matrix.float()


def zca_whitened(x, kind):
    centered, values, vectors = axes(x, kind)
    matrix = vectors / (values + 1e-5).sqrt() @ vectors.T
    return centered.float() @ matrix.float()


def blended(x, other, factor):
    return (factor * x + (1 - factor) * other).clamp_(0, 1)


def gray(x):
    return 0.2989 * x[:, :1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:]


class Batches:
    """Crop with padding 4, flip, brightness, contrast and saturation by up to 0.2, each image its own draw.

    The order of the three changes is drawn for a batch, not for an image, which spares PyTorch work.
    """

    def __init__(self, images, batch=64):
        self.images, self.batch = torch.from_numpy(images), batch
        self.rows, self.place = torch.randperm(len(images)), 0
        self.steps = torch.arange(32)

    def factors(self, count):
        return 0.8 + 0.4 * torch.rand(count, 1, 1, 1)

    def next(self):
        if self.place + self.batch > len(self.rows):
            self.rows, self.place = torch.randperm(len(self.images)), 0
        chosen = self.images[self.rows[self.place:self.place + self.batch]]
        self.place += self.batch
        n = len(chosen)
        padded = torch.nn.functional.pad(chosen, (4, 4, 4, 4))
        rows = torch.randint(0, 9, (n, 1)) + self.steps
        columns = torch.randint(0, 9, (n, 1)) + self.steps
        columns = torch.where(torch.rand(n, 1) < 0.5, columns.flip(1), columns)
        places = (rows[:, :, None] * 40 + columns[:, None, :]).view(n, 1, 1024).expand(n, 3, 1024)
        x = padded.view(n, 3, 1600).gather(2, places).view(n, 3, 32, 32).float().div_(255)
        for change in torch.randperm(3).tolist():
            factor = self.factors(n)
            if change == 0:
                x = (factor * x).clamp_(0, 1)
            elif change == 1:
                x = blended(x, gray(x).mean((1, 2, 3), keepdim=True), factor)
            else:
                x = blended(x, gray(x), factor)
        return x


def repeated(work):
    @torch.inference_mode()
    def run(times):
        for _ in range(times):
            work()
        return times
    run.work = work
    return run


def prepare(name, data):
    array = np.load(data)
    if name == "w10":
        batches = Batches(array)
        return {"eager": repeated(batches.next)}
    x = torch.from_numpy(array)
    whiten = pca_whitened if name == "w9a" else zca_whitened
    return {"eager": repeated(lambda: whiten(x, torch.float64)),
            "eager float32": repeated(lambda: whiten(x, torch.float32))}
