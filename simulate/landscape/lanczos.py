"""The largest eigenvalues of the Hessian, from below, by Lanczos's method."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .landscape import TRAIN, Landscape
from .random import random_directions

Array = npt.NDArray[np.float64]


def ritz_values(landscape: Landscape, theta: Array, steps: int, draw: int, data: str = TRAIN) -> Array:
    """Eigenvalues of H on a Krylov space of dimension ``steps``, ``(S, steps)``, falling (L/θ²).

    The j-th of them is at most the j-th largest eigenvalue of H (Cauchy's interlacing): counting those above a level
    never counts too many. Each new vector is made orthogonal to all before, twice.

    Args:
        landscape: whose Hessian.
        theta: weights ``(S, p)``.
        steps: Hessian-vector products; the largest eigenvalues converge first.
        draw: of the first vector, see :func:`.random.random_directions`.
        data: ``"train"`` or ``"held-out"``.
    """
    basis = random_directions(landscape.description.seeds, 1, theta.shape[1], draw)  # (S, k, p)
    projected = np.zeros((len(theta), steps, steps))
    for k in range(steps):
        image = landscape.products(theta, basis[:, -1:], data)[:, 0]
        projected[:, : k + 1, k] = np.einsum("smp,sp->sm", basis, image)
        for _ in range(2):
            image = image - np.einsum("smp,sm->sp", basis, np.einsum("smp,sp->sm", basis, image))
        length = np.linalg.norm(image, axis=1, keepdims=True)
        # An exhausted space gives no new vector: zeros, whose Ritz value 0 exceeds no level above 0.
        new = np.divide(image, length, out=np.zeros_like(image), where=length > 0)
        basis = np.concatenate([basis, new[:, None]], axis=1)
    symmetric = np.triu(projected) + np.triu(projected, 1).transpose(0, 2, 1)
    return np.asarray(np.linalg.eigvalsh(symmetric)[:, ::-1], dtype=np.float64)
