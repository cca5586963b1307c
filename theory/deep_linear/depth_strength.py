"""Any number of balanced layers: how fast the strength of a mode grows, and where it grows fastest."""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Differentiate, Start, Substitute
from ..statement import Kind, Statement
from ..system import System
from .depth import STRENGTH, N, S, T, U, j, k, logarithms, w
from .notation import equal, rate, t
from .sources import project, saxe

_relative = sp.Sum(rate(w(k, t)) / w(k, t), (k, 1, N))
_by_weights = sp.Sum(U(t) * (S - U(t)) / (T * w(k, t) ** 2), (k, 1, N))
_flow = N * U(t) ** (2 - 2 / N) * (S - U(t)) / T
GROWTH = Statement(
    id="N.strength",
    kind=Kind.THEOREM,
    title="Flow of the strength at depth N",
    says="In a balanced network of N layers the strength grows as N times its power 2 − 2/N, times what is missing.",
    content=(equal(rate(U(t)), _flow),),
    source=saxe("deeper networks: flow of the strength of a mode"),
    refuted_if="A step fails, or the product of integrated weights leaves this flow.",
    uses=("D.deep-strength", "A.equal-start"),
    derivations=(
        Derivation(
            (
                Start(using="D.deep-strength", to=STRENGTH.content[0], says="The product of all weights."),
                Differentiate(
                    by=t, to=equal(rate(U(t)), sp.exp(logarithms) * _relative), says="Differentiate by time."
                ),
                Substitute(
                    using="D.deep-strength", to=equal(rate(U(t)), U(t) * _relative), says="Name the strength."
                ),
                Substitute(
                    using="N.layer",
                    to=equal(rate(U(t)), U(t) * _by_weights),
                    says="Each layer follows its flow.",
                ),
                Substitute(
                    using="N.root",
                    where={j: k},
                    to=equal(rate(U(t)), _flow),
                    says="Each holds the N-th root, so that all terms are equal.",
                ),
            )
        ),
    ),
)
_second = sp.Derivative(U(t), (t, 2))
_bend = U(t) ** (1 - 2 / N) * ((2 * N - 2) * S - (3 * N - 2) * U(t)) * rate(U(t)) / T
STEEPEST = Statement(
    id="N.steepest",
    kind=Kind.THEOREM,
    title="Where learning is fastest at depth N",
    says="The strength speeds up until it has the share (2N − 2)/(3N − 2) of its target: one half for two layers, "
    "two thirds in the limit of many.",
    content=(equal(_second, _bend),),
    source=project("inflection of the trajectory"),
    refuted_if="A step fails, or the integrated flow is steepest at another strength.",
    derivations=(
        Derivation(
            (
                Start(using="N.strength", to=GROWTH.content[0], says="The flow of the strength."),
                Differentiate(
                    by=t, to=equal(_second, _bend), says="Differentiate by time; the strength is positive."
                ),
            )
        ),
    ),
)
STATEMENTS = (GROWTH, STEEPEST)


def depth_system() -> System:
    """The flow of the strength of one mode at depth N, read off N.strength: state ``U``, time ``t``."""
    strength = sp.Symbol("U", positive=True)
    flow = GROWTH.content[0].rhs.xreplace({U(t): strength})
    return System("deep mode", t, (strength,), (S, T, N), (flow,))
