"""W5: how far a direction turns when the window slides, as the source bounds it, and what α may claim.

The source bounds the rotation of v_j, a right singular vector of the window, by the norm of the
change of G over the distance of λ_j to the nearest other eigenvalue of the same matrix. Three
readings are put beside each other: G literally, G's own eigenvectors (left singular vectors), and S
in place of G. Each is tried at windows of two updates o (leaves), r (stays), n (enters); the
eigenvector considered is the leading one, of any length. The statements that hold instead are in
``davis_kahan``.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...statement import Kind, Statement
from ...units import ONE
from ..notation import NOTATION, new, old
from ..relations import equal
from ..sources import thesis
from ..window.hoffman_wielandt import turn_cos, turn_sin
from ..window.two_perturbations import (
    RING_CHANGE,
    SLIDING_CHANGE,
    SPACE_CHANGE,
    SPECTRA,
    SPECTRUM_CHANGE,
    Row,
    after,
    before,
    dot,
    stays,
    window_values,
)

_f = NOTATION.function

lead_before = _f("lead_before", ONE, "leading right singular vector before the shift, of any length", "v")
lead_after = _f("lead_after", ONE, "leading right singular vector after the shift, of any length", "v'")
mix_before = _f("mix_before", ONE, "leading eigenvector of G before the shift, of any length", "u")
mix_after = _f("mix_after", ONE, "leading eigenvector of G after the shift, of any length", "u'")
constant = NOTATION.symbol(
    "C_alpha", ONE, "the constant of the stability coefficient, not fixed by the source", "C", positive=True
)


def _le(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Le(lhs, rhs, evaluate=False)


def _ge(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Ge(lhs, rhs, evaluate=False)


def _in_space(first: Row, second: Row, direction: Row, eigenvalue: sp.Expr) -> tuple[sp.Basic, ...]:
    """``direction`` is an eigenvector of S for a window with these two rows."""
    along = (dot(first, direction), dot(second, direction))
    return tuple(
        equal(along[0] * first(c) + along[1] * second(c), eigenvalue * direction(c)) for c in (1, 2, 3)
    )


def _by_index(first: Row, second: Row, mix: Row, eigenvalue: sp.Expr) -> tuple[sp.Basic, ...]:
    """``mix`` is an eigenvector of G for a window with these two rows, in this order."""
    across = dot(first, second)
    return (
        equal(dot(first, first) * mix(1) + across * mix(2), eigenvalue * mix(1)),
        equal(across * mix(1) + dot(second, second) * mix(2), eigenvalue * mix(2)),
    )


def _angle(products: tuple[sp.Expr, sp.Expr, sp.Expr]) -> tuple[sp.Basic, ...]:
    """The angle between two lines, from |v|², |v'|² and v·v'."""
    first, second, across = products
    return (equal(turn_cos**2 * first * second, across**2), equal(turn_sin**2, 1 - turn_cos**2))


_gap = before(1) - before(2)
_simple = (*SPECTRA, sp.Gt(before(1), before(2), evaluate=False))
_SPACE = (
    *_simple,
    *_in_space(old, stays, lead_before, before(1)),
    *_in_space(stays, new, lead_after, after(1)),
    *_angle((dot(lead_before, lead_before), dot(lead_after, lead_after), dot(lead_before, lead_after))),
)


def _pair(left: Row, right: Row) -> sp.Expr:
    return left(1) * right(1) + left(2) * right(2)


_INDEX = (
    *_simple,
    *_by_index(old, stays, mix_before, before(1)),
    *_by_index(stays, new, mix_after, after(1)),
    *_angle((_pair(mix_before, mix_before), _pair(mix_after, mix_after), _pair(mix_before, mix_after))),
)


def _vectors(first: Row, v: tuple[int, ...], second: Row, w: tuple[int, ...]) -> dict[sp.Expr, sp.Expr]:
    sides = ((first, v), (second, w))
    return {row(c): sp.Integer(x) for row, entries in sides for c, x in enumerate(entries, start=1)}


def _turned(cosine: sp.Expr, sine: sp.Expr) -> dict[sp.Expr, sp.Expr]:
    return {turn_cos: cosine, turn_sin: sine}


_ROTATION = (
    window_values((25, 0, 0), (15, 20, 0), (-7, 24, 0), 1000, 250, 1000, 250)
    | _vectors(lead_before, (2, 1, 0), lead_after, (2, 11, 0))
    | _turned(sp.Rational(3, 5), sp.Rational(4, 5))
)
"""Each update is the one before, turned by the angle with cosine 3/5."""
_EXCHANGE = (
    window_values((3, 0, 0), (2, 0, 0), (0, 3, 0), 13, 0, 9, 4)
    | _vectors(lead_before, (1, 0, 0), lead_after, (0, 1, 0))
    | _turned(sp.Integer(0), sp.Integer(1))
)
"""Two directions of S change places: 13 and 0 become 4 and 9."""
_INDEX_EXCHANGE = (
    window_values((20, 15, 0), (25, 0, 0), (-7, 24, 0), 1125, 125, 800, 450)
    | _vectors(mix_before, (1, 1), mix_after, (1, -1))
    | _turned(sp.Integer(0), sp.Integer(1))
)
"""Three updates of one length; the inner product of neighbours goes from 500 to −175."""
_STRETCH = (
    window_values((2, 0, 0), (0, 1, 0), (3, 0, 0), 4, 1, 9, 1)
    | _vectors(lead_before, (1, 0, 0), lead_after, (1, 0, 0))
    | _turned(sp.Integer(1), sp.Integer(0))
)
"""The new update is a longer copy of the old one."""

W5 = Statement(
    id="W5",
    kind=Kind.THEOREM,
    title="Rotation of a direction, as the source bounds it",
    says="The sine of the angle by which a right singular vector turns is at most the norm of the change of "
    "G over the gap, in one convention of matching rows at least.",
    content=(
        sp.Or(
            _le(turn_sin, sp.sqrt(SLIDING_CHANGE) / _gap),
            _le(turn_sin, sp.sqrt(RING_CHANGE) / _gap),
        ),
    ),
    source=thesis("use of the Davis–Kahan theorem"),
    hypotheses=_SPACE,
    refuted_if="A right singular vector turns by more.",
    counterexample=Counterexample(
        "o = (25, 0), r = (15, 20), n = (−7, 24): each is the one before turned by the angle with cosine "
        "3/5. All inner products stay, so that G does not change at all; the leading direction goes from "
        "(2, 1) to (2, 11), and the sine is 4/5. No constant in front of the norm repairs this.",
        _ROTATION,
    ),
)
SCRIPT = Statement(
    id="W5.script",
    kind=Kind.THEOREM,
    title="The same bound with the number of the source's scripts",
    says="The sine of the angle by which a right singular vector turns is at most the number that the "
    "scripts take from the eigenvalues, over the gap.",
    content=(_le(turn_sin, sp.sqrt(SPECTRUM_CHANGE) / _gap),),
    source=thesis("reading of W5: the size of a shift as the scripts compute it"),
    hypotheses=_SPACE,
    refuted_if="A right singular vector turns by more.",
    counterexample=Counterexample("The same window: no eigenvalue changes, and the sine is 4/5.", _ROTATION),
)
INDEX = Statement(
    id="W5.index",
    kind=Kind.THEOREM,
    title="The same bound for the eigenvectors of G itself",
    says="The sine of the angle by which the leading eigenvector of G turns is at most the norm of the "
    "change of G over the gap of G before the change.",
    content=(_le(turn_sin, sp.sqrt(SLIDING_CHANGE) / _gap),),
    source=thesis("reading of W5: vectors and matrices that belong together, constant 1"),
    hypotheses=_INDEX,
    refuted_if="The leading eigenvector of G turns by more.",
    counterexample=Counterexample(
        "o = (20, 15), r = (25, 0), n = (−7, 24), all of length 25. G has 625 on its diagonal before and "
        "after, and beside it 500 before and −175 after: the leading eigenvector turns from (1, 1) to (1, "
        "−1), so the sine is 1; the gap is 1000, and the norm of the change is 675·√2, about 955. A ring "
        "buffer gives the same.",
        _INDEX_EXCHANGE,
    ),
)
SPACE = Statement(
    id="W5.space",
    kind=Kind.THEOREM,
    title="The same bound with S in place of G",
    says="The sine of the angle by which the leading right singular vector turns is at most the norm of the "
    "change of S over the gap of S before the change.",
    content=(_le(turn_sin, sp.sqrt(SPACE_CHANGE) / _gap),),
    source=thesis("reading of W5: vectors and matrices that belong together, constant 1"),
    hypotheses=_SPACE,
    refuted_if="The leading right singular vector turns by more.",
    counterexample=Counterexample(
        "o = (3, 0), r = (2, 0), n = (0, 3): S has the entries 13 and 0 on its diagonal before and 4 and 9 "
        "after, so the leading direction turns by 90°; the gap is 13, and the norm of the change is √162, "
        "about 12.7.",
        _EXCHANGE,
    ),
)
ALPHA = Statement(
    id="W5.alpha",
    kind=Kind.THEOREM,
    title="The stability coefficient as a lower bound, as the source has it",
    says="The cosine of the angle by which a right singular vector turns is at least one less C times the "
    "squared norm of the change of G over the squared gap.",
    content=(
        sp.Or(
            _ge(turn_cos, 1 - constant * SLIDING_CHANGE / _gap**2),
            _ge(turn_cos, 1 - constant * RING_CHANGE / _gap**2),
        ),
    ),
    source=thesis("stability coefficient α; C is not fixed, the script takes 1"),
    hypotheses=_SPACE,
    refuted_if="A right singular vector turns by more, whatever C is.",
    counterexample=Counterexample(
        "The turning updates again: G does not change, so that α = 1 for every C, and the cosine is 3/5.",
        _ROTATION | {constant: sp.Integer(1)},
    ),
)
ALPHA_SPACE = Statement(
    id="W5.alpha-space",
    kind=Kind.THEOREM,
    title="The stability coefficient as a lower bound, S in place of G, C = 1",
    says="The cosine of the angle by which the leading right singular vector turns is at least one less the "
    "squared norm of the change of S over the squared gap.",
    content=(_ge(turn_cos, 1 - SPACE_CHANGE / _gap**2),),
    source=thesis("reading of α with the constant of the script"),
    hypotheses=_SPACE,
    refuted_if="The leading right singular vector turns by more.",
    counterexample=Counterexample(
        "The exchange again: α = 1 − 162/169 = 7/169, and the cosine is 0.", _EXCHANGE
    ),
)
ALPHA_EQUAL = Statement(
    id="W5.alpha-equal",
    kind=Kind.THEOREM,
    title="The stability coefficient as a measure of what survives",
    says="The stability coefficient, with S in place of G, equals the cosine of the angle, or its square.",
    content=(
        sp.Or(
            equal(turn_cos, 1 - constant * SPACE_CHANGE / _gap**2),
            equal(turn_cos**2, 1 - constant * SPACE_CHANGE / _gap**2),
        ),
    ),
    source=thesis("reading of α as how much of a direction survives a step"),
    hypotheses=_SPACE,
    refuted_if="A direction stays although the window changes.",
    counterexample=Counterexample(
        "o = (2, 0), r = (0, 1), n = (3, 0): S goes from 4 and 1 on its diagonal to 9 and 1. The leading "
        "direction stays, and α = 1 − 25·C/9, which is less than 1 for every C, and negative for C = 1.",
        _STRETCH | {constant: sp.Integer(1)},
    ),
)

STATEMENTS = (W5, SCRIPT, INDEX, SPACE, ALPHA, ALPHA_SPACE, ALPHA_EQUAL)
