"""Tests of two samples, ranks and categories, as SciPy and scikit-learn give them."""
import json
import pathlib

import numpy as np
import scipy.stats
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score

FOLDER = pathlib.Path(__file__).parent
random = np.random.default_rng(5)


def numbers(values):
    """As 32-bit numbers are written in the fewest digits."""
    return [float(str(value)) for value in np.float32(values)]


samples = []
for m, n, shift, digits in [
    (3, 2, 0, 2), (10, 7, 1, 2), (40, 30, 0, 2), (40, 30, 0.8, 1), (300, 200, 0, 3), (300, 200, 0.1, 3),
    (300, 200, 0.4, 0), (1200, 1500, 0, 3), (1200, 1500, 0.12, 3), (2000, 100, 3, 3),
]:
    a = np.float32(np.round(random.normal(0, 1, m), digits))
    b = np.float32(np.round(random.normal(shift, 1, n), digits))
    test = scipy.stats.ks_2samp(a, b, method="asymp")
    ranks = scipy.stats.mannwhitneyu(a.astype(float), b.astype(float), alternative="greater", method="asymptotic", use_continuity=False)
    samples.append({
        "a": numbers(a), "b": numbers(b), "statistic": float(test.statistic), "p": float(test.pvalue), "u": float(ranks.statistic),
        "p_greater": float(ranks.pvalue),
        "area": float(roc_auc_score([1] * m + [0] * n, np.r_[a, b]))})

distances = [
    {"n": n, "d": d, "p": float(scipy.stats.kstwo.sf(d, n))}
    for n in [1, 2, 5, 20, 100, 140, 141, 500, 3000]
    for d in [0.01, 0.03, 0.05, 0.1, 0.2, 0.35, 0.6, 0.95]]

tables = []
for table in [
    [[10, 20], [20, 10]], [[5, 0, 7], [3, 9, 1]], [[12, 0, 3, 9], [40, 0, 9, 30]], [[1, 1], [1, 2]],
    [[300, 250, 10], [280, 240, 90]], random.integers(0, 40, (2, 25)).tolist(), [[3, 5], [2, 2], [8, 1]],
]:
    kept = np.array(table)[:, np.array(table).sum(0) > 0]
    test = scipy.stats.chi2_contingency(kept, correction=False)
    tables.append({"counts": table, "statistic": float(test.statistic), "freedom": int(test.dof), "p": float(test.pvalue)})

tails = [
    {"x": x, "freedom": k, "p": float(scipy.stats.chi2.sf(x, k))}
    for k in [1, 2, 3, 10, 51, 400] for x in [1e-3, 0.7, 3, 12, 60, 410, 900]]


def holm(p):
    order, result, greatest = np.argsort(p), np.zeros(len(p)), 0.0
    for place, index in enumerate(order):
        greatest = max(greatest, min(1, (len(p) - place) * p[index]))
        result[index] = greatest
    return result.tolist()


corrections = [{"p": p, "corrected": holm(p)} for p in [[0.01, 0.04, 0.03, 0.005], [0.5, 0.6], [0.2], []]]

wide = random.normal(0, 1, (12, 3)) @ random.normal(0, 1, (3, 30)) * 2 + random.normal(0, 0.1, (12, 30)) + 5
wide = np.float32(wide)
pca = PCA(3, svd_solver="full").fit(wide.astype(float))
components = {"x": numbers(wide.ravel()), "width": 30, "scores": np.abs(pca.transform(wide.astype(float))).ravel().tolist()}

(FOLDER / "tests.json").write_text(json.dumps({
    "samples": samples, "distances": distances, "tables": tables, "tails": tails, "corrections": corrections,
    "components": components}) + "\n")
