"""Which of two modes is learned first. That it is the stronger one is true of one question, not of another."""

from __future__ import annotations

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import (
    Bound,
    Derivation,
    Differentiate,
    Identity,
    Rearrange,
    Rewrite,
    Start,
    Substitute,
    TakeLimit,
)
from ..statement import Kind, Statement
from ..units import TIME
from .alignment import s_1, s_2
from .notation import NOTATION, STRENGTH, equal, s, t, tau, u
from .plateau import e, kappa, plateau
from .sources import project, reading, saxe

_s, _f = NOTATION.symbol, NOTATION.function

u_0 = _s("u_0", STRENGTH, "initial strength of both modes", positive=True)
u_1 = _f("u_1", STRENGTH, "strength of the first mode", positive=True)
u_2 = _f("u_2", STRENGTH, "strength of the second mode", positive=True)
plateau_1 = _f("T_plateau1", TIME, "time to learn half of the first mode", r"T_{\mathrm{plateau},1}")
plateau_2 = _f("T_plateau2", TIME, "time to learn half of the second mode", r"T_{\mathrm{plateau},2}")
target = _s("sigma", STRENGTH, "any target strength", running=True, positive=True)
half_of = _f("T_sigma", TIME, "time to learn half of a target, from the one initial strength", r"T_{\sigma}")

_stronger = sp.Gt(s_1, s_2, evaluate=False)
_rising = sp.Gt(s_2, u_0, evaluate=False)


def _half_time(strength: sp.Expr) -> sp.Expr:
    return tau / (2 * strength) * sp.log((strength - u_0) / u_0)


FIRST = Statement(
    id="O.half",
    kind=Kind.THEOREM,
    title="Stronger modes are half learned first, as often quoted",
    says="Of two modes with the same initial strength, the one with the stronger target has half of its "
    "target learned first.",
    content=(sp.Lt(_half_time(s_1), _half_time(s_2), evaluate=False),),
    hypotheses=(_stronger, _rising),
    source=reading("modes are learned in the order of their strengths"),
    refuted_if="Two modes with one initial strength reach half of their targets in the other order.",
    counterexample=Counterexample(
        says="From the initial strength 1, a mode with target 2 has half of it at once; a mode with target 3 "
        "needs the time τ/6·ln 2 to come to 3/2.",
        values={u_0: sp.Integer(1), s_1: sp.Integer(3), s_2: sp.Integer(2), tau: sp.Integer(1)},
    ),
)
SAME_START = Statement(
    id="A.same-start",
    kind=Kind.ASSUMPTION,
    title="One initial strength",
    says="Both modes start with the same strength.",
    content=(equal(u_1(0), u_0), equal(u_2(0), u_0)),
    source=saxe("small equal initial strengths"),
)


def _reciprocal(strength: sp.Expr, initial: sp.Expr) -> sp.Expr:
    return 1 / strength + (1 / initial - 1 / strength) * sp.exp(-2 * strength * t / tau)


_modes = ((s_1, u_1, 0), (s_2, u_2, 1))
FROM_ONE_START = Statement(
    id="O.trajectories",
    kind=Kind.THEOREM,
    title="Two trajectories from one start",
    says="The reciprocals of both strengths, in closed form.",
    content=tuple(equal(1 / mode(t), _reciprocal(strength, u_0)) for strength, mode, _ in _modes),
    source=project("step towards O.half-amended"),
    refuted_if="A step of its derivation fails.",
    uses=("A.same-start",),
    derivations=tuple(
        Derivation(
            (
                Start(
                    using="T.reciprocal-closed",
                    part=1,
                    where={s: strength, u: mode},
                    to=equal(1 / mode(t), _reciprocal(strength, mode(0))),
                    says="The trajectory of the mode.",
                ),
                Substitute(
                    using="A.same-start",
                    part=part,
                    to=equal(1 / mode(t), _reciprocal(strength, u_0)),
                    says="It starts at u₀.",
                ),
            ),
            part=part,
        )
        for strength, mode, part in _modes
    ),
)

_both = u_1(t) * u_2(t)
_kept_1, _kept_2 = sp.exp(-2 * s_1 * t / tau), sp.exp(-2 * s_2 * t / tau)
_sooner = 2 * sp.exp(-(s_1 + s_2) * t / tau) * sp.sinh((s_1 - s_2) * t / tau)
_forgotten = 2 * sp.exp(-s_1 * t / tau) * sp.sinh(s_1 * t / tau)
DECAYS = Statement(
    id="O.decays",
    kind=Kind.THEOREM,
    title="Differences of exponentials, with their signs in sight",
    says="What the weaker mode still keeps of its start beyond the stronger one, and what the stronger has lost.",
    content=(equal(_kept_2 - _kept_1, _sooner), equal(1 - _kept_1, _forgotten)),
    source=project("step towards O.half-amended"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (Identity(to=equal(_kept_2 - _kept_1, _sooner), says="By the definition of sinh."),), part=0
        ),
        Derivation((Identity(to=equal(1 - _kept_1, _forgotten), says="By the definition of sinh."),), part=1),
    ),
)


def _lead(sooner: sp.Expr, forgotten: sp.Expr) -> sp.Expr:
    return _both * (sooner * ((s_2 - u_0) / (s_2 * u_0)) + forgotten * ((s_1 - s_2) / (s_1 * s_2)))


def _ahead(second: sp.Expr, first: sp.Expr) -> sp.Basic:
    """The lead of the first mode, by the reciprocals of both strengths."""
    return equal(u_1(t), u_2(t) + _both * (second - first))


AHEAD = Statement(
    id="O.half-amended",
    kind=Kind.THEOREM,
    title="Stronger modes are ahead at all times",
    says="Of two modes with the same initial strength, the one with the stronger target is the stronger at "
    "every later time; so it comes first to every strength that both reach.",
    content=(sp.Gt(u_1(t), u_2(t), evaluate=False),),
    hypotheses=(sp.Gt(t, 0, evaluate=False), _stronger, _rising),
    source=project("repair of O.half"),
    refuted_if="A step fails, or the integrated strength of the weaker mode is ahead at some time.",
    uses=("A.same-start",),
    amends="O.half",
    repair="Strengths are compared with each other, not each with its own target. Half of a weak target can "
    "be known from the start.",
    derivations=(
        Derivation(
            (
                Identity(to=_ahead(1 / u_2(t), 1 / u_1(t)), says="The lead, by reciprocals."),
                Substitute(
                    using="O.trajectories",
                    part=1,
                    to=_ahead(_reciprocal(s_2, u_0), 1 / u_1(t)),
                    says="The trajectory of the weaker mode,",
                ),
                Substitute(
                    using="O.trajectories",
                    to=_ahead(_reciprocal(s_2, u_0), _reciprocal(s_1, u_0)),
                    says="and of the stronger.",
                ),
                Rewrite(
                    to=equal(u_1(t), u_2(t) + _lead(_kept_2 - _kept_1, 1 - _kept_1)),
                    says="One part because it forgets the start sooner, one because its target is higher.",
                ),
                Substitute(
                    using="O.decays",
                    to=equal(u_1(t), u_2(t) + _lead(_sooner, 1 - _kept_1)),
                    says="The first part with its sign in sight,",
                ),
                Substitute(
                    using="O.decays",
                    part=1,
                    to=equal(u_1(t), u_2(t) + _lead(_sooner, _forgotten)),
                    says="and the second.",
                ),
                Bound(
                    certificate=_lead(_sooner, _forgotten),
                    to=sp.Gt(u_1(t), u_2(t), evaluate=False),
                    says="Both parts are positive.",
                ),
            )
        ),
    ),
)

_start = u_0 * sp.exp(-kappa)


def _plateau_time(strength: sp.Expr) -> sp.Expr:
    return tau / (2 * strength) * (kappa + sp.log(strength / u_0 - sp.exp(-kappa)))


_ratio = plateau_1(_start) / plateau_2(_start)
_limit = sp.Limit(_ratio, kappa, sp.oo)
RATIO = Statement(
    id="O.ratio",
    kind=Kind.THEOREM,
    title="Learning times are inverse to strengths, in the limit of a small start",
    says="As the common initial strength goes to zero, the times to learn half of two modes come into the "
    "inverse ratio of their targets: from a small enough start the stronger mode is half learned first.",
    content=(equal(_limit, s_2 / s_1),),
    source=saxe("stronger modes are learned faster, in a time of order τ/s"),
    refuted_if="A step fails, or the ratio of the times does not approach it as the start is made smaller.",
    uses=("D.plateau",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.plateau",
                    where={s: s_1, plateau: plateau_1, e: _start},
                    to=equal(plateau_1(_start), tau / (2 * s_1) * sp.log((s_1 - _start) / _start)),
                    says="The time to learn half of the first mode,",
                ),
                Rewrite(
                    to=equal(plateau_1(_start), _plateau_time(s_1)),
                    says="with the logarithm of the start apart.",
                ),
                Rearrange(
                    times=1 / plateau_2(_start),
                    to=equal(_ratio, _plateau_time(s_1) / plateau_2(_start)),
                    says="Divide by that of the second,",
                ),
                Substitute(
                    using="D.plateau",
                    where={s: s_2, plateau: plateau_2, e: _start},
                    to=equal(_ratio, _plateau_time(s_1) / _plateau_time(s_2)),
                    says="which is of the same form.",
                ),
                TakeLimit(
                    by=kappa, at=sp.oo, to=equal(_limit, s_2 / s_1), says="The logarithm of the start wins."
                ),
            )
        ),
    ),
)
HALF_OF = Statement(
    id="D.half-of",
    kind=Kind.DEFINITION,
    title="Time to learn half of any target",
    says="The time to learn half (T.half) as a function of the target.",
    content=(equal(half_of(target), _half_time(target)),),
    source=project("definition"),
    uses=("T.half",),
)
_slope = -tau / (2 * target**2) * (sp.log((target - u_0) / u_0) - target / (target - u_0))
MARGIN = Statement(
    id="O.margin",
    kind=Kind.THEOREM,
    title="Where a stronger target is half learned sooner",
    says="The time to learn half falls with the target just where ln(σ/u₀ − 1) is above σ/(σ − u₀): for targets "
    "above about 4.6 initial strengths.",
    content=(equal(sp.Derivative(half_of(target), target), _slope),),
    source=project("boundary between O.half and O.ratio"),
    refuted_if="A step fails, or the times of neighbouring targets are in another order.",
    uses=("D.half-of",),
    derivations=(
        Derivation(
            (
                Start(using="D.half-of", to=HALF_OF.content[0], says="The time to learn half."),
                Differentiate(
                    by=target,
                    to=equal(sp.Derivative(half_of(target), target), _slope),
                    says="Differentiate by the target.",
                ),
            )
        ),
    ),
)
STATEMENTS = (FIRST, SAME_START, FROM_ONE_START, DECAYS, AHEAD, RATIO, HALF_OF, MARGIN)
