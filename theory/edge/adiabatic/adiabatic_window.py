"""𝒜_geo of a window with two modes: what it says of their rotation, and what it does not.

Two eigenvalues with the gap ``g`` before and ``g'`` after one record, eigenvectors turned by the angle ψ; the
trace may change too. How an angle follows from 𝒜_geo in general is the matter of the statements W5.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Expand, Identity, Rewrite, Start, Substitute
from ...statement import Kind, Statement
from ...units import ONE, THETA, TIME
from ..notation import NOTATION, shift_norm, tau
from ..relations import equal
from ..sources import project, thesis
from .adiabatic_units import A_geo, gap_lambda

_s = NOTATION.symbol

sine = _s("sin_psi", ONE, "sine of the angle by which the window's modes turn in one record", r"\sin\psi")
cosine = _s("cos_psi", ONE, "cosine of that angle", r"\cos\psi")
cosine_2 = _s("cos_psi_2", ONE, "squared cosine of that angle", r"\cos^2\psi", nonnegative=True)
stride = _s("stride", TIME, "any duration between two records", r"\theta", running=True, positive=True)
by_stride = NOTATION.function(
    "A_geo_2", ONE, "squared 𝒜_geo at a given stride", r"\mathcal{A}_{\mathrm{geo}}^2"
)
spin = _s("spin_S", ONE / TIME, "steady turning rate of the window's modes", r"\dot{\psi}", positive=True)
gap_after = _s("gap_after", THETA**2, "gap of the window's eigenvalues after the record", "g'", positive=True)
trace_step = _s(
    "trace_step", THETA**2, "change of the window's trace in one record", r"\Delta\operatorname{tr}S"
)


_geo = shift_norm / gap_lambda
_general = trace_step**2 / 2 + (gap_after - gap_lambda) ** 2 / 2 + 2 * gap_lambda * gap_after * sine**2
_cosine_2 = 1 - 2 * sine**2
_along = gap_after * _cosine_2 / 2 - gap_lambda / 2
_entries = (trace_step / 2 + _along) ** 2 + (trace_step / 2 - _along) ** 2
_across = 2 * gap_after**2 * sine**2 * (1 - sine**2)
ENTRIES = Statement(
    id="D.window-entries",
    kind=Kind.DEFINITION,
    title="Change of a window with two modes, entry by entry",
    says="Before, S is diagonal with half the trace plus and minus half the gap; after, it is such a matrix "
    "turned by ψ. Two entries on the diagonal, and twice the one off it.",
    content=(equal(shift_norm**2, _entries + _across),),
    source=project("definition: Frobenius norm of the difference"),
)
CHANGE = Statement(
    id="S5.window-change",
    kind=Kind.THEOREM,
    title="Change of a window by trace, gap and angle",
    says="The three contributions to the squared norm of the change do not mix.",
    content=(equal(shift_norm**2, _general),),
    source=project("section on 𝒜: what 𝒜_geo is made of"),
    refuted_if="Two symmetric 2 × 2 matrices with another distance.",
    uses=("D.window-entries",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.window-entries",
                    to=equal(shift_norm**2, _entries + _across),
                    says="Entry by entry.",
                ),
                Rewrite(to=equal(shift_norm**2, _general), says="Multiply out."),
            )
        ),
    ),
)
TURN_ONLY = Statement(
    id="A.window-turns",
    kind=Kind.ASSUMPTION,
    title="A window that turns and does nothing else",
    says="Trace and gap are the same after the record.",
    content=(equal(trace_step, 0), equal(gap_after, gap_lambda)),
    source=project("assumption"),
)
_turn = equal(A_geo**2, 2 * sine**2)
TURN = Statement(
    id="S5.geo-turn",
    kind=Kind.THEOREM,
    title="𝒜_geo of a window that turns",
    says="𝒜_geo is √2 times the sine of the angle: for a window that only turns it measures the angle.",
    content=(_turn,),
    source=project("section on 𝒜: what 𝒜_geo measures"),
    refuted_if="A symmetric 2 × 2 matrix turned by a known angle gives another value.",
    uses=("D.window-entries",),
    amends="S5.geo-rotates",
    repair="Of a window whose strengths do not change.",
    derivations=(
        Derivation(
            (
                Identity(to=equal(A_geo**2, A_geo**2), says="The square of 𝒜_geo."),
                Substitute(using="S5.geo", to=equal(A_geo**2, _geo**2), says="The definition."),
                Substitute(
                    using="S5.window-change",
                    to=equal(A_geo**2, _general / gap_lambda**2),
                    says="The change by trace, gap and angle.",
                ),
                Substitute(
                    using="A.window-turns",
                    to=equal(A_geo**2, _general.xreplace({trace_step: sp.Integer(0)}) / gap_lambda**2),
                    says="The trace stays.",
                ),
                Substitute(using="A.window-turns", part=1, to=_turn, says="So does the gap; it cancels."),
            )
        ),
    ),
)
COSINE = Statement(
    id="D.window-cosine",
    kind=Kind.DEFINITION,
    title="Sine and cosine of the angle",
    says="Their squares add up to one.",
    content=(equal(sine**2, 1 - cosine_2),),
    source=project("definition"),
)
TURN_BOUND = Statement(
    id="S5.geo-turn-bound",
    kind=Kind.THEOREM,
    title="Turning alone never makes 𝒜_geo large",
    says="A window of two modes that turns only has 𝒜_geo ≤ √2, whatever the angle: 𝒜_geo ≫ 1 needs "
    "strengths that change, or modes beyond the two at the gap.",
    content=(sp.Le(A_geo**2, 2),),
    source=project("section on 𝒜: range of 𝒜_geo"),
    refuted_if="A symmetric 2 × 2 matrix turned by some angle exceeds it.",
    uses=("D.window-cosine",),
    derivations=(
        Derivation(
            (
                Start(using="S5.geo-turn", to=_turn, says="𝒜_geo by the angle."),
                Substitute(
                    using="D.window-cosine", to=equal(A_geo**2, 2 - 2 * cosine_2), says="By the cosine."
                ),
                Bound(to=sp.Le(A_geo**2, 2), certificate=2 * cosine_2, says="Leave the cosine out."),
            )
        ),
    ),
)
STEADY = Statement(
    id="D.window-spin",
    kind=Kind.DEFINITION,
    title="Steady turning between records",
    says="In a stride τ the modes turn by the turning rate times τ; so they do in any other.",
    content=(
        equal(sine, sp.sin(spin * tau)),
        equal(by_stride(stride), 2 * sp.sin(spin * stride) ** 2),
    ),
    source=project("definition"),
    witness={spin: sp.Rational(1, 2), tau: sp.Integer(1)},
)
_short = 2 * spin**2 * stride**2 + sp.Order(stride**4)
STRIDE = Statement(
    id="S5.geo-stride",
    kind=Kind.THEOREM,
    title="𝒜_geo is proportional to the stride",
    says="For short strides the squared 𝒜_geo of a window that turns steadily is 2(ψ̇τ)², with a remainder "
    "of fourth order: 𝒜_geo is an angle per record, not a ratio of two rates.",
    content=(equal(A_geo**2, by_stride(tau)), equal(by_stride(stride), _short)),
    source=project("section on 𝒜: stride"),
    refuted_if="A window that turns steadily, recorded at two strides, gives another ratio.",
    uses=("D.window-spin",),
    amends="S5.geo-any-stride",
    repair="It is proportional to the stride, for short strides.",
    derivations=(
        Derivation(
            (
                Start(using="S5.geo-turn", to=_turn, says="𝒜_geo by the angle."),
                Substitute(
                    using="D.window-spin",
                    to=equal(A_geo**2, 2 * sp.sin(spin * tau) ** 2),
                    says="The angle by the stride.",
                ),
                Substitute(
                    using="D.window-spin",
                    part=1,
                    where={stride: tau},
                    to=equal(A_geo**2, by_stride(tau)),
                    says="So it would be at any stride.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(using="D.window-spin", part=1, to=STEADY.content[1], says="𝒜_geo by the stride."),
                Expand(by=stride, to=equal(by_stride(stride), _short), says="About a stride of zero."),
            ),
            part=1,
        ),
    ),
)
_fifth = sp.Rational(1, 5)
SAME_STRIDE = Statement(
    id="S5.geo-any-stride",
    kind=Kind.THEOREM,
    title="𝒜_geo does not depend on the stride",
    says="A window that turns steadily has the same 𝒜_geo at a stride and at twice that stride.",
    content=(equal(2 * sine**2, 2 * (2 * sine * cosine) ** 2),),
    hypotheses=(equal(sine**2 + cosine**2, 1),),
    source=project("what a threshold on 𝒜_geo that is used at several strides presupposes"),
    refuted_if="Exact numbers at which the two values differ.",
    counterexample=Counterexample(
        "The modes turn by the angle of the 3-4-5 triangle in one stride (sine 3/5): squared 𝒜_geo is 18/25. "
        "In two strides they turn by twice that (sine 24/25): it is 1152/625.",
        {sine: 3 * _fifth, cosine: 4 * _fifth},
    ),
)
ROTATES = Statement(
    id="S5.geo-rotates",
    kind=Kind.THEOREM,
    title="𝒜_geo above one shows that modes turn",
    says="If a window of two modes has 𝒜_geo > 1, its modes have turned.",
    content=(sp.Gt(sine**2, 0),),
    hypotheses=(sp.Gt(A_geo, 1), equal(A_geo * gap_lambda, shift_norm), equal(shift_norm**2, _general)),
    source=thesis("𝒜 ~ 1 and above as the sign of a reorganisation, read for 𝒜_geo"),
    refuted_if="Exact numbers at which 𝒜_geo exceeds one and no mode has turned.",
    counterexample=Counterexample(
        "Eigenvalues (2, 1) become (4, 2): the change is diag(2, 1), of norm √5, and the gap was 1, so 𝒜_geo "
        "= √5; the directions are the same.",
        {sine: sp.Integer(0), gap_lambda: sp.Integer(1), gap_after: sp.Integer(2), trace_step: sp.Integer(3)}
        | {shift_norm: sp.sqrt(5), A_geo: sp.sqrt(5)},
    ),
)

STATEMENTS = (
    ENTRIES, CHANGE, TURN_ONLY, TURN, COSINE, TURN_BOUND, STEADY, STRIDE, SAME_STRIDE, ROTATES,
)  # fmt: skip
