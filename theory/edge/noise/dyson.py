"""Dyson's Brownian motion (β = 1): what symmetric Brownian noise on a 2 × 2 matrix does to its eigenvalues.

The matrix has the diagonal entries m + u and m − u and the off-diagonal entry b; its eigenvalues are
m ± R with R² = u² + b². In unit time a diagonal entry gains the variance s² and the off-diagonal one s²/2: then
m, u and b have the same noise, which is what makes it look the same in every orthonormal basis.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ...derivation import Derivation, Ito, Rewrite, Substitute
from ...process import ItoProcess
from ...statement import Kind, Source, Statement
from ...units import THETA, TIME
from ..notation import NOTATION
from ..relations import equal
from ..sources import project

_s = NOTATION.symbol
_LEVEL, _NOISE = THETA**2, THETA**2 / TIME ** Fraction(1, 2)

matrix_noise = _s(
    "matrix_noise", _NOISE, "strength of symmetric Brownian noise on a matrix", "s_S", positive=True
)
noisy_m = _s("noisy_m", _LEVEL, "mean of the two diagonal entries of a matrix with noise", "m")
noisy_u = _s("noisy_u", _LEVEL, "half the difference of the diagonal entries of a matrix with noise", "u")
noisy_b = _s("noisy_b", _LEVEL, "off-diagonal entry of a matrix with noise", "b")
noisy_radius = _s(
    "noisy_radius", _LEVEL, "half the gap between the eigenvalues of a matrix with noise", "R", positive=True
)
noisy_unit = _s("noisy_unit", _LEVEL, "any fixed gap, to measure others by", "R_0", positive=True)


def _drift_of(name: str, meaning: str, latex: str, power: int) -> sp.Symbol:
    return _s(name, _LEVEL**power / TIME, f"drift of {meaning}, matrix with noise", rf"\mu[{latex}]")


drift_diagonal = _drift_of("drift_diagonal", "a squared diagonal entry", "(m+u)^2", 2)
drift_off = _drift_of("drift_off", "the squared off-diagonal entry", "b^2", 2)
drift_trace = _drift_of("drift_trace", "the squared trace", "4m^2", 2)
drift_up = _drift_of("drift_up", "the upper eigenvalue", "y_+", 1)
drift_down = _drift_of("drift_down", "the lower eigenvalue", "y_-", 1)
drift_product = _drift_of("drift_product", "the product of both eigenvalues", "y_+y_-", 2)
drift_squares = _drift_of("drift_squares", "the sum of both squared eigenvalues", "y_+^2+y_-^2", 2)
drift_cubes = _drift_of("drift_cubes", "the sum of both cubed eigenvalues", "y_+^3+y_-^3", 3)
drift_gap = _drift_of("drift_gap", "the gap", "2R", 1)
drift_log = _drift_of("drift_log", "the logarithm of the gap", r"\ln R", 0)


_ZERO, _each = sp.Integer(0), matrix_noise / sp.sqrt(2)
_radius = sp.sqrt(noisy_u**2 + noisy_b**2)
_DYSON = Source("F. J. Dyson, J. Math. Phys. 3 (1962) 1191", "Brownian motion of a symmetric matrix, β = 1")

MATRIX_NOISE = Statement(
    id="D.matrix-noise",
    kind=Kind.DEFINITION,
    title="Symmetric Brownian noise on a 2 × 2 matrix",
    says="Mean and half difference of the diagonal and the off-diagonal entry move by independent Brownian "
    "motions of the variance s²/2 in unit time; the eigenvalues are m + R and m − R.",
    content=(equal(noisy_radius, _radius),),
    source=_DYSON,
    process=ItoProcess(
        (noisy_m, noisy_u, noisy_b),
        (_ZERO, _ZERO, _ZERO),
        ((_each, _ZERO, _ZERO), (_ZERO, _each, _ZERO), (_ZERO, _ZERO, _each)),
    ),
)


def _ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr, says: str) -> Ito:
    return Ito(using="D.matrix-noise", function=function, to=equal(name, result), says=says)


def _by_ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr, says: str) -> tuple[Ito, Substitute]:
    """Itô's rule for a function of the entries; ``result`` is written in R."""
    return (
        _ito(name, function, result.xreplace({noisy_radius: _radius}), says),
        Substitute(using="D.matrix-noise", to=equal(name, result), says="Name R."),
    )


_entries = (
    (drift_diagonal, (noisy_m + noisy_u) ** 2, matrix_noise**2),
    (drift_off, noisy_b**2, matrix_noise**2 / 2),
    (drift_trace, (2 * noisy_m) ** 2, 2 * matrix_noise**2),
)
CONVENTION = Statement(
    id="W4.dyson-convention",
    kind=Kind.THEOREM,
    title="The noise in the entries",
    says="A diagonal entry has the variance s² in unit time, the off-diagonal one s²/2; the trace has the "
    "variance 2s², so that the two diagonal entries are independent.",
    content=tuple(equal(name, result) for name, _, result in _entries),
    source=_DYSON,
    refuted_if="A step of its derivation fails.",
    uses=("D.matrix-noise",),
    derivations=tuple(
        Derivation((_ito(name, function, result, "Itô's rule for a square."),), part=part)
        for part, (name, function, result) in enumerate(_entries)
    ),
)

_push = matrix_noise**2 / (4 * noisy_radius)
DYSON_TWO = Statement(
    id="W4.dyson-two",
    kind=Kind.THEOREM,
    title="Dyson's Brownian motion of two eigenvalues: the drift",
    says="Noise alone pushes the two eigenvalues apart, each at the rate of half of s² over their distance "
    "2R.",
    content=(equal(drift_up, _push), equal(drift_down, -_push)),
    source=_DYSON,
    refuted_if="In a simulation of the matrix, eigenvalues drift at another rate.",
    uses=("D.matrix-noise",),
    derivations=(
        Derivation(
            _by_ito(drift_up, noisy_m + _radius, _push, "Itô's rule for the upper eigenvalue."), part=0
        ),
        Derivation(
            _by_ito(drift_down, noisy_m - _radius, -_push, "Itô's rule for the lower eigenvalue."), part=1
        ),
    ),
)

_up, _down = noisy_m + noisy_radius, noisy_m - noisy_radius


def _products(of_up: sp.Expr, of_down: sp.Expr, extra: sp.Expr) -> tuple[sp.Expr, ...]:
    """``of_up μ[y₊] + of_down μ[y₋] + extra``: with both drifts written out, with one named, with both named."""
    return (
        of_up * _push - of_down * _push + extra,
        of_up * _push + of_down * drift_down + extra,
        of_up * drift_up + of_down * drift_down + extra,
    )


_POWERS = (
    (drift_product, noisy_m**2 - noisy_u**2 - noisy_b**2, _products(_down, _up, _ZERO)),
    (
        drift_squares,
        2 * noisy_m**2 + 2 * (noisy_u**2 + noisy_b**2),
        _products(2 * _up, 2 * _down, 2 * matrix_noise**2),
    ),
    (
        drift_cubes,
        2 * noisy_m**3 + 6 * noisy_m * (noisy_u**2 + noisy_b**2),
        _products(3 * _up**2, 3 * _down**2, 6 * noisy_m * matrix_noise**2),
    ),
)
_VALUES = (-(matrix_noise**2) / 2, 3 * matrix_noise**2, 9 * noisy_m * matrix_noise**2)


def _from_powers(part: int) -> Derivation:
    name, function, (written, half, named) = _POWERS[part]
    return Derivation(
        (
            _ito(name, function, _VALUES[part], "A polynomial of the entries."),
            Rewrite(
                to=equal(name, written), says="The drifts of both eigenvalues, times what multiplies them."
            ),
            Substitute(
                using="W4.dyson-two", part=1, to=equal(name, half), says="Name the drift of the lower one,"
            ),
            Substitute(using="W4.dyson-two", part=0, to=equal(name, named), says="and of the upper one."),
        ),
        part=part,
    )


DYSON_NOISE = Statement(
    id="W4.dyson-noise",
    kind=Kind.THEOREM,
    title="Dyson's Brownian motion of two eigenvalues: the noise",
    says="Product, sum of squares and sum of cubes of the eigenvalues drift by the product rule with the "
    "Itô terms 0, s² + s² and 3y₊s² + 3y₋s²; so the two noises are independent and each has the strength s.",
    content=tuple(equal(name, forms[2]) for name, _, forms in _POWERS),
    source=_DYSON,
    refuted_if="In a simulation of the matrix, increments of the two eigenvalues are correlated, or vary "
    "otherwise.",
    uses=("D.matrix-noise",),
    derivations=tuple(_from_powers(part) for part in range(3)),
)

GAP = Statement(
    id="W4.dyson-gap",
    kind=Kind.THEOREM,
    title="The gap under noise is a Bessel process of dimension two",
    says="The gap drifts at the rate s² over itself; its logarithm has no drift, so that the gap comes as "
    "near to zero as one likes and never gets there.",
    content=(equal(drift_gap, matrix_noise**2 / (2 * noisy_radius)), equal(drift_log, 0)),
    source=project("Itô's rule; the logarithm of planar Brownian motion is a local martingale"),
    refuted_if="In a simulation of the matrix, the gap drifts at another rate.",
    uses=("D.matrix-noise",),
    derivations=(
        Derivation(
            _by_ito(
                drift_gap, 2 * _radius, matrix_noise**2 / (2 * noisy_radius), "Itô's rule for the gap 2R."
            ),
            part=0,
        ),
        Derivation(
            (
                _ito(
                    drift_log, sp.log(_radius / noisy_unit), _ZERO, "Itô's rule for the logarithm of the gap."
                ),
            ),
            part=1,
        ),
    ),
)

STATEMENTS = (MATRIX_NOISE, CONVENTION, DYSON_TWO, DYSON_NOISE, GAP)
