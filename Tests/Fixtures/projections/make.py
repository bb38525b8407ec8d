"""Principal components of the digits (64 features) and of a made-up matrix (784), by scikit-learn.

The matrix has a formula, so that only results are kept: x[i, j] = sin(0.37 (i + 1) (j mod 29 + 1)) ·
(1 + j mod 7) + ((7 i + 13 j) mod 31) / 31, computed in float64 and rounded to float32.
"""
import json
import pathlib

import numpy as np
from sklearn.decomposition import PCA

here = pathlib.Path(__file__).parent
digits = np.loadtxt(here / "../../../Examples/data/digits.csv", delimiter=",", skiprows=1)[:, :-1]
i, j = np.meshgrid(np.arange(300), np.arange(784), indexing="ij")
made = np.sin(0.37 * (i + 1) * (j % 29 + 1)) * (1 + j % 7) + ((7 * i + 13 * j) % 31) / 31
made = made.astype(np.float32).astype(np.float64)

result = {}
for name, x, count in [("digits", digits, 40), ("made", made, 20)]:
    pca = PCA(count, svd_solver="full").fit(x)
    signs = np.sign(pca.components_[np.arange(count), np.abs(pca.components_).argmax(1)])
    whitened = PCA(count, svd_solver="full", whiten=True).fit(x)
    result[name] = {
        "count": count,
        "explained_variance": pca.explained_variance_.tolist(),
        "explained_variance_ratio": pca.explained_variance_ratio_.tolist(),
        "rows": [0, 1, 7],
        "projected": (pca.transform(x[[0, 1, 7]]) * signs).ravel().tolist(),
        "whitened": (whitened.transform(x[[0, 1, 7]]) * signs).ravel().tolist(),
        "components_for_95_percent": int(PCA(0.95, svd_solver="full").fit(x).n_components_),
    }
(here / "principal_components.json").write_text(json.dumps(result))
