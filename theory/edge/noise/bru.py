"""Bru's Wishart process: what Brownian noise on two rows of a window does to the eigenvalues of G = X Xᵀ.

G has the diagonal entries m + u and m − u (the squared norms of the rows) and the off-diagonal entry b (their
inner product); its eigenvalues are m ± R with R² = u² + b². First from the entries of X to those of G, then
from there to the eigenvalues, for any number p of parameters.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ...derivation import Derivation, Ito, Rewrite, Substitute
from ...process import ItoProcess
from ...statement import Kind, Source, Statement
from ...units import THETA, TIME
from ..notation import NOTATION, p
from ..relations import equal

_s = NOTATION.symbol
_GRAM, _NOISE = THETA**2, THETA / TIME ** Fraction(1, 2)

rows_noise = _s(
    "rows_noise", _NOISE, "strength of Brownian noise on every entry of the window", "s_X", positive=True
)
row_1 = [_s(f"X_1{c}", THETA, f"entry {c} of the first row", f"X_{{1{c}}}") for c in (1, 2, 3)]
row_2 = [_s(f"X_2{c}", THETA, f"entry {c} of the second row", f"X_{{2{c}}}") for c in (1, 2, 3)]
gram_m = _s("gram_m", _GRAM, "mean of the squared norms of two rows", "m", positive=True)
gram_u = _s("gram_u", _GRAM, "half the difference of the squared norms of two rows", "u")
gram_b = _s("gram_b", _GRAM, "inner product of two rows", "b")
gram_radius = _s("gram_radius", _GRAM, "half the gap between the eigenvalues of G", "R", positive=True)


def _drift_of(name: str, meaning: str, latex: str, power: int) -> sp.Symbol:
    return _s(
        f"drift_gram_{name}", _GRAM**power / TIME, f"drift of {meaning}, rows with noise", rf"\mu[{latex}]"
    )


_entries = {
    "norm": _drift_of("norm", "the squared norm of one row", r"\|x\|^2", 1),
    "norm_2": _drift_of("norm_2", "the squared norm of one row, squared", r"\|x\|^4", 2),
    "m": _drift_of("m", "m", "m", 1),
    "u": _drift_of("u", "u", "u", 1),
    "b": _drift_of("b", "b", "b", 1),
    "mm": _drift_of("mm", "m squared", "m^2", 2),
    "mu": _drift_of("mu", "m times u", "mu", 2),
    "mb": _drift_of("mb", "m times b", "mb", 2),
    "uu": _drift_of("uu", "u squared", "u^2", 2),
    "ub": _drift_of("ub", "u times b", "ub", 2),
    "bb": _drift_of("bb", "b squared", "b^2", 2),
}
drift_gram_up = _drift_of("up", "the larger eigenvalue of G", r"\lambda_+", 1)
drift_gram_down = _drift_of("down", "the smaller eigenvalue of G", r"\lambda_-", 1)
drift_gram_product = _drift_of("product", "the product of both eigenvalues of G", r"\lambda_+\lambda_-", 2)
drift_gram_squares = _drift_of(
    "squares", "the sum of both squared eigenvalues of G", r"\lambda_+^2+\lambda_-^2", 2
)
drift_gram_cubes = _drift_of("cubes", "the sum of both cubed eigenvalues of G", r"\lambda_+^3+\lambda_-^3", 3)

_BRU = Source("M.-F. Bru, J. Theor. Probab. 4 (1991) 725", "Wishart processes: eigenvalues")


_ZERO = sp.Integer(0)
_pairs = list(zip(row_1, row_2, strict=True))
_m = sp.Add(*(x**2 + y**2 for x, y in _pairs)) / 2
_u = sp.Add(*(x**2 - y**2 for x, y in _pairs)) / 2
_b = sp.Add(*(x * y for x, y in _pairs))

ROWS = Statement(
    id="D.row-noise",
    kind=Kind.DEFINITION,
    title="Brownian noise on two rows of three parameters",
    says="Every entry of the window has its own Brownian motion of strength s; m, u and b are the entries "
    "of G.",
    content=(equal(gram_m, _m), equal(gram_u, _u), equal(gram_b, _b)),
    source=_BRU,
    process=ItoProcess(
        (*row_1, *row_2),
        (_ZERO,) * 6,
        tuple(tuple(rows_noise * int(i == k) for k in range(6)) for i in range(6)),
    ),
)
_IN_ROWS = {gram_m: _m, gram_u: _u, gram_b: _b}
GENERATOR = (
    (_entries["norm"], gram_m + gram_u, p * rows_noise**2),
    (_entries["norm_2"], (gram_m + gram_u) ** 2, (2 * p + 4) * rows_noise**2 * (gram_m + gram_u)),
    (_entries["m"], gram_m, p * rows_noise**2),
    (_entries["u"], gram_u, _ZERO),
    (_entries["b"], gram_b, _ZERO),
    (_entries["mm"], gram_m**2, (2 * p + 2) * rows_noise**2 * gram_m),
    (_entries["mu"], gram_m * gram_u, (p + 2) * rows_noise**2 * gram_u),
    (_entries["mb"], gram_m * gram_b, (p + 2) * rows_noise**2 * gram_b),
    (_entries["uu"], gram_u**2, 2 * rows_noise**2 * gram_m),
    (_entries["ub"], gram_u * gram_b, _ZERO),
    (_entries["bb"], gram_b**2, 2 * rows_noise**2 * gram_m),
)
"""For each function of m, u, b: the name of its drift, the function, and its drift in terms of m, u, b."""


def _from_rows(part: int) -> Derivation:
    """Itô's rule in the entries of X; then the entries of G are named."""
    name, function, value = GENERATOR[part]
    value = value.xreplace({p: sp.Integer(3)})
    steps: list[Ito | Substitute] = [
        Ito(
            using="D.row-noise",
            function=function.xreplace(_IN_ROWS),
            to=equal(name, value.xreplace(_IN_ROWS)),
            says="Itô's rule, from the noise in the entries of the rows.",
        )
    ]
    unnamed = dict(_IN_ROWS)
    for which, entry in enumerate(_IN_ROWS):
        if value.has(entry):
            del unnamed[entry]
            result = equal(name, value.xreplace(unnamed))
            steps.append(Substitute(using="D.row-noise", part=which, to=result, says="Name an entry of G."))
    return Derivation(tuple(steps), part=part, scope="three parameters", instance={p: sp.Integer(3)})


GRAM_NOISE = Statement(
    id="W4.gram-noise",
    kind=Kind.THEOREM,
    title="Wishart noise on G, from noise on the rows",
    says="The squared norm of a row drifts at the rate ps² with variance 4s²‖x‖² per unit of time: a "
    "squared Bessel process. The mean m drifts at ps², u and b do not; by the product rule the rates of "
    "covariance are 2s² times m for m², u² and b², u for mu, b for mb, and zero for ub.",
    content=tuple(equal(name, value) for name, _, value in GENERATOR),
    source=_BRU,
    refuted_if="In a simulation of the rows, entries of G drift or vary at other rates.",
    uses=("D.row-noise",),
    derivations=tuple(_from_rows(part) for part in range(len(GENERATOR))),
)

_radius, _across = sp.sqrt(gram_u**2 + gram_b**2), sp.sqrt(2 * gram_m)
GRAM_PROCESS = Statement(
    id="D.gram-process",
    kind=Kind.DEFINITION,
    title="Wishart noise on G, for any number of parameters",
    says="The process in m, u and b that has the drifts and covariances of W4.gram-noise; the eigenvalues "
    "are m ± R.",
    content=(equal(gram_radius, _radius),),
    source=_BRU,
    uses=("W4.gram-noise",),
    process=ItoProcess(
        (gram_m, gram_u, gram_b),
        (p * rows_noise**2, _ZERO, _ZERO),
        (
            (
                2 * rows_noise * gram_u / _across,
                2 * rows_noise * gram_b / _across,
                rows_noise * sp.sqrt(2 * (gram_m**2 - gram_u**2 - gram_b**2) / gram_m),
            ),
            (rows_noise * _across, _ZERO, _ZERO),
            (_ZERO, rows_noise * _across, _ZERO),
        ),
    ),
)


def _ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr, says: str) -> Ito:
    return Ito(
        using="D.gram-process",
        function=function,
        to=equal(name, result.xreplace({gram_radius: _radius})),
        says=says,
    )


_up, _down = gram_m + gram_radius, gram_m - gram_radius
_push_up, _push_down = rows_noise**2 * (p + gram_m / gram_radius), rows_noise**2 * (p - gram_m / gram_radius)
BRU_TWO = Statement(
    id="W4.bru-two",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the drift",
    says="Each eigenvalue drifts at the rate s²(p ± (λ₊ + λ₋)/(λ₊ − λ₋)), where the sum is 2m and the "
    "difference 2R.",
    content=(equal(drift_gram_up, _push_up), equal(drift_gram_down, _push_down)),
    source=_BRU,
    refuted_if="In a simulation of the rows, eigenvalues of G drift at another rate.",
    uses=("D.gram-process",),
    derivations=tuple(
        Derivation(
            (
                _ito(name, gram_m + sign * _radius, push, "Itô's rule for an eigenvalue."),
                Substitute(using="D.gram-process", to=equal(name, push), says="Name R."),
            ),
            part=part,
        )
        for part, (name, sign, push) in enumerate(
            ((drift_gram_up, 1, _push_up), (drift_gram_down, -1, _push_down))
        )
    ),
)


def _products(of_up: sp.Expr, of_down: sp.Expr, extra: sp.Expr) -> tuple[sp.Expr, ...]:
    """``of_up μ[λ₊] + of_down μ[λ₋] + extra``: with both drifts written out, with one named, with both named."""
    return (
        of_up * _push_up + of_down * _push_down + extra,
        of_up * _push_up + of_down * drift_gram_down + extra,
        of_up * drift_gram_up + of_down * drift_gram_down + extra,
    )


_square = gram_u**2 + gram_b**2
_POWERS = (
    (
        drift_gram_product,
        gram_m**2 - _square,
        2 * (p - 1) * rows_noise**2 * gram_m,
        _products(_down, _up, _ZERO),
    ),
    (
        drift_gram_squares,
        2 * gram_m**2 + 2 * _square,
        4 * (p + 3) * rows_noise**2 * gram_m,
        _products(2 * _up, 2 * _down, 4 * rows_noise**2 * (_up + _down)),
    ),
    (
        drift_gram_cubes,
        2 * gram_m**3 + 6 * gram_m * _square,
        rows_noise**2 * (6 * (p + 6) * gram_m**2 + 6 * (p + 4) * gram_radius**2),
        _products(3 * _up**2, 3 * _down**2, 12 * rows_noise**2 * (_up**2 + _down**2)),
    ),
)
"""Name of the drift, the function of m, u, b, its drift, and the drift by the product rule."""


def _from_powers(part: int) -> Derivation:
    name, function, value, (written, half, named) = _POWERS[part]
    named_radius = (
        (Substitute(using="D.gram-process", to=equal(name, value), says="Name R."),)
        if value.has(gram_radius)
        else ()
    )
    return Derivation(
        (
            _ito(name, function, value, "A polynomial of the entries."),
            *named_radius,
            Rewrite(
                to=equal(name, written), says="The drifts of both eigenvalues, times what multiplies them."
            ),
            Substitute(
                using="W4.bru-two", part=1, to=equal(name, half), says="Name the drift of the smaller one,"
            ),
            Substitute(using="W4.bru-two", part=0, to=equal(name, named), says="and of the larger one."),
        ),
        part=part,
    )


BRU_NOISE = Statement(
    id="W4.bru-noise",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the noise",
    says="Product, sum of squares and sum of cubes of the eigenvalues drift by the product rule with the "
    "Itô terms 0, 4s²(λ₊ + λ₋) and 3·4s²(λ₊² + λ₋²); so the two noises are independent and each is 2s√λ.",
    content=tuple(equal(name, forms[2]) for name, _, _, forms in _POWERS),
    source=_BRU,
    refuted_if="In a simulation of the rows, increments of two eigenvalues of G are correlated, or vary "
    "otherwise.",
    uses=("D.gram-process",),
    derivations=tuple(_from_powers(part) for part in range(3)),
)

STATEMENTS = (ROWS, GRAM_NOISE, GRAM_PROCESS, BRU_TWO, BRU_NOISE)
