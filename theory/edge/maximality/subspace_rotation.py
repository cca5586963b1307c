"""F6 with all modes counted: how far noise turns the top-k subspace, and which k it turns least.

To first order each mode i ≤ k leans towards each mode j > k by one element of the noise over the difference
of the two eigenvalues. The squares add up over all k(W − k) pairs, not over the neighbours at the gap alone.
So a position in the middle of the spectrum, which has more pairs, needs a wider gap; and directions that the
window does not reach, eigenvalue zero, count too. Three modes are the last case in which one gap decides.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Solve, Start
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, W, i, j, sigma
from ..relations import equal
from ..sources import project
from .gap_maximality import by_ratio, spectrum

_s, _f = NOTATION.symbol, NOTATION.function

lean = _s("w_ij", ONE, "component of a perturbed mode along another one, to first order", "w_{ij}")
level_i = _s("lambda_i", THETA**2, "eigenvalue of the mode that leans", r"\lambda_i")
level_j = _s("lambda_j", THETA**2, "eigenvalue of the mode that it leans towards", r"\lambda_j")
element = _s("e_ij", THETA**2, "element of the perturbation between the two modes", "e_{ij}")
k_cut = _s(
    "k_cut", ONE, "number of modes in the top subspace", "k", integer=True, positive=True, running=True
)
turn = _f("Q_turn", ONE, "expected squared first-order rotation of the top-k subspace", "Q")
noise = _s("nu_S", THETA**2, "standard deviation of one element of noise on S", r"\nu_S", positive=True)
step_1, step_2, step_3 = (
    _s(f"Delta_{n}", THETA**2, f"eigenvalue {n} less eigenvalue {n + 1}", rf"\Delta_{n}", positive=True)
    for n in (1, 2, 3)
)
square_1 = _s("sq_1", THETA**4, "first eigenvalue less the second, squared", r"\Delta_1^2", positive=True)
square_2 = _s("sq_2", THETA**4, "second less the third, squared", r"\Delta_2^2", positive=True)
square_far = _s(
    "sq_far", THETA**4, "second less the fourth, squared", r"(\Delta_2+\Delta_3)^2", positive=True
)
level_2 = _s("lambda_2", THETA**2, "second eigenvalue", r"\lambda_2", positive=True)
null = _s("n_null", ONE, "number of directions that the window does not reach: p − W", r"p-W", positive=True)
excess_here = _s("x_k", ONE, "ratio of the eigenvalues at one position, less one", "x_k", positive=True)
excess_there = _s("x_j", ONE, "that at the other position", "x_j", positive=True)


FIRST_ORDER = Statement(
    id="D.first-order",
    kind=Kind.DEFINITION,
    title="The perturbed eigenvalue equation, to first order, along another mode",
    says="What the old matrix makes of the lean, and the element of the perturbation, together are the "
    "eigenvalue times the lean.",
    content=(equal(level_j * lean + element, level_i * lean),),
    source=Source("G. W. Stewart, J. Sun, Matrix Perturbation Theory, 1990", "perturbation of eigenvectors"),
)
LEAN = Statement(
    id="F6.lean",
    kind=Kind.THEOREM,
    title="How far one mode leans towards another",
    says="To first order a mode leans by the element of the perturbation over the difference of the "
    "eigenvalues.",
    content=(equal(lean, element / (level_i - level_j)),),
    source=project("step towards F6"),
    refuted_if="Eigenvectors of perturbed matrices that lean otherwise as the perturbation gets smaller.",
    uses=("D.first-order",),
    derivations=(
        Derivation(
            (
                Start(using="D.first-order", to=FIRST_ORDER.content[0], says="The equation along mode j."),
                Solve(
                    unknown=lean, to=equal(lean, element / (level_i - level_j)), says="Solve for the lean."
                ),
            )
        ),
    ),
)
_pair = noise**2 / (sigma(i) ** 2 - sigma(j) ** 2) ** 2
TURN = Statement(
    id="D.turn",
    kind=Kind.DEFINITION,
    title="Expected rotation of the top-k subspace",
    says="For noise on S with independent elements of one variance, the expected squared sines of the "
    "principal angles add up, to first order, to a sum over all pairs of a mode inside and a mode "
    "outside.",
    content=(equal(turn(k_cut), sp.Sum(sp.Sum(_pair, (j, k_cut + 1, W)), (i, 1, k_cut))),),
    source=Source(
        "G. W. Stewart, J. Sun, Matrix Perturbation Theory, 1990", "perturbation of invariant subspaces"
    ),
    uses=("F6.lean",),
)


def _turned(inside: int, steps: tuple[sp.Expr, ...]) -> sp.Expr:
    """The sum of D.turn for one more mode than ``steps``, with the differences of neighbours as symbols."""
    pairs = [(low, high) for low in range(inside) for high in range(inside, len(steps) + 1)]
    return sp.Add(*(noise**2 / sp.Add(*steps[low:high]) ** 2 for low, high in pairs))


_two, _three = (step_1, step_2), (step_1, step_2, step_3)

ISOTROPIC = Statement(
    id="F6.isotropic",
    kind=Kind.THEOREM,
    title="Isotropic noise turns the subspace at the largest difference the least",
    says="The largest difference of eigenvalues marks the top-k subspace that noise on S is expected to "
    "turn least; here for four modes, whose largest difference is the second.",
    content=(sp.Lt(_turned(2, _three), _turned(1, _three)),),
    hypotheses=(sp.Gt(step_2, step_1), sp.Gt(step_2, step_3)),
    source=project(
        "reading of F6: the stability of a subspace is its expected rotation under isotropic noise"
    ),
    refuted_if="A spectrum whose largest difference is not where the sum over pairs is smallest.",
    counterexample=Counterexample(
        "Eigenvalues 23, 13, 2, 1 differ by 10, 11, 1. The pairs that only the first position has give "
        "1/10²; those that only the second has give 1/11² + 1/12² = 0.0152: the second turns more, though "
        "its gap is wider.",
        {step_1: sp.Integer(10), step_2: sp.Integer(11), step_3: sp.Integer(1), noise: sp.Integer(1)},
    ),
)


def _less(
    smaller: sp.Expr, larger: sp.Expr, excess: sp.Expr, says: str, part: int = 0, scope: str = ""
) -> Derivation:
    return Derivation(
        (
            Identity(to=equal(smaller, larger - excess), says="All other pairs are the same."),
            Bound(to=sp.Lt(smaller, larger), certificate=excess, says=says),
        ),
        part=part,
        scope=scope,
    )


def _inverse_squares(near: sp.Expr, far: sp.Expr) -> sp.Expr:
    """1/near² − 1/far², in factors."""
    return (far - near) * (far + near) / (near**2 * far**2)


THREE = Statement(
    id="F6.isotropic-amended",
    kind=Kind.THEOREM,
    title="Three modes: the larger difference decides",
    says="Of the two positions of a window of three updates, isotropic noise on S turns that with the larger "
    "difference of eigenvalues the less.",
    content=(sp.Lt(_turned(1, _two), _turned(2, _two)),),
    hypotheses=(sp.Gt(step_1, step_2),),
    source=project("repair of F6.isotropic"),
    refuted_if="Three eigenvalues for which the sum over pairs is smaller at the smaller difference.",
    uses=("D.turn",),
    amends="F6.isotropic",
    repair="The claim is made of three modes, where both positions have the same number of pairs; with "
    "four, the middle position needs a gap that is wider by up to √2 (F6.isotropic-middle).",
    derivations=(
        _less(
            _turned(1, _two),
            _turned(2, _two),
            noise**2 * _inverse_squares(step_2, step_1),
            "The pair at the larger difference turns less.",
            scope="W = 3",
        ),
    ),
)
_two_pairs = 1 / square_2 + 1 / square_far
_spare = (square_2 - 2 * square_1) / (square_1 * square_2) + (square_far - square_2) / (square_2 * square_far)

MIDDLE = Statement(
    id="F6.isotropic-middle",
    kind=Kind.THEOREM,
    title="Four modes: the middle position needs a gap wider by √2",
    says="Two pairs belong to the middle position and not to the first, one to the first and not to the "
    "middle: the middle turns less where its squared difference is twice as large.",
    content=(sp.Lt(_two_pairs, 1 / square_1, evaluate=False),),
    hypotheses=(sp.Gt(square_far, square_2), sp.Gt(square_2, 2 * square_1)),
    source=project("repair of F6.isotropic for four modes; pairs that both positions have are left out"),
    refuted_if="Four eigenvalues that meet the condition and turn otherwise.",
    uses=("D.turn",),
    derivations=(
        _less(
            _two_pairs,
            1 / square_1,
            _spare,
            "Two pairs at the wider gap turn less than one at the narrower.",
            scope="W = 4",
        ),
    ),
)
_far_first, _far_last = step_1 + step_2, step_2 + step_3
_first_pairs, _last_pairs = step_1**-2 + _far_first**-2, step_3**-2 + _far_last**-2
ENDS = Statement(
    id="F6.isotropic-ends",
    kind=Kind.THEOREM,
    title="Four modes: between the first and the last position the difference decides",
    says="The first and the last position have two pairs each that the other has not; the one with the "
    "larger difference of eigenvalues turns less.",
    content=(sp.Lt(_first_pairs, _last_pairs, evaluate=False),),
    hypotheses=(sp.Gt(step_1, step_3),),
    source=project("repair of F6.isotropic for four modes; pairs that both positions have are left out"),
    refuted_if="Four eigenvalues for which the end with the larger difference turns more.",
    uses=("D.turn",),
    derivations=(
        _less(
            _first_pairs,
            _last_pairs,
            _inverse_squares(step_3, step_1) + _inverse_squares(_far_last, _far_first),
            "Both pairs turn less.",
            scope="W = 4",
        ),
    ),
)
_into_null = step_2**-2 + null / level_2**2
_lost = (null * step_1**2 - level_2**2) / (level_2**2 * step_1**2) + step_2**-2

NULL_MODES = Statement(
    id="F6.null-modes",
    kind=Kind.THEOREM,
    title="Isotropic noise in parameter space: with many parameters the first position is the most stable "
    "one",
    says="Noise that fills all p directions also turns the modes into those that the window does not "
    "reach, with eigenvalue zero. Where these are more than the squared ratio of the second eigenvalue to "
    "the first difference, the first position turns less than the second, wherever the largest ratio or "
    "difference lies.",
    content=(sp.Lt(step_1**-2, _into_null, evaluate=False),),
    hypotheses=(sp.Gt(null, level_2**2 / step_1**2),),
    source=project("boundary of F6; pairs that both positions have are left out"),
    refuted_if="A window of three updates with that many parameters that turns otherwise.",
    uses=("D.turn",),
    derivations=(
        _less(step_1**-2, _into_null, _lost, "The second mode leans into all of them.", scope="W = 3"),
    ),
)


def _distorted(inside: int, modes: int) -> sp.Expr:
    """The sum over pairs for a distortion of the times: squared product over squared difference."""
    pairs = [(low, high) for low in range(1, inside + 1) for high in range(inside + 1, modes + 1)]
    return sp.Add(*(sigma(a) ** 2 * sigma(b) ** 2 / (sigma(a) ** 2 - sigma(b) ** 2) ** 2 for a, b in pairs))


RELATIVE_SUM = Statement(
    id="AX3.relative-sum",
    kind=Kind.THEOREM,
    title="Relative noise turns the subspace at the largest ratio the least",
    says="Where the times are distorted at random, the largest ratio marks the top-k subspace that is "
    "expected to turn least; here for four modes, whose largest ratio is the second.",
    content=(sp.Lt(_distorted(2, 4), _distorted(1, 4)),),
    hypotheses=(by_ratio(2, 1), by_ratio(2, 3)),
    source=project("reading of AX3.relative with all pairs counted"),
    refuted_if="A spectrum whose largest ratio is not where the sum over pairs is smallest.",
    counterexample=Counterexample(
        "Singular values 90, 45, 20, 18 have the ratios 2, 9/4, 10/9. The pair that only the first "
        "position has gives 0.444; those that only the second has give 0.307 + 0.227: the second turns "
        "more, though its ratio is larger.",
        spectrum(90, 45, 20, 18),
    ),
)


def _single(above_one: sp.Expr) -> sp.Expr:
    return (1 + above_one) / above_one**2


_both = excess_here + excess_there + excess_here * excess_there
_outer = _single(_both)
_turned_more = (excess_here - excess_there) * _both / (excess_here**2 * excess_there**2)
RELATIVE_THREE = Statement(
    id="AX3.relative-three",
    kind=Kind.THEOREM,
    title="Three modes: the larger ratio decides",
    says="Of the two positions of a window of three updates, a random distortion of the times turns that "
    "with the larger ratio the less.",
    content=(sp.Lt(_single(excess_here) + _outer, _single(excess_there) + _outer),),
    hypotheses=(sp.Gt(excess_here, excess_there),),
    source=project("repair of AX3.relative-sum"),
    refuted_if="Three singular values for which the sum over pairs is smaller at the smaller ratio.",
    amends="AX3.relative-sum",
    repair="The claim is made of three modes, where both positions have the same number of pairs.",
    derivations=(
        _less(
            _single(excess_here) + _outer,
            _single(excess_there) + _outer,
            _turned_more,
            "Both factors above the line are positive.",
            scope="W = 3",
        ),
    ),
)

STATEMENTS = (
    FIRST_ORDER,
    LEAN,
    TURN,
    ISOTROPIC,
    THREE,
    MIDDLE,
    ENDS,
    NULL_MODES,
    RELATIVE_SUM,
    RELATIVE_THREE,
)
