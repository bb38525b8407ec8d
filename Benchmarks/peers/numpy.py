"""NumPy and scikit-learn: data preparation. Products are in 64 bits, as Espalier's; `float32` has them in 32."""

import numpy as np

from workloads import STEPS


def about():
    try:
        import sklearn
    except ImportError:
        return f"NumPy {np.__version__}"
    return f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}"


def start(threads):
    pass


def standardized(x):
    mean, deviation = x.mean(0, dtype=np.float64), x.std(0, dtype=np.float64)
    deviation[deviation == 0] = 1
    return (x - mean.astype(np.float32)) / deviation.astype(np.float32)


def axes(x, kind):
    """Mean, variances from the smallest on, and directions as columns."""
    mean = x.mean(0, dtype=np.float64)
    centered = (x - mean.astype(np.float32)).astype(kind, copy=False)
    covariance = centered.T @ centered / (len(x) - 1)
    values, vectors = np.linalg.eigh(covariance)
    return centered, values, vectors


def pca_whitened(x, kind, count=100):
    centered, values, vectors = axes(standardized(x), kind)
    matrix = vectors[:, :-count - 1:-1] / np.sqrt(values[:-count - 1:-1])
    return centered.astype(np.float32, copy=False) @ matrix.astype(np.float32)


def zca_whitened(x, kind):
    centered, values, vectors = axes(x, kind)
    matrix = vectors / np.sqrt(values + 1e-5) @ vectors.T
    return centered.astype(np.float32, copy=False) @ matrix.astype(np.float32)


def sklearn_whitened(x):
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler
    whitening = PCA(100, whiten=True, svd_solver="covariance_eigh")
    return whitening.fit_transform(StandardScaler().fit_transform(x))


def repeated(work):
    def run(times):
        for _ in range(times):
            work()
        return times
    run.work = work
    return run


def prepare(name, data, without):
    if name in STEPS or name == "w10":
        return {}, [], None
    x = np.load(data)
    whiten = pca_whitened if name == "w9a" else zca_whitened
    variants = {"numpy": repeated(lambda: whiten(x, np.float64)),
                "numpy float32": repeated(lambda: whiten(x, np.float32))}
    notes = []
    if name == "w9a":
        try:
            import sklearn.decomposition
            variants["scikit-learn"] = repeated(lambda: sklearn_whitened(x))
        except ImportError:
            notes.append("scikit-learn is not installed")
    return variants, notes, None
