"""W2, amended: the eigenvalues of two symmetric matrices lie no further apart than the matrices.

This is the inequality of Hoffman and Wielandt (1953), here with what it leaves out. It applies to
S_t and S_{t+1}, and to G_t and G_{t+1} in either convention, since all of these have the same
eigenvalues that are not zero. Two by two it is derived from the entries: the first matrix is
diagonal, λ_1 ≥ λ_2, and the second has the eigenvalues λ'_1 ≥ λ'_2 with eigenvectors (c, s) and
(−s, c). For all n it is derived from Ky Fan's maximum principle: the first matrix is a sum of its
gaps times the projections on its leading eigenvectors, and no projection on j directions sees more
of the second matrix than its j largest eigenvalues.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Bound, Derivation, Identity, Rewrite, Start, Substitute
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, W, i, new_norm, old_norm
from ..relations import equal
from ..sources import project
from .two_perturbations import after, before

_s, _f = NOTATION.symbol, NOTATION.function
_AREA = THETA**2

lam_1 = _s("lam_1", _AREA, "larger eigenvalue of the first of two matrices", r"\lambda_1")
lam_2 = _s("lam_2", _AREA, "smaller eigenvalue of the first of two matrices", r"\lambda_2")
new_1 = _s("new_1", _AREA, "larger eigenvalue of the second of two matrices", r"\lambda'_1")
new_2 = _s("new_2", _AREA, "smaller eigenvalue of the second of two matrices", r"\lambda'_2")
turn_cos = _s(
    "turn_cos", ONE, "cosine of the angle by which an eigenvector turned", r"c_{\theta}", nonnegative=True
)
turn_sin = _s(
    "turn_sin", ONE, "sine of the angle by which an eigenvector turned", r"s_{\theta}", nonnegative=True
)
change_norm = _s(
    "change_norm", _AREA, "Frobenius norm of the difference of two symmetric matrices",
    "E_F", nonnegative=True,
)  # fmt: skip

gap_count = _s("gap_count", ONE, "number of gaps: one less than of rows", "N", integer=True, positive=True)
rank = _s("rank", ONE, "number of an eigenvalue, in falling order", "j", integer=True, running=True)
level = _f("level", _AREA, "eigenvalue j of the first of two matrices", r"\lambda")
level_new = _f("level_new", _AREA, "eigenvalue j of the second of two matrices", r"\lambda'")
step_down = _f("step_down", _AREA, "gap between eigenvalues j and j + 1 of the first", "g", nonnegative=True)
leading_sum = _f("leading_sum", _AREA, "sum of the j largest eigenvalues of the second", r"\Lambda'")
seen = _f("seen", _AREA, "trace of the second on the j leading eigenvectors of the first", "A")
missed = _f("missed", _AREA, "what those directions miss of the j largest eigenvalues", "m", nonnegative=True)
product_trace = _s(
    "product_trace", THETA**4, "trace of the product of the two matrices", r"\operatorname{tr} SS'"
)
trace_new = _s("trace_new", _AREA, "trace of the second of two matrices", r"\operatorname{tr} S'")


def _ge(lhs: sp.Expr, rhs: sp.Expr) -> sp.Basic:
    return sp.Ge(lhs, rhs, evaluate=False)


_upper = new_1 * turn_cos**2 + new_2 * turn_sin**2 - lam_1
_across = (new_1 - new_2) * turn_cos * turn_sin
_lower = new_1 * turn_sin**2 + new_2 * turn_cos**2 - lam_2
_entries = _upper**2 + 2 * _across**2 + _lower**2

TURNED = Statement(
    id="D.turned-pair",
    kind=Kind.DEFINITION,
    title="Two symmetric matrices, two by two",
    says="The squared Frobenius norm of their difference, entry by entry in the eigenvectors of the first; "
    "the eigenvectors of the second are turned by an angle.",
    content=(equal(change_norm**2, _entries), equal(turn_cos**2, 1 - turn_sin**2)),
    source=project("definition"),
)

_apart_2 = (new_1 - lam_1) ** 2 + (new_2 - lam_2) ** 2
_turned = 2 * turn_sin**2 * (lam_1 - lam_2) * (new_1 - new_2)
IDENTITY = Statement(
    id="W2.identity",
    kind=Kind.THEOREM,
    title="What the eigenvalues leave out, two by two",
    says="The squared norm of the difference is that of the eigenvalues, plus twice the product of the two "
    "gaps times the squared sine of the angle: the scripts' number is right when nothing turns, or when a "
    "gap is closed.",
    content=(equal(change_norm**2, _apart_2 + _turned),),
    source=project("from the entries of the two matrices"),
    refuted_if="A step fails, or numerical eigenvalues leave the identity by more than rounding.",
    uses=("D.turned-pair",),
    derivations=(
        Derivation(
            (
                Start(using="D.turned-pair", to=equal(change_norm**2, _entries), says="Entry by entry."),
                Substitute(
                    using="D.turned-pair",
                    part=1,
                    to=equal(change_norm**2, _apart_2 + _turned),
                    says="The eigenvectors have length one.",
                ),
            ),
            scope="n = 2",
        ),
    ),
)

TWO = Statement(
    id="W2.two-by-two",
    kind=Kind.THEOREM,
    title="The scripts' number is at most the norm of the difference, two by two",
    says="Two by two, eigenvalues in falling order lie no further apart than the two matrices do.",
    content=(_ge(change_norm**2, _apart_2),),
    source=project("from W2.identity, with no theorem of others"),
    hypotheses=(_ge(lam_1, lam_2), _ge(new_1, new_2)),
    refuted_if="Two symmetric matrices, two by two, have eigenvalues that lie further apart than they do.",
    uses=("D.turned-pair",),
    derivations=(
        Derivation(
            (
                Start(using="W2.identity", to=equal(change_norm**2, _apart_2 + _turned), says="Two by two."),
                Bound(certificate=_turned, to=_ge(change_norm**2, _apart_2), says="No gap is negative."),
            ),
            scope="n = 2",
        ),
    ),
)

_whole = (rank, 1, gap_count + 1)
_gaps = (rank, 1, gap_count)
_squares = sp.Sum(level(rank) ** 2 + level_new(rank) ** 2, _whole)
_aligned = sp.Sum(level(rank) * level_new(rank), _whole)
_apart = sp.Sum((level_new(rank) - level(rank)) ** 2, _whole)
_base = level(gap_count + 1) * trace_new
_left_out = sp.Sum(step_down(rank) * missed(rank), _gaps)

LAYERS = Statement(
    id="D.layers",
    kind=Kind.DEFINITION,
    title="A symmetric matrix as a sum of layers",
    says="The squared Frobenius norm of the difference holds the trace of the product. The first matrix is "
    "its smallest eigenvalue times the identity plus each gap times the projection on the eigenvectors "
    "above it; so that trace is a sum over gaps, and likewise for the second matrix with the same "
    "eigenvectors as the first.",
    content=(
        equal(change_norm**2, _squares - 2 * product_trace),
        equal(product_trace, _base + sp.Sum(step_down(rank) * seen(rank), _gaps)),
        equal(_aligned, _base + sp.Sum(step_down(rank) * leading_sum(rank), _gaps)),
    ),
    source=project("definition; summation by parts"),
)
KY_FAN = Statement(
    id="T.ky-fan",
    kind=Kind.ASSUMPTION,
    title="Ky Fan's maximum principle",
    says="The trace of a symmetric matrix on j orthonormal directions is at most the sum of its j largest "
    "eigenvalues; what it misses is not negative.",
    content=(equal(seen(rank), leading_sum(rank) - missed(rank)),),
    source=Source("Ky Fan, 1949", "On a theorem of Weyl concerning eigenvalues of linear transformations"),
    uses=("D.layers",),
)
AMENDED = Statement(
    id="W2-amended",
    kind=Kind.THEOREM,
    title="The scripts' number is at most each of the other two",
    says="Eigenvalues in falling order lie no further apart than the two matrices do, be these the windows "
    "in parameter space or index by index.",
    content=(_ge(change_norm**2, _apart),),
    source=Source(
        "A. J. Hoffman and H. W. Wielandt, 1953", "The variation of the spectrum of a normal matrix"
    ),
    refuted_if="Two symmetric matrices have eigenvalues that lie further apart than they do.",
    uses=("D.layers",),
    amends="W2",
    repair="The three numbers are different, and only two of the three orders hold: the eigenvalues give at "
    "most the norm of the change of S, and at most that of G in either convention; those two have no order.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.layers",
                    to=equal(change_norm**2, _squares - 2 * product_trace),
                    says="Multiply out.",
                ),
                Substitute(
                    using="D.layers",
                    part=1,
                    to=equal(
                        change_norm**2, _squares - 2 * _base - 2 * sp.Sum(step_down(rank) * seen(rank), _gaps)
                    ),
                    says="The first matrix in layers.",
                ),
                Substitute(
                    using="T.ky-fan",
                    to=equal(
                        change_norm**2,
                        _squares
                        - 2 * _base
                        - 2 * sp.Sum(step_down(rank) * leading_sum(rank), _gaps)
                        + 2 * _left_out,
                    ),
                    says="No j directions see more of the second matrix than its j largest eigenvalues.",
                ),
                Substitute(
                    using="D.layers",
                    part=2,
                    to=equal(change_norm**2, _squares - 2 * _aligned + 2 * _left_out),
                    says="Put the layers together again, now with matched eigenvalues.",
                ),
                Rewrite(to=equal(change_norm**2, _apart + 2 * _left_out), says="Complete the squares."),
                Bound(certificate=2 * _left_out, to=_ge(change_norm**2, _apart), says="No gap is negative."),
            ),
            scope="all n, from Ky Fan's principle",
        ),
    ),
)

_moved = after(i) - before(i)
_moved_in_all = sp.Sum(_moved, (i, 1, W))
TRACE = Statement(
    id="D.trace-change",
    kind=Kind.DEFINITION,
    title="The change of the trace",
    says="The eigenvalues sum to the squared norms of the updates; one shift changes that sum by the "
    "squared norm that enters less the one that leaves.",
    content=(equal(_moved_in_all, new_norm - old_norm),),
    source=project("definition: the trace of G, and of S, in two ways"),
)
_mean_move = (new_norm - old_norm) / W
_scatter = sp.Sum((_moved - _mean_move) ** 2, (i, 1, W))
FROM_BELOW = Statement(
    id="W2.from-below",
    kind=Kind.THEOREM,
    title="What the scripts' number is at least",
    says="The squared number of the scripts is at least the squared change of the trace, shared among W "
    "eigenvalues.",
    content=(sp.Ge(sp.Sum(_moved**2, (i, 1, W)), (new_norm - old_norm) ** 2 / W, evaluate=False),),
    source=project("the mean of squares is at least the square of the mean"),
    refuted_if="A recorded window lies below.",
    uses=("D.trace-change",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(
                        sp.Sum(_moved**2, (i, 1, W)),
                        _scatter + 2 * _mean_move * _moved_in_all - _mean_move**2 * W,
                    ),
                    says="Measure each change from the mean change.",
                ),
                Substitute(
                    using="D.trace-change",
                    to=equal(sp.Sum(_moved**2, (i, 1, W)), _scatter + (new_norm - old_norm) ** 2 / W),
                    says="The changes sum to the change of the trace.",
                ),
                Bound(
                    certificate=_scatter,
                    to=sp.Ge(sp.Sum(_moved**2, (i, 1, W)), (new_norm - old_norm) ** 2 / W, evaluate=False),
                    says="A sum of squares is not negative.",
                ),
            )
        ),
    ),
)

STATEMENTS = (TURNED, IDENTITY, TWO, LAYERS, KY_FAN, AMENDED, TRACE, FROM_BELOW)
