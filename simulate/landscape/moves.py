"""Weights from which directions are taken out, and what to take out instead for a fair comparison."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def removed(theta: Array, v: Array, origin: Array | None = None) -> Array:
    """``Σ_j v_j v_j·(θ − origin)``, ``(S, p)``, of weights ``(S, p)`` and orthonormal ``v (S, m, p)``.

    With ``origin=None`` (zero) it is the component of the weights themselves, which is what the source's scripts
    take out; with the initial weights, that of the whole displacement.
    """
    away = theta if origin is None else theta - origin
    return np.asarray(np.einsum("smp,sm->sp", v, np.einsum("smp,sp->sm", v, away)))


def ablated(theta: Array, v: Array, origin: Array | None = None) -> Array:
    """The weights without the component along ``v``, ``(S, p)``; see :func:`removed`."""
    return theta - removed(theta, v, origin)


def sized(taken: Array, like: Array) -> Array:
    """``taken (S, p)`` made as long as ``like (S, p)``, seed by seed; NaN where nothing can be made longer.

    A random direction in p dimensions has hardly any component to take out: to compare it with a direction that
    has one, as much must be taken out along both.
    """
    length, wanted = (np.linalg.norm(one, axis=1, keepdims=True) for one in (taken, like))
    return np.asarray(taken * np.divide(wanted, length, out=np.full_like(length, np.nan), where=length > 0))
