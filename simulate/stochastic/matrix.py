"""The matrices themselves: the exact law of Dyson's and Bru's processes, by which their integration is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Matrices that are held at a time; 1000 of 20 × 20 take 3 MB. No source.
_CHUNK = 1000


def dyson_eigenvalues(
    initial: npt.ArrayLike, strength: float, times: npt.ArrayLike, paths: int, seed: int, beta: int = 1
) -> Array:
    """Eigenvalues ``(n, T, paths)``, the largest first, of a matrix with Brownian noise, at rising times from 0.

    In unit time a diagonal entry gains the variance s², and each of the β real numbers of an entry beside it s²/2 (W4).
    The matrix is diagonal at time 0, with the eigenvalues ``initial (n,)`` or ``(n, paths)``. No step is involved: the
    law at the times is exact.

    Raises:
        ValueError: ``beta`` is neither 1 nor 2, or the times do not rise from 0.
    """
    if beta not in (1, 2):
        raise ValueError(f"beta={beta}; give 1 for symmetric or 2 for Hermitian matrices")
    start, lengths = _start(initial, paths), _lengths(times)
    rng = np.random.default_rng(seed)
    n = len(start)
    found = np.empty((n, len(lengths), paths))
    for first in range(0, paths, _CHUNK):
        here = slice(first, min(first + _CHUNK, paths))
        count = here.stop - first
        matrix = np.zeros((count, n, n), dtype=complex if beta == 2 else float)
        matrix[:, np.arange(n), np.arange(n)] = start[:, here].T
        for k, length in enumerate(lengths):
            matrix += strength * np.sqrt(length) * _symmetric(rng, (count, n, n), beta)
            found[:, k, here] = np.linalg.eigvalsh(matrix).T[::-1]
    return found


def bru_eigenvalues(
    initial: npt.ArrayLike, strength: float, p: int, times: npt.ArrayLike, paths: int, seed: int
) -> Array:
    """Eigenvalues ``(n, T, paths)``, the largest first, of X Xᵀ, where X ``(n, p)`` has Brownian noise of strength s.

    ``initial (n,)`` or ``(n, paths)`` are those of X Xᵀ at time 0. The eigenvalues are a Markov process and their law
    is the same in every basis, so after each time X starts anew, diagonal; of its p − n columns that are then zero,
    only Bartlett's factor of the Wishart matrix is drawn. So p may be as large as one likes.

    Raises:
        ValueError: there are fewer columns than rows, or the times do not rise from 0.
    """
    now, lengths = _start(initial, paths), _lengths(times)
    n = len(now)
    if p < n:
        raise ValueError(f"p={p} columns for {n} rows; give at least {n}")
    rng = np.random.default_rng(seed)
    found = np.empty((n, len(lengths), paths))
    own = np.arange(n)
    for k, length in enumerate(lengths):
        for first in range(0, paths, _CHUNK):
            here = slice(first, min(first + _CHUNK, paths))
            count = here.stop - first
            rows = strength * np.sqrt(length) * rng.standard_normal((count, n, n))
            rows[:, own, own] += np.sqrt(now[:, here].T)
            gram = rows @ rows.transpose(0, 2, 1)
            if p > n:
                factor = strength * np.sqrt(length) * _bartlett(rng, count, n, p - n)
                gram += factor @ factor.transpose(0, 2, 1)
            found[:, k, here] = np.linalg.eigvalsh(gram).T[::-1]
        # A zero may come out as −1e-17.
        now = np.maximum(found[:, k], 0.0)
    return found


@dataclass(frozen=True, eq=False)
class Coupled:
    """Eigenvalues ``(n, K + 1, P)`` at the ends of K steps, and the increments ``(n, K, P)`` of the Brownian motions
    that drove them.
    """

    eigenvalues: Array
    increments: Array


def coupled_dyson(
    initial: npt.ArrayLike, strength: float, length: float, steps: int, fine: int, paths: int, seed: int
) -> Coupled:
    """Eigenvalues of a symmetric matrix with Brownian noise over ``steps`` steps of ``length``, with what drove them.

    Eigenvalue i is driven by dB_i = v_iᵀ dM v_i / s, v_i its eigenvector. Each step is cut into ``fine`` parts, in each
    of which the eigenvectors of its beginning are taken: the increments are exact Brownian ones, and drive exactly
    these eigenvalues up to an error of order (length/fine)^½.
    """
    start = _start(initial, paths)
    n, short = len(start), length / fine
    rng = np.random.default_rng(seed)
    matrix = np.zeros((paths, n, n))
    matrix[:, np.arange(n), np.arange(n)] = start.T
    eigenvalues = np.empty((n, steps + 1, paths))
    increments = np.zeros((n, steps, paths))
    for k in range(steps):
        for _ in range(fine):
            vectors = np.linalg.eigh(matrix).eigenvectors
            change = np.sqrt(short) * _symmetric(rng, (paths, n, n), 1)
            increments[:, k] += np.einsum("pai,pab,pbi->ip", vectors, change, vectors)[::-1]
            matrix += strength * change
        eigenvalues[:, k + 1] = np.linalg.eigvalsh(matrix).T[::-1]
    eigenvalues[:, 0] = start
    return Coupled(eigenvalues, increments)


def _symmetric(rng: np.random.Generator, shape: tuple[int, int, int], beta: int) -> npt.NDArray[np.inexact]:
    """Variance 1 on the diagonal, and β times ½ beside it."""
    a: npt.NDArray[np.inexact] = rng.standard_normal(shape)
    if beta == 2:
        a = a + 1j * rng.standard_normal(shape)
    return (a + a.conj().transpose(0, 2, 1)) / 2


def _bartlett(rng: np.random.Generator, count: int, n: int, degrees: int) -> Array:
    """Factors L of Wishart matrices L Lᵀ of n rows (M. S. Bartlett, Proc. R. Soc. Edinburgh 53, 1934).

    With fewer degrees of freedom than rows there is no triangular factor: then the columns themselves are drawn.
    """
    if degrees < n:
        return rng.standard_normal((count, n, degrees))
    factor = np.tril(rng.standard_normal((count, n, n)), -1)
    own = np.arange(n)
    factor[:, own, own] = np.sqrt(rng.chisquare(degrees - own, size=(count, n)))
    return factor


def _start(initial: npt.ArrayLike, paths: int) -> Array:
    start = np.asarray(initial, dtype=np.float64)
    return np.broadcast_to(start.reshape(len(start), -1), (len(start), paths))


def _lengths(times: npt.ArrayLike) -> Array:
    lengths = np.diff(np.concatenate([[0.0], np.atleast_1d(np.asarray(times, dtype=np.float64))]))
    if not (lengths > 0).all():
        raise ValueError(f"times={times!r}; give rising times above 0")
    return lengths
