"""Weights under shifted classes, from scikit-learn's linear discriminant."""
import pathlib
import sys

import numpy as np
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent))
from oracle_form import case, exact, write


class Shifted:
    """A class's covariance, with some variance on the diagonal."""

    def __init__(self, shift):
        self.shift = shift

    def fit(self, x):
        self.covariance_ = np.cov(x.T, bias=True) + self.shift * np.eye(x.shape[1])
        return self


random = np.random.default_rng(11)
cases = []
for width, counts, scale in [(2, [60, 25, 15], 1.0), (3, [50, 30, 40], 4.0), (4, [90, 15], 0.25)]:
    k = len(counts)
    # Long, tilted clouds: which class a place belongs to depends on the whole covariance.
    spread = random.normal(0, 1, (width, width)) * np.linspace(3, 0.7, width)
    means = random.normal(0, 1.5, (k, width)) + 2

    def clouds(counts):
        labels = np.repeat(np.arange(k), counts)
        x = means[labels] + random.normal(0, 1, (len(labels), width)) @ spread.T
        return exact(scale * x), labels

    x, labels = clouds(counts)
    plain = LinearDiscriminantAnalysis(solver="lsqr").fit(x, labels)
    # A thousandth of the mean variance.
    shift = 1e-3 * np.trace(plain.covariance_) / width
    model = LinearDiscriminantAnalysis(solver="lsqr", covariance_estimator=Shifted(shift)).fit(x, labels)
    validation, truth = clouds([80] * k)
    test, _ = clouds([40 + 60 * c for c in range(k)])

    def shares(x):
        return np.bincount(model.predict(x), minlength=k) / len(x)

    confusion = np.stack([shares(validation[truth == c]) for c in range(k)], 1)
    found = np.linalg.solve(confusion, shares(test))
    cases.append(case(
        "label_shift", "sklearn.discriminant_analysis", {"classes": k},
        {"train": x, "labels": labels, "validation": validation, "validation_labels": truth, "test": test},
        {"weights": np.maximum(found, 0) / (np.bincount(labels) / len(labels))}))
write(__file__, "label_shift", cases)
