"""Bru's Wishart process: what Brownian noise on the rows of a window does to the eigenvalues of G = X Xᵀ.

First from the entries of X to the entries of G (one row; two rows of three parameters), then from the
entries of G to its two eigenvalues, for any number p of parameters, and to the singular values.
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
G_11 = _s("G_11", _GRAM, "squared norm of the first row", "G_{11}", positive=True)
G_22 = _s("G_22", _GRAM, "squared norm of the second row", "G_{22}", positive=True)
G_12 = _s("G_12", _GRAM, "inner product of the two rows", "G_{12}")
w_gap = _s("w_gap", _GRAM, "gap between the two eigenvalues of G", r"\Delta_\lambda", positive=True)
w_up = _s("w_up", _GRAM, "larger eigenvalue of G for two rows", r"\lambda_{+}", positive=True)
w_down = _s("w_down", _GRAM, "smaller eigenvalue of G for two rows", r"\lambda_{-}", positive=True)
sigma_up = _s("sigma_up", THETA, "larger singular value of two rows", r"\sigma_{+}", positive=True)
sigma_down = _s("sigma_down", THETA, "smaller singular value of two rows", r"\sigma_{-}", positive=True)


def _named_drift(name: str, of: str, latex: str, power: int = 2) -> sp.Symbol:
    return _s(name, THETA**power / TIME, f"drift of {of}", rf"\mu_{{{latex}}}")


drift_G_11 = _named_drift("drift_G_11", "the squared norm of a row", "G_{11}")
drift_G_12 = _named_drift("drift_G_12", "the inner product of two rows", "G_{12}")
drift_pairs = {
    name: _named_drift(f"drift_{name}", meaning, latex, 4)
    for name, meaning, latex in (
        ("G_11_G_11", "the squared entry (1, 1) of G", "G_{11}^2"),
        ("G_11_G_12", "the product of entries (1, 1) and (1, 2) of G", "G_{11}G_{12}"),
        ("G_12_G_12", "the squared entry (1, 2) of G", "G_{12}^2"),
        ("G_11_G_22", "the product of both diagonal entries of G", "G_{11}G_{22}"),
    )
}
drift_w_up = _named_drift("drift_w_up", "the larger eigenvalue of G", r"\lambda_{+}")
drift_w_down = _named_drift("drift_w_down", "the smaller eigenvalue of G", r"\lambda_{-}")
drift_w_square = _named_drift("drift_w_square", "the square of the larger eigenvalue of G", r"\lambda_{+}^2", 4)
drift_w_product = _named_drift("drift_w_product", "the product of both eigenvalues of G", r"\lambda_{+}\lambda_{-}", 4)
drift_w_trace = _named_drift("drift_w_trace", "the trace of G", r"\mathrm{tr}")
drift_sigma = _named_drift("drift_sigma", "the larger singular value", r"\sigma_{+}", 1)
drift_sigma_gap = _named_drift("drift_sigma_gap", "the gap between two singular values", "g", 1)

_BRU = Source("M.-F. Bru, J. Theor. Probab. 4 (1991) 725", "Wishart processes: eigenvalues")


def _eq(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Eq(lhs, rhs, evaluate=False)


_ZERO = sp.Integer(0)
_inner = {
    "11": sp.Add(*(x**2 for x in row_1)),
    "22": sp.Add(*(y**2 for y in row_2)),
    "12": sp.Add(*(x * y for x, y in zip(row_1, row_2, strict=True))),
}

ROWS = Statement(
    id="D.row-noise",
    kind=Kind.DEFINITION,
    title="Brownian noise on two rows of three parameters",
    says="Every entry of the window has its own Brownian motion of strength s; G holds the inner products of rows.",
    content=(_eq(G_11, _inner["11"]), _eq(G_22, _inner["22"]), _eq(G_12, _inner["12"])),
    source=_BRU,
    process=ItoProcess(
        (*row_1, *row_2),
        (_ZERO,) * 6,
        tuple(tuple(s_X * int(i == k) for k in range(6)) for i in range(6)),
    ),
)


def _from_rows(part: int, function: sp.Expr, steps: dict[int, sp.Expr]) -> Derivation:
    """Itô's rule in the entries of X, then the inner products are named one after the other."""
    name, value = GENERATOR[part], list(steps.values())[-1]
    definitions = {G_11: _inner["11"], G_22: _inner["22"], G_12: _inner["12"]}
    return Derivation(
        (
            Ito(
                using="D.row-noise",
                function=function,
                to=_eq(name, value.xreplace(definitions)),
                says="Itô's rule, from the noise in the entries.",
            ),
            *(
                Substitute(using="D.row-noise", part=which, to=_eq(name, result), says="Name an inner product.")
                for which, result in steps.items()
                if which >= 0
            ),
        ),
        part=part,
        scope="three parameters",
        instance={p: sp.Integer(3)},
    )


GENERATOR = (drift_G_11, drift_G_12, *drift_pairs.values())
_both = G_11 + G_22
GRAM_NOISE = Statement(
    id="W4.gram-noise",
    kind=Kind.THEOREM,
    title="Wishart noise on G",
    says="Squared norms of rows grow at the rate ps², inner products have no drift; products of two entries show, "
    "by the product rule, the rates of covariance s²(G_ac δ_bd + G_ad δ_bc + G_bc δ_ad + G_bd δ_ac). For one row: the "
    "squared norm is a squared Bessel process, with noise 2s√G.",
    content=(
        _eq(drift_G_11, p * s_X**2),
        _eq(drift_G_12, 0),
        _eq(drift_pairs["G_11_G_11"], (2 * p + 4) * s_X**2 * G_11),
        _eq(drift_pairs["G_11_G_12"], (p + 2) * s_X**2 * G_12),
        _eq(drift_pairs["G_12_G_12"], s_X**2 * _both),
        _eq(drift_pairs["G_11_G_22"], p * s_X**2 * _both),
    ),
    source=_BRU,
    refuted_if="In a simulation of the rows, entries of G drift or vary at other rates.",
    uses=("D.row-noise",),
    derivations=(
        _from_rows(0, _inner["11"], {-1: 3 * s_X**2}),
        _from_rows(1, _inner["12"], {-1: _ZERO}),
        _from_rows(2, _inner["11"] ** 2, {0: 10 * s_X**2 * G_11}),
        _from_rows(3, _inner["11"] * _inner["12"], {2: 5 * s_X**2 * G_12}),
        _from_rows(4, _inner["12"] ** 2, {0: s_X**2 * (G_11 + _inner["22"]), 1: s_X**2 * _both}),
        _from_rows(5, _inner["11"] * _inner["22"], {0: 3 * s_X**2 * (G_11 + _inner["22"]), 1: 3 * s_X**2 * _both}),
    ),
)

_root = sp.sqrt((G_11 - G_22) ** 2 + 4 * G_12**2)
_rest = sp.sqrt((G_11 * G_22 - G_12**2) / G_11)
_side = sp.sqrt(G_11)
GRAM_PROCESS = Statement(
    id="D.gram-process",
    kind=Kind.DEFINITION,
    title="The same noise, written in G for two rows and any number of parameters",
    says="G = LLᵀ with L lower triangular, and dG = s (dβ Lᵀ + L dβᵀ) + ps² dt with a 2 × 2 Brownian motion β: the process "
    "with the drifts and covariances of W4.gram-noise.",
    content=(_eq(w_gap, _root),),
    source=_BRU,
    process=ItoProcess(
        (G_11, G_22, G_12),
        (p * s_X**2, p * s_X**2, _ZERO),
        (
            (2 * s_X * _side, _ZERO, _ZERO, _ZERO),
            (_ZERO, _ZERO, 2 * s_X * G_12 / _side, 2 * s_X * _rest),
            (s_X * G_12 / _side, s_X * _rest, s_X * _side, _ZERO),
        ),
    ),
)


def _by_ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr) -> tuple[Ito, Substitute]:
    """Itô's rule for a function of the entries of G; ``result`` is written in the gap."""
    return (
        Ito(
            using="D.gram-process",
            function=function,
            to=_eq(name, result.xreplace({w_gap: _root})),
            says="Itô's rule, from the noise in G.",
        ),
        Substitute(using="D.gram-process", to=_eq(name, result), says="Name the gap."),
    )


_up, _down = (_both + w_gap) / 2, (_both - w_gap) / 2
_push_up, _push_down = s_X**2 * (p + _both / w_gap), s_X**2 * (p - _both / w_gap)
BRU_TWO = Statement(
    id="W4.bru-two",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the drift",
    says="Each eigenvalue drifts at the rate s²(p ± (λ₊ + λ₋)/(λ₊ − λ₋)); the sum of the two is the trace.",
    content=(_eq(drift_w_up, _push_up), _eq(drift_w_down, _push_down)),
    source=_BRU,
    refuted_if="In a simulation of the rows, eigenvalues of G drift at another rate.",
    uses=("D.gram-process",),
    derivations=(
        Derivation(_by_ito(drift_w_up, _up.xreplace({w_gap: _root}), _push_up), part=0),
        Derivation(_by_ito(drift_w_down, _down.xreplace({w_gap: _root}), _push_down), part=1),
    ),
)
BRU_NOISE = Statement(
    id="W4.bru-noise",
    kind=Kind.THEOREM,
    title="Bru's process of two eigenvalues: the noise",
    says="The product of the eigenvalues drifts by the product rule without an Itô term, so their noises are "
    "independent; the square of one has the Itô term 4s²λ, so its noise is 2s√λ.",
    content=(
        _eq(drift_w_product, _up * drift_w_down + _down * drift_w_up),
        _eq(drift_w_square, 2 * _up * drift_w_up + 4 * s_X**2 * _up),
    ),
    source=_BRU,
    refuted_if="In a simulation of the rows, increments of two eigenvalues of G are correlated.",
    uses=("D.gram-process",),
    derivations=(
        Derivation(
            (
                Ito(
                    using="D.gram-process",
                    function=G_11 * G_22 - G_12**2,
                    to=_eq(drift_w_product, (p - 1) * s_X**2 * _both),
                    says="The product is the determinant.",
                ),
                Rewrite(
                    to=_eq(drift_w_product, _up * _push_down + _down * _push_up),
                    says="The distance of the eigenvalues over itself.",
                ),
                Substitute(
                    using="W4.bru-two",
                    part=1,
                    to=_eq(drift_w_product, _up * drift_w_down + _down * _push_up),
                    says="Name the drift of the smaller eigenvalue,",
                ),
                Substitute(
                    using="W4.bru-two",
                    part=0,
                    to=_eq(drift_w_product, _up * drift_w_down + _down * drift_w_up),
                    says="and of the larger one.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                *_by_ito(
                    drift_w_square,
                    sp.expand(_up.xreplace({w_gap: _root}) ** 2),
                    s_X**2 * ((p + 3) * _both + (p + 2) * w_gap + _both**2 / w_gap),
                ),
                Rewrite(
                    to=_eq(drift_w_square, 2 * _up * _push_up + 4 * s_X**2 * _up),
                    says="Twice the eigenvalue times its drift, and what is left over.",
                ),
                Substitute(
                    using="W4.bru-two",
                    part=0,
                    to=_eq(drift_w_square, 2 * _up * drift_w_up + 4 * s_X**2 * _up),
                    says="Name the drift of the larger eigenvalue.",
                ),
            ),
            part=1,
        ),
    ),
)

_ratio = (w_up + w_down) / (w_up - w_down)
PAIR = Statement(
    id="D.wishart-pair",
    kind=Kind.DEFINITION,
    title="Two eigenvalues and singular values of the window under noise",
    says="The two eigenvalues as a process of their own, with the drift and noise of W4.bru-two and W4.bru-noise; "
    "singular values are their roots.",
    content=(_eq(sigma_up, sp.sqrt(w_up)), _eq(sigma_down, sp.sqrt(w_down))),
    source=_BRU,
    process=ItoProcess(
        (w_up, w_down),
        (s_X**2 * (p + _ratio), s_X**2 * (p - _ratio)),
        ((2 * s_X * sp.sqrt(w_up), _ZERO), (_ZERO, 2 * s_X * sp.sqrt(w_down))),
    ),
)
_sides = {sigma_up: sp.sqrt(w_up), sigma_down: sp.sqrt(w_down)}


def _singular(name: sp.Symbol, function: sp.Expr, result: sp.Expr, part: int) -> Derivation:
    return Derivation(
        (
            Ito(
                using="D.wishart-pair",
                function=function.xreplace(_sides),
                to=_eq(name, result.xreplace(_sides)),
                says="Itô's rule for a function of the eigenvalues.",
            ),
            Substitute(
                using="D.wishart-pair",
                part=0,
                to=_eq(name, result.xreplace({sigma_down: sp.sqrt(w_down)})),
                says="Name the larger singular value,",
            ),
            Substitute(using="D.wishart-pair", part=1, to=_eq(name, result), says="and the smaller one."),
        ),
        part=part,
    )


_gap = sigma_up - sigma_down
_sigma_law = s_X**2 / (2 * sigma_up) * (p - 1 + (sigma_up**2 + sigma_down**2) / (sigma_up**2 - sigma_down**2))
_gap_law = s_X**2 / _gap - (p - 2) * s_X**2 * _gap / (2 * sigma_up * sigma_down)
SINGULAR = Statement(
    id="W4.singular-values",
    kind=Kind.THEOREM,
    title="What noise does to singular values and to their gap",
    says="The trace of G grows at the rate Wps². A singular value is fed by s²(p − 1)/(2σ), as by an injection, and pushed "
    "by the other; the gap of two singular values is pushed open by s²/g and pulled shut in proportion to itself.",
    content=(
        _eq(drift_w_trace, 2 * p * s_X**2),
        _eq(drift_sigma, _sigma_law),
        _eq(drift_sigma_gap, _gap_law),
    ),
    source=project("Itô's rule from Bru's process, two rows"),
    refuted_if="In a simulation of two rows, the gap of the singular values drifts at another rate.",
    uses=("D.wishart-pair",),
    derivations=(
        Derivation(
            (
                Ito(
                    using="D.wishart-pair",
                    function=w_up + w_down,
                    to=_eq(drift_w_trace, 2 * p * s_X**2),
                    says="The pushes cancel in the trace.",
                ),
            ),
            part=0,
        ),
        _singular(drift_sigma, sigma_up, _sigma_law, 1),
        _singular(drift_sigma_gap, _gap, _gap_law, 2),
    ),
)

STATEMENTS = (ROWS, GRAM_NOISE, GRAM_PROCESS, BRU_TWO, BRU_NOISE, PAIR, SINGULAR)
