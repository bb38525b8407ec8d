"""Runs whose weights are averaged, by torch.optim.swa_utils: AveragedModel and update_bn.

Run: python make.py
"""
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import oracle_form as form

torch.set_default_dtype(torch.float64)


def network(random):
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.BatchNorm1d(5), torch.nn.Tanh(), torch.nn.Linear(5, 2)
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.tensor(form.exact(random.normal(size=tuple(parameter.shape)))))
    return model


NAMES = {"0": "dense_1", "1": "batch_norm_1", "3": "dense_2"}


def named(state, prefix=""):
    result = {}
    for key, value in state.items():
        parts = key.removeprefix(prefix).split(".")
        if parts[0] in NAMES and parts[1] != "num_batches_tracked":
            result[f"{NAMES[parts[0]]}.{parts[1]}"] = value.clone()
    return result


def run(number, first, every, rate, swa_rate):
    random = np.random.default_rng(number)
    x = torch.tensor(form.exact(random.normal(size=(20, 3)) + 0.5))
    y = torch.tensor(form.exact(random.normal(size=(20, 2))))
    batches = [(x[i : i + 6], y[i : i + 6]) for i in range(0, 20, 6)]
    model = network(random)
    start = named(model.state_dict())
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    average = torch.optim.swa_utils.AveragedModel(model)
    for epoch in range(1, 7):
        for group in optimizer.param_groups:
            group["lr"] = swa_rate if epoch >= first else rate
        for features, target in batches:
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(features), target).backward()
            optimizer.step()
        if epoch >= first and (epoch - first) % every == 0:
            average.update_parameters(model)
    # Without averaging, the exact statistics are those of the last weights.
    plain = torch.optim.swa_utils.AveragedModel(model)
    plain.update_parameters(model)
    for result in (average, plain):
        torch.optim.swa_utils.update_bn([features for features, _ in batches], result)
    outputs = {f"average.{k}": v for k, v in named(average.state_dict(), "module.").items()}
    outputs |= {f"last.{k}": v for k, v in named(plain.state_dict(), "module.").items()}
    average.eval()
    outputs["output"] = average(x)
    outputs["loss"] = torch.nn.functional.mse_loss(average(x), y)
    tolerance = {"f64": {"rtol": 1e-9, "atol": 1e-10}, "f32": {"rtol": 5e-4, "atol": 5e-5}}
    inputs = {"x": x, "y": y} | {f"start.{k}": v for k, v in start.items()}
    params = {"first": first, "every": every, "rate": rate, "swa_rate": swa_rate, "epochs": 6}
    return form.case(
        "swa", "torch.optim.swa_utils", params, inputs, outputs, tolerance=tolerance)


form.write(__file__, "swa", [run(1, 3, 1, 0.05, 0.05), run(2, 2, 2, 0.05, 0.1)])
