"""What eigenvalues of many rows look like, and means that Itô's rule gives exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import sympy as sp

from ...theory.pair_process import PairProcess

Array = npt.NDArray[np.float64]


def semicircle(x: npt.ArrayLike, radius: float) -> Array:
    """Wigner's law: the share of eigenvalues below x.

    A symmetric or Hermitian matrix with Brownian noise for the time t, from zero, has the radius s √(2 β n t) (β = 1 or
    2; variance β s² t/2 beside the diagonal; E. P. Wigner, Ann. Math. 62, 1955).
    """
    y = np.clip(np.asarray(x, dtype=np.float64) / radius, -1.0, 1.0)
    return 0.5 + (y * np.sqrt(1 - y * y) + np.arcsin(y)) / np.pi


def marchenko_pastur(x: npt.ArrayLike, n: int, p: int, scale: float) -> Array:
    """Marchenko's and Pastur's law: the share of the n eigenvalues of X Xᵀ below x, X ``(n, p)``, n ≤ p.

    ``scale`` is the variance of an entry of X. With c = n/p, x/(p scale) has the density
    ``√((b − y)(y − a)) / (2 π c y)`` between (1 ∓ √c)² (V. A. Marchenko & L. A. Pastur, Mat. Sb. 72, 1967).
    """
    c = n / p
    low, high = (1 - np.sqrt(c)) ** 2, (1 + np.sqrt(c)) ** 2
    # y = middle − half cos φ makes the density smooth in φ, so that the midpoint rule converges fast.
    parts = 4096
    angle = (np.arange(parts) + 0.5) * np.pi / parts
    middle, half = (low + high) / 2, (high - low) / 2
    weight = (half * np.sin(angle)) ** 2 / (2 * np.pi * c * (middle - half * np.cos(angle))) * np.pi / parts
    below = np.concatenate([[0.0], np.cumsum(weight)])
    y = np.clip(np.asarray(x, dtype=np.float64) / (p * scale), low, high)
    share = np.arccos(np.clip((middle - y) / half, -1.0, 1.0)) / np.pi * parts
    found: Array = np.interp(share, np.arange(parts + 1), below)
    return found


def mean_drift(process: PairProcess, n: int, function: sp.Expr) -> sp.Expr:
    """The drift of Σ function(x_i) over n particles, by Itô's rule; where it is a number, the mean is linear in time.

    ``function`` uses ``process.particle``.
    """
    ito = process.written_out(n)
    total = sp.Add(*(function.xreplace({process.particle: x}) for x in ito.states))
    return sp.factor(sp.cancel(sp.together(ito.drift_of(total).doit())))
