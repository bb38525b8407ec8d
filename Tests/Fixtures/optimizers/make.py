"""Paths of optimizers that PyTorch does not have, or has in lower precision, on a quadratic.

Written from their papers with NumPy in double precision; lookahead's inner optimizer is torch.optim.SGD.
Run: python make.py
"""

import json

import numpy as np
import torch

TOLERANCE = {"f64": {"rtol": 1e-9, "atol": 1e-11}, "f32": {"rtol": 1e-4, "atol": 1e-5}}


def tensor(x):
    x = np.asarray(x, dtype=float)
    return {"dtype": "float64", "shape": list(x.shape), "data": [float(v) for v in x.ravel()]}


def problem(shape, seed):
    n = int(np.prod(shape))
    random = np.random.default_rng(seed)
    root = random.normal(size=(n, n))
    a = np.round((root @ root.T / n + np.eye(n)) * 1024) / 1024
    c = np.round(random.normal(size=n) * 1024) / 1024
    w = np.round(random.normal(size=shape) * 1024) / 1024
    return a, c, w


def case(name, number, params, shape, step, seed=1, steps=30):
    a, c, w0 = problem(shape, seed)
    w, path, state = w0.copy(), [], {}
    for t in range(1, steps + 1):
        w = step(w, (a @ (w.ravel() - c)).reshape(shape), t, state, params)
        path.append(w.copy())
    return {
        "id": f"optimizers/{name}/{number:03d}", "name": name, "problem": "quadratic",
        "params": params, "tolerance": TOLERANCE,
        "inputs": {"A": tensor(a), "c": tensor(c), "w0": tensor(w0)},
        "outputs": {"w_after_step": tensor(path)},
    }


def lamb(w, g, t, s, p):
    s["m"] = p["beta1"] * s.get("m", 0) + (1 - p["beta1"]) * g
    s["v"] = p["beta2"] * s.get("v", 0) + (1 - p["beta2"]) * g * g
    m, v = s["m"] / (1 - p["beta1"] ** t), s["v"] / (1 - p["beta2"] ** t)
    r = m / (np.sqrt(v) + p["eps"]) + p["weight_decay"] * w
    a, b = np.linalg.norm(w), np.linalg.norm(r)
    return w - p["lr"] * (a / b if a > 0 and b > 0 else 1) * r


def muon(w, g, t, s, p):
    mu = p["momentum"]
    s["b"] = mu * s.get("b", 0) + (1 - mu) * g
    u = (1 - mu) * g + mu * s["b"] if p["nesterov"] else s["b"]
    rows, columns = w.shape[0], w.size // w.shape[0]
    x = u.reshape(rows, columns)
    x = x / (np.linalg.norm(x) + 1e-7)
    if rows > columns:
        x = x.T
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.775 * a + 2.0315 * a @ a) @ x
    if rows > columns:
        x = x.T
    x = x * max(1, rows / columns) ** 0.5
    return w * (1 - p["lr"] * p["weight_decay"]) - p["lr"] * x.reshape(w.shape)


def lookahead(w, g, t, s, p):
    if "fast" not in s:
        s["fast"] = torch.tensor(w, requires_grad=True)
        s["slow"] = w.copy()
        s["sgd"] = torch.optim.SGD([s["fast"]], lr=p["lr"], momentum=p["momentum"])
    s["fast"].grad = torch.tensor(g)
    s["sgd"].step()
    if t % p["every"] == 0:
        s["slow"] = s["slow"] + p["share"] * (s["fast"].detach().numpy() - s["slow"])
        with torch.no_grad():
            s["fast"].copy_(torch.tensor(s["slow"]))
    return s["fast"].detach().numpy().copy()


def of_torch(kind):
    def step(w, g, t, s, p):
        if "w" not in s:
            s["w"] = torch.tensor(w, requires_grad=True)
            more = {"momentum_decay": p["momentum_decay"]} if "momentum_decay" in p else {}
            more |= {"decoupled_weight_decay": False} if "decoupled_weight_decay" in p else {}
            s["optimizer"] = kind(
                [s["w"]], lr=p["lr"], betas=(p["beta1"], p["beta2"]), eps=p["eps"],
                weight_decay=p["weight_decay"], **more)
        s["w"].grad = torch.tensor(g)
        s["optimizer"].step()
        return s["w"].detach().numpy().copy()
    return step


def write(name, cases):
    with open(f"{name}.json", "w") as file:
        json.dump({"format": 1, "family": "optimizers", "name": name, "cases": cases}, file)
        file.write("\n")


base = {"lr": 0.05, "beta1": 0.9, "beta2": 0.99, "eps": 1e-6, "weight_decay": 0.0}
write("lamb", [
    case("lamb", 0, base, (4,), lamb),
    case("lamb", 1, base | {"weight_decay": 0.1, "beta1": 0.8}, (2, 3), lamb, seed=2),
])
base = {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.0}
write("muon", [
    case("muon", 0, base, (3, 2), muon),
    case("muon", 1, base | {"nesterov": False, "weight_decay": 0.1}, (2, 3), muon, seed=2),
    case("muon", 2, base, (2, 2, 2), muon, seed=3),
])
base = {"lr": 0.05, "momentum": 0.5, "every": 5, "share": 0.5}
write("lookahead", [
    case("lookahead", 0, base, (3,), lookahead),
    case("lookahead", 1, base | {"every": 3, "share": 0.8, "momentum": 0.0}, (3,), lookahead, seed=2),
])
base = {"lr": 0.05, "beta1": 0.9, "beta2": 0.9, "eps": 0.1, "weight_decay": 0.0}
coupled = base | {"decoupled_weight_decay": False}
write("epsilon", [
    case("nadam", 0, coupled | {"momentum_decay": 0.004}, (4,), of_torch(torch.optim.NAdam)),
    case("radam", 1, coupled, (4,), of_torch(torch.optim.RAdam)),
    case("adamax", 2, base, (4,), of_torch(torch.optim.Adamax)),
])
