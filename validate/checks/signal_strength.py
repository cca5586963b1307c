"""F1 as compiled: the integrated signal strength against its closed form."""

from __future__ import annotations

import numpy as np

from ...theory.edge.strengths.signal_strength import strength_system
from ...theory.system import System
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..record import Record
from ..rules import judge_theorem
from .flow_draws import (
    CONSTANTS,
    REASONS,
    Draw,
    closed_strength,
    deviation,
    draws,
    integrated,
    without_repair,
)

RECORD = Record(
    statement="F1-amended",
    observable="largest relative difference, over random parameters and times, between the compiled flow and its closed form",
    replication="a random set of parameters",
    test="below the tolerance for every set",
    refuted_if="the difference exceeds the tolerance in any set",
    nulls=("the source's factor instead of the repaired one",),
    constants=CONSTANTS,
    reasons=REASONS,
)


def _by_flow(system: System, draw: Draw) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    parameters = draw.shared | {"h_j": draw.h[0], "G_j": draw.gradient[0]}
    return integrated(system, np.array([draw.start[0]]), parameters, draw.time)


def judge(context: Context) -> Evidence:
    """Integrate the compiled flow for every draw, and once more with the source's factor."""
    system = strength_system()
    source = System(
        "the source's factor", system.time, system.states, system.parameters, (without_repair(system.rhs[0]),)
    )
    sets = draws()
    rows, curves = [], []
    for number, draw in enumerate(sets):
        exact, found, wrong = closed_strength(draw, 0), _by_flow(system, draw), _by_flow(source, draw)
        rows.append((number, deviation(found, exact), deviation(wrong, exact)))
        if number == 0:
            curves = [
                Curve("closed form", tuple(draw.time), tuple(exact), "line", "theory"),
                Curve("integrated", tuple(draw.time), tuple(found), "points", "data"),
                Curve("with the source's factor", tuple(draw.time), tuple(wrong), "line", "null"),
            ]
    worst, nearest = max(r[1] for r in rows), min(r[2] for r in rows)
    tolerance = CONSTANTS["tolerance"]
    result = context.theory.results["F1-amended"]
    rejected = nearest > tolerance and 0 < result.mutants_made == result.mutants_caught
    return Evidence(
        "F1-amended",
        judge_theorem(result.status, worst <= tolerance, rejected),
        Measurement(worst, "largest relative distance of the integrated strength from the closed form"),
        Measurement(nearest, "smallest such distance with the source's factor"),
        f"{result.message}; over {len(sets)} parameter sets the compiled flow stays within {worst:.1e} of the closed "
        f"form (tolerance {tolerance:.0e}); with the source's factor it is never nearer than {nearest:.1e}.",
        tables=(
            Table("Every set of parameters", ("set", "as derived", "with the source's factor"), tuple(rows)),
        ),
        figures=(
            Figure(
                "signal-strength",
                "Signal strength, integrated and in closed form",
                "First set of parameters. The integrated flow lies on the closed form; with the source's factor, "
                "which lacks ητ, it settles elsewhere.",
                "Signal strength against time: integrated points on the closed-form line, the source's flow away from it.",
                "time t (steps)",
                "signal strength d (units of θ)",
                tuple(curves),
            ),
        ),
    )


CHECKS = (Check("F1-amended", RECORD, (), judge),)
