"""Dyson's and Bru's processes as processes of particles, read off the formal content of W4."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ...given import expression
from ...pair_process import PairProcess
from .mode_noise import W4, y_i, y_l

_OTHER = sp.Symbol("y_o", real=True)
_PUSH = sp.Symbol("push", real=True)


def dyson_process(beta: Any = 1) -> PairProcess:
    """Eigenvalues of a matrix with symmetric (β = 1) or Hermitian (β = 2) Brownian noise; parameter matrix_noise.

    W4 states β = 1. An entry beside the diagonal holds β real numbers, each with the variance s²/2 in unit time, and
    by D.mode-ito each of them pushes as one does; so the pushes are β times those of W4.

    Raises:
        ValueError: ``beta`` is below 1: then eigenvalues meet, and the process needs a rule for what happens there.
    """
    factor = expression(beta, "beta")
    if factor.is_number and factor < 1:
        raise ValueError(f"beta={beta}; give at least 1, below which eigenvalues meet")
    return _particles(f"Dyson, beta = {beta}", 0, factor, None)


def bru_process() -> PairProcess:
    """Eigenvalues of G = X Xᵀ with Brownian noise on the entries of the n × p matrix X; parameters p and rows_noise."""
    return _particles("Bru", 2, sp.Integer(1), sp.Integer(0))


def _particles(name: str, part: int, factor: sp.Expr, above: sp.Expr | None) -> PairProcess:
    """Drift from relation ``part`` of W4, noise from the rate of variance in the one after it."""
    drift, rate = W4.content[part].rhs, W4.content[part + 1].rhs
    (total,) = drift.atoms(sp.Sum)
    (number,) = (index for index, _, _ in total.limits)
    pair = total.function.xreplace({y_l(number): _OTHER})
    return PairProcess(
        name,
        y_i,
        _OTHER,
        _PUSH,
        drift.xreplace({total: factor * _PUSH}),
        pair,
        sp.sqrt(rate),
        ordered=True,
        above=above,
    )
