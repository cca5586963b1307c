"""What the source predicts of optimizers: where each puts the gap, and how many directions its path takes."""

from __future__ import annotations

import sympy as sp

from ...statement import Kind, Statement
from ...units import ONE, THETA
from ..notation import NOTATION
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

k_muon = _s("k_muon", ONE, "position of the gap under Muon", r"k^{*}_{\mathrm{Muon}}", integer=True)
k_adamw = _s("k_adamw", ONE, "position of the gap under AdamW", r"k^{*}_{\mathrm{AdamW}}", integer=True)

scatter = _f(
    "scatter",
    THETA**2,
    "variance of the displacements along their principal component c",
    r"\kappa",
    positive=True,
)
component = _s(
    "component", ONE, "number of a principal component", "c", running=True, integer=True, positive=True
)
components = _s("components", ONE, "number of principal components", "m", integer=True, positive=True)
first_share = _s("first_share", ONE, "share of the first principal component", "f", positive=True)
needed = _s("needed", ONE, "components that hold 95 % of the variance", "n_{95}", integer=True, positive=True)

_OPTIMIZERS = {
    "adamw": ("AdamW", r"\mathrm{AdamW}"),
    "sgd": ("gradient descent", r"\mathrm{SGD}"),
    "momentum": ("gradient descent with momentum", r"\mathrm{mom}"),
    "low": ("AdamW with a small β₂", r"\beta_2\downarrow"),
    "high": ("AdamW with a large β₂", r"\beta_2\uparrow"),
}
share_of = {
    name: _s(
        f"share_{name}", ONE, f"share of the first component under {words}", f"f_{{{latex}}}", positive=True
    )
    for name, (words, latex) in _OPTIMIZERS.items()
}
needed_by = {
    name: _s(
        f"needed_{name}",
        ONE,
        f"components for 95 % under {words}",
        f"n_{{{latex}}}",
        integer=True,
        positive=True,
    )
    for name, (words, latex) in _OPTIMIZERS.items()
    if name in ("adamw", "sgd", "momentum")
}


def _gt(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Gt(lhs, rhs, evaluate=False)


_TOTAL = sp.Sum(scatter(component), (component, 1, components))


def _held(count: sp.Expr) -> sp.Expr:
    """Share of the variance that the first ``count`` components hold."""
    return sp.Sum(scatter(component), (component, 1, count)) / _TOTAL


_MOST = sp.Rational(95, 100)

P19 = Statement(
    id="P19",
    kind=Kind.PREDICTION,
    title="k* depends on the optimizer",
    says="The same network on the same task has its gap at another position under Muon than under AdamW.",
    content=(sp.Ne(k_muon, k_adamw, evaluate=False),),
    source=thesis("prediction 19; reported 1 under Muon and 2 under AdamW, on one model of 51 M parameters"),
    refuted_if="In most pairs of runs from the same seed, the most frequent positions are equal.",
    uses=("D.gap-position",),
    drawn_from=("AX3", "W7"),
)
COMPONENTS = Statement(
    id="D.trajectory-components",
    kind=Kind.DEFINITION,
    title="Principal components of a trajectory",
    says="The share of the first principal component of the displacements from the initial weights, and the number of "
    "components that hold 95 % of their variance.",
    content=(
        equal(first_share, scatter(1) / _TOTAL),
        sp.Ge(_held(needed), _MOST, evaluate=False),
        sp.Lt(_held(needed - 1), _MOST, evaluate=False),
    ),
    source=project("variances are about the mean of the displacements; the source does not fix it"),
)
P20 = Statement(
    id="P20",
    kind=Kind.PREDICTION,
    title="The optimizer shapes the trajectory",
    says="Under gradient descent, with momentum or without, the first principal component of the displacements holds "
    "more of their variance than under AdamW, and fewer are needed for 95 %; under AdamW its share falls with β₂.",
    content=(
        _gt(share_of["sgd"], share_of["adamw"]),
        _gt(share_of["momentum"], share_of["adamw"]),
        _gt(needed_by["adamw"], needed_by["sgd"]),
        _gt(needed_by["adamw"], needed_by["momentum"]),
        _gt(share_of["high"], share_of["low"]),
    ),
    source=thesis(
        "prediction 20; reported 61.5 % and 9 under AdamW, 98 to 100 % and 1 under the family of SGD; 68.8 to 52.5 % "
        "as β₂ falls"
    ),
    refuted_if="In most seeds one of these orders fails.",
    uses=("D.trajectory-components",),
)

STATEMENTS = (P19, COMPONENTS, P20)
