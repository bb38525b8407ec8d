"""Writes cases in the form of Tests/Fixtures/oracles, for what these do not hold.

A folder's `make.py` computes them with the named library in float64; run it from anywhere.
"""
import json
import pathlib

TOLERANCE = {"f64": {"rtol": 1e-9, "atol": 1e-10}, "f32": {"rtol": 1e-4, "atol": 1e-5}}


def tensor(values):
    """A torch tensor, an array or a number as the files hold them."""
    import numpy as np

    array = np.asarray(values.detach().numpy() if hasattr(values, "detach") else values)
    return {
        "dtype": "float64",
        "shape": list(array.shape),
        "data": [float(f"{value:.12g}") for value in array.astype(float).ravel()],
    }


def exact(array):
    """Multiples of 2^-10, which single and double precision hold alike."""
    import numpy as np

    return np.round(np.asarray(array) * 1024) / 1024


def case(name, source, params, inputs, outputs, gradients=None, tolerance=TOLERANCE):
    return {
        "name": name,
        "source": source,
        "params": params,
        "inputs": {key: tensor(value) for key, value in inputs.items()},
        "outputs": {key: tensor(value) for key, value in outputs.items()},
        "gradients": {key: tensor(value) for key, value in (gradients or {}).items()},
        "tolerance": tolerance,
    }


def write(script, name, cases):
    """Writes `name`.json beside a script."""
    family = pathlib.Path(script).parent.name
    for number, entry in enumerate(cases):
        entry["id"] = f"{family}/{name}/{number:03}"
    path = pathlib.Path(script).parent / (name + ".json")
    path.write_text(json.dumps({"family": family, "name": name, "cases": cases}) + "\n")
