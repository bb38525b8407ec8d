"""PyTorch: eager, compiled, and with channels last where there are images."""

import torch
from torch import nn

from peers import pytorch_data, pytorch_models
from workloads import RATE, STEPS


def about():
    return f"PyTorch {torch.__version__}"


def start(threads):
    torch.set_num_threads(threads)


class Step:
    """A model with its optimizer and one batch."""

    def __init__(self, name, compiled=False, channels_last=False):
        workload = STEPS[name]
        torch.manual_seed(0)
        self.model = pytorch_models.MODELS[name]().train()
        self.x = torch.randn(*workload.shape)
        self.y = torch.randint(0, 10, (workload.batch,))
        if channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
            self.x = self.x.to(memory_format=torch.channels_last)
        parameters = list(self.model.parameters())
        self.count = sum(p.numel() for p in parameters)
        self.optimizer = (
            torch.optim.Adam(parameters, lr=RATE) if workload.optimizer == "adam"
            else torch.optim.SGD(parameters, lr=RATE, momentum=0.9))
        self.loss = nn.CrossEntropyLoss()
        self.forward = torch.compile(self.model) if compiled else self.model

    def __call__(self, steps):
        for _ in range(steps):
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.forward(self.x), self.y).backward()
            self.optimizer.step()
        return steps


def prepare(name, data, without):
    if name not in STEPS:
        return pytorch_data.prepare(name, data), [], None
    variants, notes = {}, []
    if "eager" not in without:
        variants["eager"] = Step(name)
    if "compiled" not in without:
        try:
            compiled = Step(name, compiled=True)
            compiled(1)
            variants["compiled"] = compiled
        except Exception as error:  # no C++ compiler, for instance
            notes.append(f"torch.compile does not work here: {type(error).__name__}")
    if name in ("w4", "w5") and "channels-last" not in without:
        variants["channels-last"] = Step(name, channels_last=True)
    return variants, notes, next((step.count for step in variants.values()), None)
