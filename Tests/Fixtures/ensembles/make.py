"""Rounds of AdaBoost by sklearn.ensemble.AdaBoostClassifier, on the mistakes of decision trees; Welch's test
by scipy.stats.ttest_ind.

Run: python make.py
"""
import pathlib
import sys

import numpy as np
import scipy.stats
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import oracle_form as form


class Recorded(DecisionTreeClassifier):
    """Keeps the weights that it is fitted with, and what it gets wrong."""

    log = []

    def fit(self, x, y, sample_weight=None):
        super().fit(x, y, sample_weight)
        Recorded.log.append((sample_weight.copy(), self.predict(x) != y))
        return self


class Spoiled(Recorded):
    """From the third on, says the opposite of what it has learned of two classes."""

    def fit(self, x, y, sample_weight=None):
        self.spoiled = len(Recorded.log) >= 2
        return super().fit(x, y, sample_weight)

    def predict(self, x):
        return 1 - super().predict(x) if self.spoiled else super().predict(x)


def boosting(name, x, y, rounds, depth, weights=None, model=Recorded):
    Recorded.log = []
    model = AdaBoostClassifier(model(max_depth=depth, random_state=0), n_estimators=rounds)
    model.fit(x, y, sample_weight=weights)
    kept = len(model.estimators_)
    inputs = {"mistakes": np.array([wrong for _, wrong in Recorded.log]) * 1.0}
    if weights is not None:
        inputs["weights"] = weights
    return form.case(
        name, "sklearn.ensemble.AdaBoostClassifier", {"classes": len(set(y)), "kept": kept}, inputs,
        {
            "weights": np.array([weight for weight, _ in Recorded.log]),
            "errors": model.estimator_errors_[:kept],
            "member_weights": model.estimator_weights_[:kept],
        })


def boosts():
    random = np.random.default_rng(7)
    x = form.exact(random.normal(size=(30, 3)))
    two = (x[:, 0] * x[:, 1] > 0).astype(int)
    three = np.digitize(x[:, 0] + x[:, 1] * x[:, 2], [-0.5, 0.5])
    yield boosting("two_classes", x, two, 6, 1)
    yield boosting("three_classes", x, three, 6, 1)
    yield boosting("weighted", x, three, 4, 1, form.exact(random.uniform(0.5, 2, size=30)))
    yield boosting("perfect", x, (x[:, 0] > 0).astype(int), 5, 1)
    yield boosting("useless", x, two, 6, 1, model=Spoiled)


def welch():
    random = np.random.default_rng(3)
    for first, second, shift in [(5, 5, 0.5), (3, 8, 1.0), (2, 2, 0.1), (12, 4, 3.0)]:
        a = form.exact(random.normal(size=first))
        b = form.exact(random.normal(size=second) * 2 + shift)
        result = scipy.stats.ttest_ind(a, b, equal_var=False)
        yield form.case(
            "welch", "scipy.stats.ttest_ind", {}, {"a": a, "b": b},
            {"t": result.statistic, "degrees_of_freedom": result.df, "p": result.pvalue})


form.write(__file__, "adaboost", list(boosts()))
form.write(__file__, "welch", list(welch()))
