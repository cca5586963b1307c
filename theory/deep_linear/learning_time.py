"""How long it takes to learn: the time between two strengths of a mode, in closed form.

A clock is read off the strength: a function of it that gains one unit of time per unit of time. Nothing has
to be known of the trajectory.
"""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Identity, Rearrange, Rewrite, SolveFlow, Start, Substitute
from ..statement import Kind, Statement
from ..units import TIME
from .mode_flow import GROWTH
from .notation import MODE, NOTATION, equal, m, rate, s, t, tau, u
from .sources import project, saxe

clock = NOTATION.function("theta", TIME, "clock that is read off the strength of the mode", r"\vartheta")
T_half = NOTATION.symbol(
    "T_half", TIME, "time at which half of the target is learned", r"T_{1/2}", positive=True
)
T_nearly = NOTATION.symbol(
    "T_nearly",
    TIME,
    "time at which as much is missing as was known at first",
    r"T_{\varepsilon}",
    positive=True,
)
TIMED = (*MODE, clock)
"""What belongs to one mode whose learning is timed."""

_flow = GROWTH.content[0].rhs
_reading = tau / (2 * s) * sp.log(u(t) / m(t))
_reading_at_start = tau / (2 * s) * sp.log(u(0) / m(0))

MISSING = Statement(
    id="D.missing",
    kind=Kind.DEFINITION,
    title="What is missing",
    says="The distance of the strength from its target; the mode starts below its target, and stays there.",
    content=(equal(m(t), s - u(t)),),
    generic=(MODE,),
    source=project("definition"),
)
CLOCK = Statement(
    id="D.clock",
    kind=Kind.DEFINITION,
    title="The clock of a mode",
    says="The logarithm of what is learned over what is missing, in units of τ/2s.",
    content=(equal(clock(t), _reading),),
    generic=(TIMED,),
    source=project("definition: the integral of du over the flow"),
    uses=("D.missing",),
)
_ticking = rate(_reading)
RUNS = Statement(
    id="T.clock",
    kind=Kind.THEOREM,
    title="The clock runs evenly",
    says="The clock of a mode gains one unit of time in one unit of time.",
    content=(equal(rate(clock(t)), 1),),
    generic=(TIMED,),
    source=project("step towards the time to learn"),
    refuted_if="A step of its derivation fails.",
    uses=("D.clock",),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_ticking, tau / (2 * s) * (rate(u(t)) / u(t) - rate(m(t)) / m(t))),
                    says="The derivative of the logarithm.",
                ),
                Substitute(
                    using="D.missing",
                    to=equal(_ticking, tau / (2 * s) * rate(u(t)) * (1 / u(t) + 1 / m(t))),
                    says="What is missing falls as the strength rises.",
                ),
                Substitute(
                    using="M.strength",
                    to=equal(_ticking, tau / (2 * s) * _flow * (1 / u(t) + 1 / m(t))),
                    says="Put in the flow of the strength.",
                ),
                Substitute(using="D.missing", to=equal(_ticking, 1), says="Everything cancels."),
                Substitute(using="D.clock", to=equal(rate(clock(t)), 1), says="Name the clock."),
            )
        ),
    ),
)
_logs = tau / (2 * s) * sp.log(u(t) * m(0) / (u(0) * m(t)))
_half_known = tau / (2 * s) * sp.log(u(t) * m(0) / (u(0) * (s - u(t))))
_time = tau / (2 * s) * sp.log(u(t) * (s - u(0)) / (u(0) * (s - u(t))))
_zero = {t: sp.Integer(0)}
BY_MISSING = Statement(
    id="T.odds",
    kind=Kind.THEOREM,
    title="Time by what is known and what is missing",
    says="The time that has passed is the logarithm of how much the odds, known to missing, have grown.",
    content=(equal(t, _logs),),
    generic=(TIMED,),
    source=project("step towards the time to learn"),
    refuted_if="A step of its derivation fails.",
    uses=("D.missing",),
    derivations=(
        Derivation(
            (
                Start(using="T.clock", to=RUNS.content[0], says="The clock runs evenly."),
                SolveFlow(
                    unknown=clock(t), by=t, to=equal(clock(t), clock(0) + t), says="So it shows the time."
                ),
                Rearrange(
                    times=sp.Integer(-1),
                    to=equal(t, clock(t) - clock(0)),
                    says="The time is what it has gained.",
                ),
                Substitute(using="D.clock", to=equal(t, _reading - clock(0)), says="Read it off now,"),
                Substitute(
                    using="D.clock",
                    where=_zero,
                    to=equal(t, _reading - _reading_at_start),
                    says="and at the start.",
                ),
                Rewrite(to=equal(t, _logs), says="One logarithm for two."),
            )
        ),
    ),
)
TIME_TO_LEARN = Statement(
    id="T.time",
    kind=Kind.THEOREM,
    title="Time to learn",
    says="The time it takes a mode to come from one strength to another.",
    content=(equal(t, _time),),
    generic=(TIMED,),
    source=saxe("time to learn, by integration of the flow"),
    refuted_if="A step fails, or the integrated flow reaches the strength at another time.",
    uses=("D.strength", "D.time-constant", "A.balanced"),
    derivations=(
        Derivation(
            (
                Start(using="T.odds", to=BY_MISSING.content[0], says="The time by the odds."),
                Substitute(
                    using="D.missing", to=equal(t, _half_known), says="Write out what is missing now,"
                ),
                Substitute(
                    using="D.missing",
                    where=_zero,
                    to=equal(t, _time),
                    says="and what was missing at the start.",
                ),
            )
        ),
    ),
)


def _at(moment: sp.Symbol, strength: sp.Expr) -> sp.Basic:
    """The time to learn, when the strength at ``moment`` is known."""
    return equal(moment, tau / (2 * s) * sp.log(strength * (s - u(0)) / (u(0) * (s - strength))))


HALF = Statement(
    id="D.half",
    kind=Kind.DEFINITION,
    title="Half-way",
    says="The moment when half of the target is learned.",
    content=(equal(u(T_half), s / 2),),
    source=project("definition"),
)
_half_time = equal(T_half, tau / (2 * s) * sp.log((s - u(0)) / u(0)))
HALF_TIME = Statement(
    id="T.half",
    kind=Kind.THEOREM,
    title="Time to learn half",
    says="The time until half of the target is learned.",
    content=(_half_time,),
    source=project("special case of the time to learn"),
    refuted_if="A step of its derivation fails.",
    uses=("D.half",),
    derivations=(
        Derivation(
            (
                Start(
                    using="T.time", where={t: T_half}, to=_at(T_half, u(T_half)), says="The time to learn."
                ),
                Substitute(
                    using="D.half", to=_half_time, says="Half of the target is known and half missing."
                ),
            )
        ),
    ),
)
NEARLY = Statement(
    id="D.nearly",
    kind=Kind.DEFINITION,
    title="All but the initial strength",
    says="The moment when as much is known as was missing at the start: the strength has come from ε to s − ε.",
    content=(equal(u(T_nearly), m(0)),),
    source=saxe("learning from ε to s − ε"),
    uses=("D.missing",),
)
EXCHANGED = Statement(
    id="T.exchanged",
    kind=Kind.THEOREM,
    title="Known and missing have changed places",
    says="At that moment as much is missing as was known at the start.",
    content=(equal(m(T_nearly), u(0)),),
    source=project("step towards the time to learn"),
    refuted_if="A step of its derivation fails.",
    uses=("D.nearly",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.missing",
                    where={t: T_nearly},
                    to=equal(m(T_nearly), s - u(T_nearly)),
                    says="What is missing then.",
                ),
                Substitute(using="D.nearly", to=equal(m(T_nearly), s - m(0)), says="Put in what is known,"),
                Substitute(
                    using="D.missing",
                    where=_zero,
                    to=equal(m(T_nearly), u(0)),
                    says="which was missing before.",
                ),
            )
        ),
    ),
)
_odds = m(0) / u(0)
_nearly_time = equal(T_nearly, tau / s * sp.log((s - u(0)) / u(0)))
NEARLY_TIME = Statement(
    id="T.nearly",
    kind=Kind.THEOREM,
    title="Time to learn all but the initial strength",
    says="It takes twice as long to come from ε to s − ε as to come half-way: τ/s times a logarithm.",
    content=(_nearly_time,),
    source=saxe("learning from ε to s − ε takes a time of order τ/s"),
    refuted_if="A step of its derivation fails.",
    uses=("D.nearly",),
    derivations=(
        Derivation(
            (
                Start(
                    using="T.odds",
                    where={t: T_nearly},
                    to=equal(T_nearly, tau / (2 * s) * sp.log(u(T_nearly) * m(0) / (u(0) * m(T_nearly)))),
                    says="The time by the odds.",
                ),
                Substitute(
                    using="D.nearly",
                    to=equal(T_nearly, tau / (2 * s) * sp.log(m(0) ** 2 / (u(0) * m(T_nearly)))),
                    says="What is known then was missing at the start,",
                ),
                Substitute(
                    using="T.exchanged",
                    to=equal(T_nearly, tau / (2 * s) * sp.log(_odds**2)),
                    says="and what is missing then was known.",
                ),
                Rewrite(to=equal(T_nearly, tau / s * sp.log(_odds)), says="The logarithm of a square."),
                Substitute(
                    using="D.missing", where=_zero, to=_nearly_time, says="Write out what was missing."
                ),
            )
        ),
    ),
)
STATEMENTS = (
    MISSING,
    CLOCK,
    RUNS,
    BY_MISSING,
    TIME_TO_LEARN,
    HALF,
    HALF_TIME,
    NEARLY,
    EXCHANGED,
    NEARLY_TIME,
)
