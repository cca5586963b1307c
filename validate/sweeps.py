"""The phase diagrams that come with the project: two parameters each, and the boundary that a statement draws."""

from __future__ import annotations

import sympy as sp

from ..simulate.integrate import Direction, Outcome, crossing
from ..simulate.sweep import Axis, Regime, Sweep
from ..theory.edge.adiabatic.mode_following import following_system
from ..theory.edge.feedback.alpha_feedback import F7_AMENDED, feedback_system, root
from ..theory.edge.kernel.exceptional_point import EIGENVALUES

_loop = feedback_system()
(_gap,) = _loop.states
_, _gain, _damping, _half = _loop.parameters
# Read off F7-amended: the loop by itself has rests other than zero where this is positive; its root is in the rests.
_threshold, _rests, *_ = F7_AMENDED.content
_above = _threshold.lhs - _threshold.rhs
# Zero and the wide gap attract; the rest between them repels.
_repelling = sorted((r.rhs for r in _rests.args), key=lambda r: r.subs({_gain: 5, _damping: 1, root: 3}))[1]
_GAP_REGIMES = (
    Regime("the gap collapses", _half / 100 - _gap),
    Regime("the gap lasts", _gap - _half / 100),
)
_COLLAPSE = (crossing("collapse", _gap, _half / 1000, Direction.FALLING, terminal=True),)

THRESHOLD = Sweep(
    name="feedback-threshold",
    title="A wide gap under feedback: gain against damping",
    system=_loop,
    first=Axis("a_loop", 0.05, 4.0, "gain a (θ/t)"),
    second=Axis("kappa_g", 0.1, 2.0, "damping κ (1/t)"),
    initial={"g": 10.0},
    parameters={"c_loop": 0.0, "s_half": 1.0},
    end=400.0,
    regimes=_GAP_REGIMES,
    boundary=_above,
    says="F7: the loop sustains itself where the gain exceeds 2κs",
    events=_COLLAPSE,
)

BASIN = Sweep(
    name="feedback-basin",
    title="Which gaps last under feedback: gain against the gap at the start",
    system=_loop,
    first=Axis("a_loop", 0.05, 6.0, "gain a (θ/t)"),
    second=Axis("g", 0.02, 2.0, "gap at the start g (θ)"),
    initial={},
    parameters={"c_loop": 0.0, "kappa_g": 1.0, "s_half": 1.0},
    end=400.0,
    regimes=_GAP_REGIMES,
    boundary=_gap - _repelling.xreplace({root: sp.sqrt(_above)}),
    says="F7: the rest that repels; wider gaps grow, narrower ones collapse",
    events=_COLLAPSE,
)

_riccati = following_system()
# Read off S5.rates: the two growth rates are real where this is negative, and meet where it is zero.
_distance = EIGENVALUES.content[0].rhs

EXCEPTIONAL = Sweep(
    name="exceptional-point",
    title="Two modes of a rotating kernel: rotation against its critical rate",
    system=_riccati,
    first=Axis("w", 0.05, 2.0, "rotation ω (1/t)"),
    second=Axis("w_c", 0.05, 2.0, "critical rate ω_c (1/t)"),
    initial={"p": 0.0},
    parameters={},
    end=1000.0,
    regimes=(
        Regime("the ratio settles: modes are followed"),
        Regime("the ratio turns over", outcomes=(Outcome.BLOW_UP,)),
    ),
    boundary=-_distance,
    says="S5: the exceptional point, where the two growth rates meet",
)

SWEEPS = {sweep.name: sweep for sweep in (THRESHOLD, BASIN, EXCEPTIONAL)}
