"""How the residual follows a slowly turning mode: two modes.

``p = c₁/c₂`` is the amplitude of the fast mode over that of the slow one: the tangent of the angle between
the residual and the slow mode. It obeys a Riccati equation and relaxes to the mixing P.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import (
    Bound,
    Derivation,
    Differentiate,
    Rearrange,
    Rewrite,
    SolveFlow,
    Start,
    Substitute,
)
from ...statement import Kind, Statement
from ...system import System
from ...units import ONE
from ..kernel.exceptional_point import gamma, mixing, w_c
from ..kernel.kernel_speed import w
from ..kernel.rotating_kernel import ROOT_LOSS, c
from ..notation import NOTATION, t
from ..relations import equal, rate_of
from ..sources import project

_f = NOTATION.function

slow = _f("c_slow", ROOT_LOSS, "slow amplitude, where it never vanishes", r"c_2", nonzero=True)
ratio = _f("p_K", ONE, "fast over slow amplitude", "p")
deviation = _f("dev_K", ONE, "fast over slow amplitude, less the mixing", "d")
inverse = _f("inv_K", ONE, "inverse of that deviation, which never vanishes", "z", nonzero=True)


_c1, _c2, _p, _d, _z = c(1, t), c(2, t), ratio(t), deviation(t), inverse(t)
_flow_1, _flow_2 = -(gamma + w_c) * _c1 + w * _c2, -(gamma - w_c) * _c2 - w * _c1

RATIO = Statement(
    id="D.mode-ratio",
    kind=Kind.DEFINITION,
    title="Fast over slow amplitude",
    says="The tangent of the angle between the residual and the slow mode, while the slow amplitude is not zero.",
    content=(equal(_p, _c1 / _c2), equal(slow(t), _c2)),
    source=project("definition"),
)
_riccati = w * (1 + _p**2) - 2 * w_c * _p
RICCATI = Statement(
    id="S5.riccati",
    kind=Kind.THEOREM,
    title="The ratio of two amplitudes obeys a Riccati equation",
    says="The rotation feeds the ratio, the difference of the decay rates damps it.",
    content=(equal(rate_of(_p), _riccati),),
    source=project("section on 𝒜: mode following"),
    refuted_if="The ratio of integrated amplitudes leaves it.",
    uses=("D.mode-ratio",),
    derivations=(
        Derivation(
            (
                Start(using="D.mode-ratio", to=equal(_p, _c1 / _c2), says="The definition."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_p), (rate_of(_c1) * _c2 - _c1 * rate_of(_c2)) / _c2**2),
                    says="A quotient.",
                ),
                Substitute(
                    using="S5.two-modes",
                    to=equal(rate_of(_p), (_flow_1 * _c2 - _c1 * rate_of(_c2)) / _c2**2),
                    says="The first flow.",
                ),
                Substitute(
                    using="S5.two-modes",
                    part=1,
                    to=equal(rate_of(_p), (_flow_1 * _c2 - _c1 * _flow_2) / _c2**2),
                    says="The second flow.",
                ),
                Substitute(
                    using="D.mode-ratio", to=equal(rate_of(_p), _riccati), says="Only the ratio is left."
                ),
            )
        ),
    ),
)
_factors = w * (_p - mixing) * (_p - 1 / mixing)
FACTORED = Statement(
    id="S5.following",
    kind=Kind.THEOREM,
    title="Where the ratio comes to rest",
    says="The ratio rests at P and at 1/P; between them it falls, below P it rises: P attracts, 1/P repels.",
    content=(equal(rate_of(_p), _factors),),
    source=project("section on 𝒜: mode following below the exceptional point"),
    refuted_if="The ratio of integrated amplitudes comes to rest elsewhere.",
    uses=("D.mode-ratio", "D.mixing"),
    derivations=(
        Derivation(
            (
                Start(using="S5.riccati", to=equal(rate_of(_p), _riccati), says="The Riccati equation."),
                Substitute(
                    using="D.mixing",
                    to=equal(rate_of(_p), _factors),
                    says="Its two roots have the product one.",
                ),
            )
        ),
    ),
)
DEVIATION = Statement(
    id="D.deviation",
    kind=Kind.DEFINITION,
    title="Deviation from rest",
    says="The ratio less the mixing, and its inverse.",
    content=(equal(_p, mixing + _d), equal(_d, 1 / _z)),
    source=project("definition"),
    uses=("D.mode-ratio",),
)
_two_rho = w * (1 / mixing - mixing)
_bernoulli = -_two_rho * _d + w * _d**2
RELAXATION = Statement(
    id="S5.relaxation",
    kind=Kind.THEOREM,
    title="The ratio relaxes at the difference of the two decay rates",
    says="The deviation decays at 2ρ = w(1/P − P), the distance of the two decay rates, which is zero at the "
    "exceptional point; the one term beside it is quadratic.",
    content=(equal(rate_of(_d), _bernoulli),),
    source=project("section on 𝒜: relaxation"),
    refuted_if="The deviation of integrated amplitudes decays at another rate.",
    uses=("D.deviation",),
    derivations=(
        Derivation(
            (
                Start(using="S5.following", to=equal(rate_of(_p), _factors), says="The ratio."),
                Substitute(
                    using="D.deviation",
                    to=equal(rate_of(_d), w * _d * (mixing + _d - 1 / mixing)),
                    says="Measured from rest; P is constant.",
                ),
                Rewrite(to=equal(rate_of(_d), _bernoulli), says="Gather powers of the deviation."),
            )
        ),
    ),
)
SLOWER = Statement(
    id="S5.relaxation-bound",
    kind=Kind.THEOREM,
    title="From below, the ratio relaxes at least at that rate",
    says="The quadratic term only pushes upwards: a ratio that starts below P closes in at the rate 2ρ or "
    "faster, and never gets beyond P.",
    content=(sp.Ge(rate_of(_d), -_two_rho * _d),),
    source=project("section on 𝒜: relaxation, with the constant"),
    refuted_if="The deviation of integrated amplitudes that start below P decays slower.",
    uses=("D.deviation",),
    derivations=(
        Derivation(
            (
                Start(using="S5.relaxation", to=equal(rate_of(_d), _bernoulli), says="The deviation."),
                Bound(
                    to=sp.Ge(rate_of(_d), -_two_rho * _d),
                    certificate=w * _d**2,
                    says="A square is not negative.",
                ),
            )
        ),
    ),
)
_rest = mixing / (1 - mixing**2)
_inverse_flow = _two_rho * _z - w
_inverse_now = _rest + (inverse(0) - _rest) * sp.exp(_two_rho * t)
CLOSED = Statement(
    id="S5.ratio-closed",
    kind=Kind.THEOREM,
    title="Closed form of the ratio",
    says="The inverse of the deviation moves exponentially at the rate 2ρ away from P/(1 − P²).",
    content=(equal(_z, _inverse_now),),
    source=project("section on 𝒜: solution of the Riccati equation"),
    refuted_if="The ratio of integrated amplitudes leaves it.",
    uses=("D.deviation",),
    derivations=(
        Derivation(
            (
                Start(using="S5.relaxation", to=equal(rate_of(_d), _bernoulli), says="The deviation."),
                Substitute(
                    using="D.deviation",
                    part=1,
                    to=equal(-rate_of(_z) / _z**2, -_two_rho / _z + w / _z**2),
                    says="By its inverse.",
                ),
                Rearrange(times=-(_z**2), to=equal(rate_of(_z), _inverse_flow), says="This is linear."),
                SolveFlow(unknown=_z, by=t, to=equal(_z, _inverse_now), says="Solve it."),
            )
        ),
    ),
)

STATEMENTS = (
    RATIO, RICCATI, FACTORED, DEVIATION, RELAXATION, SLOWER, CLOSED,
)  # fmt: skip


def following_system() -> System:
    """The Riccati equation of the ratio, read off S5.riccati: state p, parameters w and w_c [1/t]."""
    state = sp.Symbol("p", real=True)
    return System("mode following", t, (state,), (w, w_c), (RICCATI.content[0].rhs.xreplace({_p: state}),))
