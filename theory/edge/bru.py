"""Bru's Wishart process: what Brownian noise on two rows of a window does to the eigenvalues of G = X Xᵀ.

G has the diagonal entries m + u and m − u (the squared norms of the rows) and the off-diagonal entry b (their
inner product); its eigenvalues are m ± R with R² = u² + b². First from the entries of X to those of G, then
from there to the eigenvalues, for any number p of parameters.
"""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from ..derivation import Derivation, Ito, Rewrite, Substitute
from ..process import ItoProcess
from ..statement import Kind, Source, Statement
from ..units import THETA, TIME
from .notation import NOTATION, p
from .sources import project

_s = NOTATION.symbol
_GRAM, _NOISE = THETA**2, THETA / TIME**Fraction(1, 2)

s_X = _s("s_X", _NOISE, "strength of Brownian noise on every entry of the window", positive=True)
row_1 = [_s(f"X_1{c}", THETA, f"entry {c} of the first row", f"X_{{1{c}}}") for c in (1, 2, 3)]
row_2 = [_s(f"X_2{c}", THETA, f"entry {c} of the second row", f"X_{{2{c}}}") for c in (1, 2, 3)]
m_G = _s("m_G", _GRAM, "mean of the squared norms of two rows", "m", positive=True)
u_G = _s("u_G", _GRAM, "half the difference of the squared norms of two rows", "u")
b_G = _s("b_G", _GRAM, "inner product of two rows", "b")
R_G = _s("R_G", _GRAM, "half the gap between the eigenvalues of G", "R", positive=True)


def _drift_of(name: str, meaning: str, latex: str, power: int) -> sp.Symbol:
    return _s(f"drift_G_{name}", _GRAM**power / TIME, f"drift of {meaning}, rows with noise", rf"\mu[{latex}]")


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
drift_G_up = _drift_of("up", "the larger eigenvalue of G", r"\lambda_+", 1)
drift_G_down = _drift_of("down", "the smaller eigenvalue of G", r"\lambda_-", 1)
drift_G_product = _drift_of("product", "the product of both eigenvalues of G", r"\lambda_+\lambda_-", 2)
drift_G_squares = _drift_of("squares", "the sum of both squared eigenvalues of G", r"\lambda_+^2+\lambda_-^2", 2)
drift_G_cubes = _drift_of("cubes", "the sum of both cubed eigenvalues of G", r"\lambda_+^3+\lambda_-^3", 3)

_BRU = Source("M.-F. Bru, J. Theor. Probab. 4 (1991) 725", "Wishart processes: eigenvalues")


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


_ZERO = sp.Integer(0)
_pairs = list(zip(row_1, row_2, strict=True))
_m = sp.Add(*(x**2 + y**2 for x, y in _pairs)) / 2
_u = sp.Add(*(x**2 - y**2 for x, y in _pairs)) / 2
_b = sp.Add(*(x * y for x, y in _pairs))

ROWS = Statement(
    id="D.row-noise",
    kind=Kind.DEFINITION,
    title="Brownian noise on two rows of three parameters",
    says="Every entry of the window has its own Brownian motion of strength s; m, u and b are the entries of G.",
    content=(_eq(m_G, _m), _eq(u_G, _u), _eq(b_G, _b)),
    source=_BRU,
    process=ItoProcess(
        (*row_1, *row_2), (_ZERO,) * 6, tuple(tuple(s_X * int(i == k) for k in range(6)) for i in range(6))
    ),
)
_IN_ROWS = {m_G: _m, u_G: _u, b_G: _b}
_GENERATOR = (
    (_entries["norm"], m_G + u_G, p * s_X**2),
    (_entries["norm_2"], (m_G + u_G) ** 2, (2 * p + 4) * s_X**2 * (m_G + u_G)),
    (_entries["m"], m_G, p * s_X**2),
    (_entries["u"], u_G, _ZERO),
    (_entries["b"], b_G, _ZERO),
    (_entries["mm"], m_G**2, (2 * p + 2) * s_X**2 * m_G),
    (_entries["mu"], m_G * u_G, (p + 2) * s_X**2 * u_G),
    (_entries["mb"], m_G * b_G, (p + 2) * s_X**2 * b_G),
    (_entries["uu"], u_G**2, 2 * s_X**2 * m_G),
    (_entries["ub"], u_G * b_G, _ZERO),
    (_entries["bb"], b_G**2, 2 * s_X**2 * m_G),
)
"""For each function of m, u, b: the name of its drift, the function, and its drift in terms of m, u, b."""


def _from_rows(part: int) -> Derivation:
    """Itô's rule in the entries of X; then the entries of G are named."""
    name, function, value = _GENERATOR[part]
    value = value.xreplace({p: sp.Integer(3)})
    steps: list[Ito | Substitute] = [
        Ito(
            using="D.row-noise",
            function=function.xreplace(_IN_ROWS),
            to=_eq(name, value.xreplace(_IN_ROWS)),
            says="Itô's rule, from the noise in the entries of the rows.",
        )
    ]
    unnamed = dict(_IN_ROWS)
    for which, entry in enumerate(_IN_ROWS):
        if value.has(entry):
            del unnamed[entry]
            result = _eq(name, value.xreplace(unnamed))
            steps.append(Substitute(using="D.row-noise", part=which, to=result, says="Name an entry of G."))
    return Derivation(tuple(steps), part=part, scope="three parameters", instance={p: sp.Integer(3)})


GRAM_NOISE = Statement(
    id="W4.gram-noise",
    kind=Kind.THEOREM,
    title="Wishart noise on G, from noise on the rows",
    says="The squared norm of a row drifts at the rate ps² with variance 4s²‖x‖² per unit of time: a squared Bessel process. "
    "The mean m drifts at ps², u and b do not; by the product rule the rates of covariance are 2s² times m for m², u² and "
    "b², u for mu, b for mb, and zero for ub.",
    content=tuple(_eq(name, value) for name, _, value in _GENERATOR),
    source=_BRU,
    refuted_if="In a simulation of the rows, entries of G drift or vary at other rates.",
    uses=("D.row-noise",),
    derivations=tuple(_from_rows(part) for part in range(len(_GENERATOR))),
)

_radius, _across = sp.sqrt(u_G**2 + b_G**2), sp.sqrt(2 * m_G)
GRAM_PROCESS = Statement(
    id="D.gram-process",
    kind=Kind.DEFINITION,
    title="Wishart noise on G, for any number of parameters",
    says="The process in m, u and b that has the drifts and covariances of W4.gram-noise; the eigenvalues are m ± R.",
    content=(_eq(R_G, _radius),),
    source=_BRU,
    uses=("W4.gram-noise",),
    process=ItoProcess(
        (m_G, u_G, b_G),
        (p * s_X**2, _ZERO, _ZERO),
        (
            (2 * s_X * u_G / _across, 2 * s_X * b_G / _across, s_X * sp.sqrt(2 * (m_G**2 - u_G**2 - b_G**2) / m_G)),
            (s_X * _across, _ZERO, _ZERO),
            (_ZERO, s_X * _across, _ZERO),
        ),
    ),
)


def _ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr, says: str) -> Ito:
    return Ito(using="D.gram-process", function=function, to=_eq(name, result.xreplace({R_G: _radius})), says=says)


_up, _down = m_G + R_G, m_G - R_G
_push_up, _push_down = s_X**2 * (p + m_G / R_G), s_X**2 * (p - m_G / R_G)
BRU_TWO = Statement(
    id="W4.bru-two",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the drift",
    says="Each eigenvalue drifts at the rate s²(p ± (λ₊ + λ₋)/(λ₊ − λ₋)), where the sum is 2m and the difference 2R.",
    content=(_eq(drift_G_up, _push_up), _eq(drift_G_down, _push_down)),
    source=_BRU,
    refuted_if="In a simulation of the rows, eigenvalues of G drift at another rate.",
    uses=("D.gram-process",),
    derivations=tuple(
        Derivation(
            (
                _ito(name, m_G + sign * _radius, push, "Itô's rule for an eigenvalue."),
                Substitute(using="D.gram-process", to=_eq(name, push), says="Name R."),
            ),
            part=part,
        )
        for part, (name, sign, push) in enumerate(((drift_G_up, 1, _push_up), (drift_G_down, -1, _push_down)))
    ),
)


def _products(of_up: sp.Expr, of_down: sp.Expr, extra: sp.Expr) -> tuple[sp.Expr, ...]:
    """``of_up μ[λ₊] + of_down μ[λ₋] + extra``: with both drifts written out, with one named, with both named."""
    return (
        of_up * _push_up + of_down * _push_down + extra,
        of_up * _push_up + of_down * drift_G_down + extra,
        of_up * drift_G_up + of_down * drift_G_down + extra,
    )


_square = u_G**2 + b_G**2
_POWERS = (
    (drift_G_product, m_G**2 - _square, 2 * (p - 1) * s_X**2 * m_G, _products(_down, _up, _ZERO)),
    (
        drift_G_squares,
        2 * m_G**2 + 2 * _square,
        4 * (p + 3) * s_X**2 * m_G,
        _products(2 * _up, 2 * _down, 4 * s_X**2 * (_up + _down)),
    ),
    (
        drift_G_cubes,
        2 * m_G**3 + 6 * m_G * _square,
        s_X**2 * (6 * (p + 6) * m_G**2 + 6 * (p + 4) * R_G**2),
        _products(3 * _up**2, 3 * _down**2, 12 * s_X**2 * (_up**2 + _down**2)),
    ),
)
"""Name of the drift, the function of m, u, b, its drift, and the drift by the product rule."""


def _from_powers(part: int) -> Derivation:
    name, function, value, (written, half, named) = _POWERS[part]
    named_radius = (
        (Substitute(using="D.gram-process", to=_eq(name, value), says="Name R."),) if value.has(R_G) else ()
    )
    return Derivation(
        (
            _ito(name, function, value, "A polynomial of the entries."),
            *named_radius,
            Rewrite(to=_eq(name, written), says="The drifts of both eigenvalues, times what multiplies them."),
            Substitute(using="W4.bru-two", part=1, to=_eq(name, half), says="Name the drift of the smaller one,"),
            Substitute(using="W4.bru-two", part=0, to=_eq(name, named), says="and of the larger one."),
        ),
        part=part,
    )


BRU_NOISE = Statement(
    id="W4.bru-noise",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the noise",
    says="Product, sum of squares and sum of cubes of the eigenvalues drift by the product rule with the Itô terms 0, "
    "4s²(λ₊ + λ₋) and 3·4s²(λ₊² + λ₋²); so the two noises are independent and each is 2s√λ.",
    content=tuple(_eq(name, forms[2]) for name, _, _, forms in _POWERS),
    source=_BRU,
    refuted_if="In a simulation of the rows, increments of two eigenvalues of G are correlated, or vary otherwise.",
    uses=("D.gram-process",),
    derivations=tuple(_from_powers(part) for part in range(3)),
)

STATEMENTS = (ROWS, GRAM_NOISE, GRAM_PROCESS, BRU_TWO, BRU_NOISE)
