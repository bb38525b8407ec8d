"""Scores of features and weights of penalized linear models, by scikit-learn.

mutual_information: numpy bins features and values into bins of equally many samples (a bin a value where
there are no more values than bins), scikit-learn's mutual_info_score counts, and the Miller-Madow
correction is added. lasso and softmax: features, and values to learn, are standardized.
"""
import json
import pathlib

import numpy as np
from sklearn.feature_selection import f_classif, f_regression
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.metrics import mutual_info_score

here = pathlib.Path(__file__).parent
data = here / "../../../Examples/data"


def table(name):
    rows = np.loadtxt(data / f"{name}.csv", delimiter=",", skiprows=1)
    return rows[:, :-1].astype(np.float32).astype(np.float64), rows[:, -1]


def binned(x, bins):
    x = x.astype(np.float32)
    distinct = np.unique(x)
    if len(distinct) <= bins:
        return np.searchsorted(distinct, x)
    ranks = np.sort(x)[np.arange(bins) * len(x) // bins]
    return np.searchsorted(np.unique(ranks), x, side="right") - 1


def information(a, b):
    n = len(a)
    cells = len(set(zip(a.tolist(), b.tolist())))
    bias = (len(set(a.tolist())) + len(set(b.tolist())) - cells - 1) / (2 * n)
    return max(0.0, mutual_info_score(a, b) + bias)


result = {}
for name, classes in [("wine", True), ("diabetes", False)]:
    x, y = table(name)
    label = y.astype(int) if classes else binned(y, 16)
    standard = (x - x.mean(0)) / x.std(0)
    entry = {
        "mutual_information": [information(binned(x[:, j], 16), label) for j in range(x.shape[1])],
        "f": (f_classif if classes else f_regression)(x, y)[0].tolist(),
    }
    if classes:
        strength = 0.05
        model = LogisticRegression(
            l1_ratio=1, solver="saga", C=1 / (strength * len(y)), tol=1e-10, max_iter=100000
        ).fit(standard, label)
        weights = model.coef_.T
    else:
        strength = 0.05
        model = Lasso(alpha=strength, tol=1e-12, max_iter=100000)
        weights = model.fit(standard, (y - y.mean()) / y.std()).coef_[:, None]
    entry["strength"] = strength
    entry["greatest_weight"] = np.abs(weights).max(1).tolist()
    result[name] = entry
    print(name, entry)
(here / "scores.json").write_text(json.dumps(result))
