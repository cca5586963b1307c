"""The adiabatic parameter 𝒜: what each variant's unit is, and what leaves its value unchanged.

A number that decides between three regimes must not change when nothing but the units of measurement do.
Each variant is asked two things: is it a pure number, and what does it become when parameters, loss and
time are measured in other units along one and the same trajectory.

Symbols: an old unit of parameter, loss and time is ``c_theta``, ``c_L`` and ``c_t`` new ones; what
is measured in the new units carries a prime.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Start, Substitute
from ...statement import Kind, Statement
from ...units import LOSS, ONE, THETA, TIME
from ..notation import CURVATURE, NOTATION, eta, shift_norm, tau
from ..relations import equal
from ..sources import project, thesis

_s = NOTATION.symbol

A_v1 = _s("A_v1", ONE, "adiabatic parameter of the first version", r"\mathcal{A}_{v1}", nonnegative=True)
A_abs = _s("A_abs", ONE, "adiabatic parameter of the abstract", r"\mathcal{A}", nonnegative=True)
A_geo = _s("A_geo", ONE, "geometric adiabatic parameter", r"\mathcal{A}_{\mathrm{geo}}", nonnegative=True)
A_rate = _s(
    "A_rate", ONE, "turn of a window per relaxation", r"\mathcal{A}_{\mathrm{rate}}", nonnegative=True
)
A_unit = _s("A_unit", LOSS * TIME / THETA**2, "A_abs with its unit", r"\mathcal{A}_u", nonnegative=True)
kernel_speed = _s("Kdot", CURVATURE / TIME, "norm of the kernel's velocity", r"\|\dot{K}\|", nonnegative=True)
kernel_change = _s("DeltaK", CURVATURE, "norm of the kernel's change", r"\|\Delta K\|", nonnegative=True)
gap_kernel = _s("gap_K", CURVATURE, "gap between two eigenvalues of the kernel", "g_K", positive=True)
gram_change = _s("DeltaG", THETA**2, "Frobenius norm of the change of G", r"\|\Delta G\|_F", nonnegative=True)
gap_sigma = _s("gap_sigma", THETA, "gap between the singular values at k*", r"g_\sigma", positive=True)
gap_lambda = _s("gap_lambda", THETA**2, "gap between the eigenvalues of S at k*", r"g_\lambda", positive=True)
sigma_low = _s("sigma_low", THETA, "singular value just below the gap", r"\sigma_{k^*+1}", positive=True)
eta_adam = _s("eta_adam", THETA / TIME, "learning rate of a normalised step", r"\hat{\eta}", positive=True)
curvature_gap = _s("h_gap", CURVATURE, "difference of the curvatures at the gap", r"\Delta h", positive=True)
c_theta = _s("c_theta", ONE, "new units of parameter in an old one", r"c_\theta", positive=True)
c_loss = _s("c_L", ONE, "new units of loss in an old one", "c_L", positive=True)
c_time = _s("c_t", ONE, "new units of time in an old one", "c_t", positive=True)
A_v1_new = _s("A_v1_new", ONE, "A_v1 in the new units", r"\mathcal{A}_{v1}'", nonnegative=True)
A_geo_new = _s("A_geo_new", ONE, "A_geo in the new units", r"\mathcal{A}_{\mathrm{geo}}'", nonnegative=True)
A_rate_new = _s(
    "A_rate_new", ONE, "A_rate in the new units", r"\mathcal{A}_{\mathrm{rate}}'", nonnegative=True
)
A_unit_new = _s(
    "A_unit_new", LOSS * TIME / THETA**2, "A_unit in the new units", r"\mathcal{A}_u'", nonnegative=True
)


_REMEASURED = {
    symbol: scale * symbol
    for symbol, scale in {
        kernel_speed: c_loss / (c_theta**2 * c_time),
        gap_kernel: c_loss / c_theta**2,
        eta: c_theta**2 / (c_loss * c_time),
        gram_change: c_theta**2,
        shift_norm: c_theta**2,
        gap_sigma: c_theta,
        gap_lambda: c_theta**2,
        curvature_gap: c_loss / c_theta**2,
        tau: c_time,
    }.items()
}
"""Each quantity's number in the new units, by the power of the scales that its unit dictates."""


def _invariance(definition: str, name: sp.Expr, new: sp.Expr, form: sp.Expr) -> Derivation:
    """The definition in the new units, where all scales cancel, is the definition in the old ones."""
    return Derivation(
        (
            Start(
                using=definition,
                where={name: new} | {s: _REMEASURED[s] for s in sorted(form.free_symbols, key=str)},
                to=equal(new, form),
                says="The definition in the new units; all scale factors cancel.",
            ),
            Substitute(
                using=definition, to=equal(new, name), says="What is left is the definition in the old units."
            ),
        )
    )


_v1 = kernel_speed / (eta * gap_kernel**2)
_abs = gram_change / (eta * gap_sigma**2)
_geo = shift_norm / gap_lambda
_abs_scale = c_loss * c_time / c_theta**2
_rate = shift_norm / (tau * eta * curvature_gap * gap_lambda)

V1 = Statement(
    id="S5.v1",
    kind=Kind.DEFINITION,
    title="Adiabatic parameter of the tangent kernel",
    says="The speed of the kernel over learning rate and squared gap of the kernel: a pure number.",
    content=(equal(A_v1, _v1),),
    source=thesis("definition of 𝒜; norm and gap are not fixed", "v1"),
    generic=((A_v1, kernel_speed), (eta,), (gap_kernel,)),
)
V1_SAME = Statement(
    id="S5.v1-invariance",
    kind=Kind.THEOREM,
    title="The kernel's 𝒜 does not depend on any unit",
    says="Measuring parameters, loss and time in other units leaves 𝒜 of the first version as it is.",
    content=(equal(A_v1_new, A_v1),),
    source=project("invariance of S5.v1"),
    refuted_if="On one run, rescaled loss, parameters or time give another value.",
    derivations=(_invariance("S5.v1", A_v1, A_v1_new, _v1),),
)
V1_RECORD = Statement(
    id="S5.v1-record",
    kind=Kind.DEFINITION,
    title="The kernel's 𝒜 with the change between two records",
    says="Read with the kernel's change between two records in place of its rate, 𝒜 carries a unit of time.",
    content=(equal(A_v1, kernel_change / (eta * gap_kernel**2)),),
    source=thesis("a reading of ‖K̇‖ as the difference of two recorded kernels", "v1"),
)
V1_RECORD_AMENDED = Statement(
    id="S5.v1-record-amended",
    kind=Kind.DEFINITION,
    title="The kernel's 𝒜 from two records",
    says="The change between two records is divided by the time between them.",
    content=(equal(A_v1, kernel_change / (tau * eta * gap_kernel**2)),),
    source=project("repair of S5.v1-record"),
    amends="S5.v1-record",
    repair="Divide by the stride τ: this gives the missing unit 1/t.",
)
DRIFT = Statement(
    id="D.kernel-drift",
    kind=Kind.DEFINITION,
    title="A kernel that moves at constant speed",
    says="Between two records the kernel moves by its speed times the stride.",
    content=(equal(kernel_change, tau * kernel_speed),),
    source=project("definition: first order in the stride"),
)
V1_STRIDE = Statement(
    id="S5.v1-stride",
    kind=Kind.THEOREM,
    title="The kernel's 𝒜 does not depend on the stride",
    says="While the kernel moves at constant speed, 𝒜 from two records has the same value for every stride.",
    content=(equal(A_v1, _v1),),
    source=project("invariance of S5.v1-record-amended"),
    refuted_if="On a kernel that moves at constant speed, two strides give two values.",
    uses=("D.kernel-drift",),
    derivations=(
        Derivation(
            (
                Start(
                    using="S5.v1-record-amended",
                    to=equal(A_v1, kernel_change / (tau * eta * gap_kernel**2)),
                    says="𝒜 from two records.",
                ),
                Substitute(using="D.kernel-drift", to=equal(A_v1, _v1), says="The stride cancels."),
            )
        ),
    ),
)

ABSTRACT = Statement(
    id="S5.abs",
    kind=Kind.DEFINITION,
    title="Adiabatic parameter of the abstract",
    says="The change of the Gram matrix over learning rate and squared gap of singular values, as a number.",
    content=(equal(A_abs, _abs),),
    source=thesis("abstract: definition of 𝒜 by updates, g a gap of singular values"),
)
ABSTRACT_EIGEN = Statement(
    id="S5.abs-eigen",
    kind=Kind.DEFINITION,
    title="The same with a gap of eigenvalues",
    says="With the gap between eigenvalues of the window the abstract's 𝒜 is no pure number either.",
    content=(equal(A_abs, gram_change / (eta * gap_lambda**2)),),
    source=thesis("abstract: definition of 𝒜, g read as a gap of eigenvalues"),
)
ABSTRACT_ADAM = Statement(
    id="S5.abs-adam",
    kind=Kind.DEFINITION,
    title="The same with the learning rate of a normalising optimizer",
    says="With a learning rate in parameters per step (Adam, sign descent) it is no pure number either.",
    content=(equal(A_abs, gram_change / (eta_adam * gap_sigma**2)),),
    source=thesis("abstract: definition of 𝒜, as it would be computed on the source's AdamW runs"),
)
ABSTRACT_UNIT = Statement(
    id="D.abs-unit",
    kind=Kind.DEFINITION,
    title="The abstract's 𝒜 with the unit that it has",
    says="The same expression as a quantity with the unit of an inverse learning rate.",
    content=(equal(A_unit, _abs),),
    source=project("definition: makes it possible to speak of S5.abs at all"),
    generic=((A_unit, gram_change, eta, gap_sigma),),
)
_abs_new = _abs.xreplace(_REMEASURED)
_one = sp.Integer(1)
ABSTRACT_SAME = Statement(
    id="S5.abs-invariance",
    kind=Kind.THEOREM,
    title="The abstract's 𝒜 is a property of the trajectory",
    says="Measuring parameters, loss and time in other units leaves the number of the abstract as it is.",
    content=(equal(A_unit_new, A_unit),),
    hypotheses=(equal(A_unit, _abs), equal(A_unit_new, _abs_new)),
    source=project("what the three regimes of the source presuppose"),
    refuted_if="Exact numbers at which the two sides differ.",
    counterexample=Counterexample(
        "Measure the loss in halves of its unit (c_L = 2): the updates are the same, the learning rate that "
        "produces them is half as large, and 𝒜 doubles from 1 to 2.",
        {c_theta: _one, c_loss: sp.Integer(2), c_time: _one, gram_change: _one, gap_sigma: _one, eta: _one}
        | {A_unit: _one, A_unit_new: sp.Integer(2)},
    ),
)
ABSTRACT_SCALES = Statement(
    id="S5.abs-scaling",
    kind=Kind.THEOREM,
    title="The abstract's 𝒜 scales like the inverse learning rate",
    says="In a unit of loss, or of time, that is c times smaller it is c times larger; in a unit of "
    "parameter that is c times smaller, c² times smaller. One trajectory can be given any value and regime.",
    content=(equal(A_unit_new, _abs_scale * A_unit),),
    source=project("scaling of S5.abs"),
    refuted_if="A run measured in other units gives another factor.",
    amends="S5.abs-invariance",
    repair="It is a property of the trajectory and of the units; this is how it depends on them.",
    derivations=(
        Derivation(
            (
                Start(
                    using="D.abs-unit",
                    where={A_unit: A_unit_new}
                    | {s: _REMEASURED[s] for s in sorted(_abs.free_symbols, key=str)},
                    to=equal(A_unit_new, _abs_scale * _abs),
                    says="The definition in the new units.",
                ),
                Substitute(
                    using="D.abs-unit",
                    to=equal(A_unit_new, _abs_scale * A_unit),
                    says="The rest is the definition in the old units.",
                ),
            )
        ),
    ),
)

GEO = Statement(
    id="S5.geo",
    kind=Kind.DEFINITION,
    title="Geometric adiabatic parameter",
    says="The change of the window in parameter space over the gap of its eigenvalues at k*: a pure number.",
    content=(equal(A_geo, _geo),),
    source=project("candidate for windows of updates; nearest to S5.abs that needs no learning rate"),
    generic=((A_geo, shift_norm, gap_lambda),),
    amends="S5.abs",
    repair="The learning rate goes, and the squared gap of singular values becomes the gap of eigenvalues, "
    "which has the unit of the change. It no longer holds a rate against a rate: it measures how far the "
    "window's modes turn in one record.",
)
GEO_SAME = Statement(
    id="S5.geo-invariance",
    kind=Kind.THEOREM,
    title="𝒜_geo does not depend on any unit",
    says="Measuring parameters, loss and time in other units leaves 𝒜_geo as it is; learning rate and loss "
    "do not enter at all, so equal trajectories have equal values.",
    content=(equal(A_geo_new, A_geo),),
    source=project("invariance of S5.geo"),
    refuted_if="A rescaled trajectory gives another value.",
    derivations=(_invariance("S5.geo", A_geo, A_geo_new, _geo),),
)
RATE = Statement(
    id="S5.rate",
    kind=Kind.DEFINITION,
    title="𝒜_geo per relaxation",
    says="𝒜_geo per record, over the difference of the decay rates of the two modes in the same time: the "
    "counterpart for windows of the kernel's 𝒜. It needs the curvatures at the gap.",
    content=(equal(A_rate, _rate),),
    source=project("the amendment of S5.abs that keeps the learning rate"),
    generic=((A_rate, shift_norm, tau, eta, curvature_gap, gap_lambda),),
    amends="S5.abs-eigen",
    repair="The learning rate is kept, and multiplied by what makes it a rate: the difference of the two "
    "curvatures and the stride. One gap of the window remains in the denominator.",
)
RATE_SAME = Statement(
    id="S5.rate-invariance",
    kind=Kind.THEOREM,
    title="𝒜_geo per relaxation does not depend on any unit",
    says="Measuring parameters, loss and time in other units leaves it as it is.",
    content=(equal(A_rate_new, A_rate),),
    source=project("invariance of S5.rate"),
    refuted_if="A rescaled trajectory gives another value.",
    derivations=(_invariance("S5.rate", A_rate, A_rate_new, _rate),),
)

GAPS = Statement(
    id="D.window-gaps",
    kind=Kind.DEFINITION,
    title="The two gaps of a window",
    says="The gap of the eigenvalues at k* by that of the singular values.",
    content=(equal(gap_lambda, (sigma_low + gap_sigma) ** 2 - sigma_low**2),),
    source=thesis("definition of the gap; both are in use"),
)
GEO_SMALLER = Statement(
    id="S5.geo-ratio",
    kind=Kind.THEOREM,
    title="Leaving out the learning rate alone overstates the rotation",
    says="The change of the window over the squared gap of singular values, the other pure number near the "
    "abstract's, is never smaller than 𝒜_geo.",
    content=(sp.Le(A_geo, shift_norm / gap_sigma**2),),
    source=project("comparison of two repairs of S5.abs; the factor is (σ + σ')/(σ − σ') at the gap"),
    refuted_if="A window with the opposite order.",
    uses=("S5.geo", "D.window-gaps"),
    derivations=(
        Derivation(
            (
                Start(using="S5.geo", to=equal(A_geo, _geo), says="The definition."),
                Substitute(
                    using="D.window-gaps",
                    to=equal(A_geo, shift_norm / (gap_sigma * (2 * sigma_low + gap_sigma))),
                    says="The gap of eigenvalues is the gap of singular values times their sum.",
                ),
                Bound(
                    to=sp.Le(A_geo, shift_norm / gap_sigma**2),
                    certificate=2 * shift_norm * sigma_low / (gap_sigma**2 * (2 * sigma_low + gap_sigma)),
                    says="Leave out twice the lower singular value.",
                ),
            )
        ),
    ),
)

STATEMENTS = (
    V1, V1_SAME, V1_RECORD, V1_RECORD_AMENDED, DRIFT, V1_STRIDE,
    ABSTRACT, ABSTRACT_EIGEN, ABSTRACT_ADAM, ABSTRACT_UNIT, ABSTRACT_SAME, ABSTRACT_SCALES,
    GEO, GEO_SAME, RATE, RATE_SAME, GAPS, GEO_SMALLER,
)  # fmt: skip
