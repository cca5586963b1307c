"""W2: one shift of the window, and three numbers that say how large it was.

``‖G_{t+1} − G_t‖_F`` compares inner products index by index. It has two conventions: the *sliding*
one keeps the rows in order of age, so that every entry moves; the *ring buffer* puts the new update
into the slot of the one that leaves, so that one row and one column move. ``‖S_{t+1} − S_t‖_F``
compares the same windows in parameter space, and the source's scripts take the eigenvalues alone.
Only the first depends on convention.

A window of two updates has the rows o (leaves), r (stays) and n (enters); three parameters are
enough for all that can happen in one shift of it.
"""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Derivation, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, W, b, i, new, new_norm, old, old_norm, overlap, p, shift_norm
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function
_AREA = THETA**2

kept = _f("kept", THETA, "update i of those that stay in the window, parameter b", "r")
across_new = _f(
    "across_new", _AREA, "inner product of the update that enters with update i of those that stay", "D"
)
across_old = _f(
    "across_old", _AREA, "inner product of the update that leaves with update i of those that stay", "E"
)
inner = _f("inner", _AREA, "inner product of two of the W + 1 updates of a shift, by age", "I")
further = _s("further", ONE, "number of an update, by age", "l", running=True, integer=True)
kept_norm = _s(
    "kept_norm", _AREA, "squared norm of the one update that stays, in a window of two", "K", nonnegative=True
)
ring_norm = _s(
    "DeltaG_ring", _AREA, "Frobenius norm of the change of G, the new update in the old one's slot",
    r"\Delta_{G}^{\mathrm{ring}}", nonnegative=True,
)  # fmt: skip
sliding_norm = _s(
    "DeltaG_slide", _AREA, "Frobenius norm of the change of G, rows in order of age",
    r"\Delta_{G}^{\mathrm{age}}", nonnegative=True,
)  # fmt: skip
before = _f(
    "lam_window", _AREA, "eigenvalue number j of the window before the shift", r"\lambda", nonnegative=True
)
after = _f(
    "lam_shifted", _AREA, "eigenvalue number j of the window after the shift", r"\lambda'", nonnegative=True
)

Row = Callable[[int], sp.Expr]


def _le(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Le(lhs, rhs, evaluate=False)


def stays(parameter: int) -> sp.Expr:
    """The one update that stays, in a window of two."""
    return kept(1, parameter)


def dot(left: Row, right: Row) -> sp.Expr:
    """The inner product of two rows with three parameters, written out."""
    return sp.Add(*(left(c) * right(c) for c in (1, 2, 3)))


_A, _B, _C = dot(new, new), dot(old, old), dot(new, old)
_K, _D, _E = dot(stays, stays), dot(new, stays), dot(old, stays)
RING_CHANGE = (_A - _B) ** 2 + 2 * (_D - _E) ** 2
SLIDING_CHANGE = (_K - _B) ** 2 + (_A - _K) ** 2 + 2 * (_D - _E) ** 2
SPACE_CHANGE = _A**2 + _B**2 - 2 * _C**2
SPECTRUM_CHANGE = (after(1) - before(1)) ** 2 + (after(2) - before(2)) ** 2
SPECTRA = (
    equal(before(1) + before(2), _B + _K),
    equal(before(1) * before(2), _B * _K - _E**2),
    sp.Ge(before(1), before(2), evaluate=False),
    equal(after(1) + after(2), _A + _K),
    equal(after(1) * after(2), _A * _K - _D**2),
    sp.Ge(after(1), after(2), evaluate=False),
)


Three = tuple[int, int, int]


def window_values(o: Three, r: Three, n: Three, *eigenvalues: int) -> dict[sp.Expr, sp.Expr]:
    """Values for one shift of a window of two, with the two eigenvalues before and the two after it."""
    rows = {old: o, stays: r, new: n}
    values = {row(c): sp.Integer(v) for row, entries in rows.items() for c, v in enumerate(entries, start=1)}
    levels = (before(1), before(2), after(1), after(2))
    return values | {e: sp.Integer(v) for e, v in zip(levels, eigenvalues, strict=True)}


_REVERSAL = window_values((4, 0, 0), (1, 3, 0), (-4, 0, 0), 18, 8, 18, 8)
_FRESH = window_values((1, 0, 0), (0, 1, 0), (0, 0, 1), 1, 1, 1, 1)

W2 = Statement(
    id="W2",
    kind=Kind.THEOREM,
    title="The three sizes of a shift, as the source uses them",
    says="The source writes one number, the norm of the change of G, for the rotation of directions in "
    "parameter space, and its scripts compute it from eigenvalues: the three sizes of a shift are the same.",
    content=(equal(SLIDING_CHANGE, SPACE_CHANGE), equal(SPECTRUM_CHANGE, SLIDING_CHANGE)),
    source=thesis("the size of a shift in α and in 𝒜; the scripts' number is the one of eigenvalues"),
    hypotheses=SPECTRA,
    refuted_if="There is a window at which two of the three differ.",
    counterexample=Counterexample(
        "o = (4, 0), r = (1, 3), n = (−4, 0): S is the same before and after, and so are the eigenvalues 18 "
        "and 8; but the inner product of neighbours changes its sign, and the norm of the change of G is "
        "√200.",
        _REVERSAL,
    ),
)
W2RING_CHANGE = Statement(
    id="W2.ring-reading",
    kind=Kind.THEOREM,
    title="The three sizes of a shift, G kept in a ring buffer",
    says="The same reading as W2, with the new update in the slot of the one that leaves.",
    content=(equal(RING_CHANGE, SPACE_CHANGE), equal(SPECTRUM_CHANGE, RING_CHANGE)),
    source=thesis("reading of W2: the source does not fix how rows are matched"),
    hypotheses=SPECTRA,
    refuted_if="There is a window at which two of the three differ.",
    counterexample=Counterexample(
        "The reversed update again: S and its eigenvalues stay, and the norm of the change of G is √128.",
        _REVERSAL,
    ),
)
NOT_BELOW = Statement(
    id="W2.index-below",
    kind=Kind.THEOREM,
    title="Index by index is never more than in parameter space",
    says="In one convention at least, the norm of the change of G is at most that of S.",
    content=(sp.Or(_le(SLIDING_CHANGE, SPACE_CHANGE), _le(RING_CHANGE, SPACE_CHANGE)),),
    source=project("reading of W2, to be tested: an order between the two norms"),
    refuted_if="There is a window at which both conventions give more.",
    counterexample=Counterexample("The reversed update: 200 and 128 against 0.", _REVERSAL),
)
NOT_ABOVE = Statement(
    id="W2.index-above",
    kind=Kind.THEOREM,
    title="Index by index is never less than in parameter space",
    says="In one convention at least, the norm of the change of G is at least that of S.",
    content=(sp.Or(_le(SPACE_CHANGE, SLIDING_CHANGE), _le(SPACE_CHANGE, RING_CHANGE)),),
    source=project("reading of W2, to be tested: the opposite order"),
    refuted_if="There is a window at which both conventions give less.",
    counterexample=Counterexample(
        "o, r and n are the three unit vectors: G is the identity before and after, and the squared norm of "
        "the change of S is 1 + 1 = 2.",
        _FRESH,
    ),
)
SPECTRUM_SEES_ALL = Statement(
    id="W2.proxy-zero",
    kind=Kind.THEOREM,
    title="A spectrum that stays means a window that stays",
    says="The number of the source's scripts is at least half of the norm of the change of S.",
    content=(_le(SPACE_CHANGE, 4 * SPECTRUM_CHANGE),),
    source=project("reading of W2, to be tested: the scripts' number as a substitute, up to a factor of two"),
    hypotheses=SPECTRA,
    refuted_if="There is a window at which the spectrum stays and S does not.",
    counterexample=Counterexample(
        "The three unit vectors: no eigenvalue changes, and S changes by √2.", _FRESH
    ),
)

ACROSS = Statement(
    id="D.across",
    kind=Kind.DEFINITION,
    title="Inner products with the updates that stay",
    says="Inner products of the entering and of the leaving update with each update that stays.",
    content=(
        equal(across_new(i), sp.Sum(new(b) * kept(i, b), (b, 1, p))),
        equal(across_old(i), sp.Sum(old(b) * kept(i, b), (b, 1, p))),
    ),
    source=project("definition"),
)
_swept = sp.Sum((across_new(i) - across_old(i)) ** 2, (i, 1, W - 1))
_area = new_norm * old_norm - overlap**2
RING = Statement(
    id="D.ring-change",
    kind=Kind.DEFINITION,
    title="Change of G in a ring buffer",
    says="One diagonal entry changes, and with it one row and one column; all other inner products stay.",
    content=(equal(ring_norm**2, (new_norm - old_norm) ** 2 + 2 * _swept),),
    source=project("definition: the squared norm, entry by entry"),
    uses=("D.shift-products", "D.across"),
)
_slides = (inner(i + 1, further + 1) - inner(i, further)) ** 2
IN_ORDER = Statement(
    id="D.sliding-change",
    kind=Kind.DEFINITION,
    title="Change of G in order of age",
    says="Every entry moves up by one place: the change sums, over all entries, the squared difference of "
    "neighbouring inner products along the diagonals. It vanishes exactly when inner products depend on "
    "the lag alone.",
    content=(equal(sliding_norm**2, sp.Sum(_slides, (i, 0, W - 1), (further, 0, W - 1))),),
    source=project("definition: the squared norm, entry by entry; number 0 is the update that leaves"),
)
_d, _e = across_new(1), across_old(1)
SLIDING = Statement(
    id="D.two-conventions",
    kind=Kind.DEFINITION,
    title="Change of G for a window of two, in both conventions",
    says="In order of age both diagonal entries change; in a ring buffer one of them does.",
    content=(
        equal(
            sliding_norm**2, (kept_norm - old_norm) ** 2 + (new_norm - kept_norm) ** 2 + 2 * (_d - _e) ** 2
        ),
        equal(ring_norm**2, (new_norm - old_norm) ** 2 + 2 * (_d - _e) ** 2),
    ),
    source=project("definition: the squared norm, entry by entry"),
    uses=("D.shift-products", "D.across"),
)

INDEX_AGAINST_SPACE = Statement(
    id="W2.ring",
    kind=Kind.THEOREM,
    title="Index by index against parameter space, in closed form",
    says="In a ring buffer the two squared norms differ by twice this: what the change of the update sweeps "
    "out of those that stay, less the squared area that the old and the new update span. Either can be the "
    "larger.",
    content=(equal(ring_norm**2 - shift_norm**2, 2 * (_swept - _area)),),
    source=project("from W1 and the entries of G"),
    refuted_if="A step fails, or recorded windows leave the closed form by more than rounding.",
    uses=("W1", "D.ring-change"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.ring-change",
                    to=equal(ring_norm**2, (new_norm - old_norm) ** 2 + 2 * _swept),
                    says="The change of G, entry by entry.",
                ),
                Rearrange(
                    to=equal(
                        ring_norm**2 - shift_norm**2, (new_norm - old_norm) ** 2 + 2 * _swept - shift_norm**2
                    ),
                    says="Take off the squared norm of the change of S.",
                ),
                Substitute(
                    using="W1",
                    part=3,
                    to=equal(ring_norm**2 - shift_norm**2, 2 * (_swept - _area)),
                    says="It has a closed form in three inner products; collect the squared area.",
                ),
            )
        ),
    ),
)
CONVENTIONS = Statement(
    id="W2.conventions",
    kind=Kind.THEOREM,
    title="Order of age against ring buffer",
    says="For a window of two the conventions differ by the norms alone: order of age gives less when the "
    "norm of the update that stays lies between the other two, and more when it does not.",
    content=(equal(sliding_norm**2 - ring_norm**2, 2 * (kept_norm - new_norm) * (kept_norm - old_norm)),),
    source=project("from the entries of G"),
    refuted_if="A step fails.",
    uses=("D.two-conventions",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.two-conventions",
                    to=equal(
                        sliding_norm**2,
                        (kept_norm - old_norm) ** 2 + (new_norm - kept_norm) ** 2 + 2 * (_d - _e) ** 2,
                    ),
                    says="Rows in order of age.",
                ),
                Rearrange(
                    to=equal(
                        sliding_norm**2 - ring_norm**2,
                        (kept_norm - old_norm) ** 2
                        + (new_norm - kept_norm) ** 2
                        + 2 * (_d - _e) ** 2
                        - ring_norm**2,
                    ),
                    says="Take off the other convention.",
                ),
                Substitute(
                    using="D.two-conventions",
                    part=1,
                    to=equal(
                        sliding_norm**2 - ring_norm**2, 2 * (kept_norm - new_norm) * (kept_norm - old_norm)
                    ),
                    says="The inner products with the update that stays drop out.",
                ),
            ),
            scope="W = 2",
        ),
    ),
)

STATEMENTS = (
    W2,
    W2RING_CHANGE,
    NOT_BELOW,
    NOT_ABOVE,
    SPECTRUM_SEES_ALL,
    ACROSS,
    RING,
    IN_ORDER,
    SLIDING,
    INDEX_AGAINST_SPACE,
    CONVENTIONS,
)
