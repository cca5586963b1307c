"""Faults put into the engine's events on purpose: each must be seen by checks that the engine itself passes."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from spectral_edge.simulate import native
from spectral_edge.simulate.integrate import Direction, crossing
from spectral_edge.simulate.integrate.event import compile_events
from spectral_edge.simulate.integrate.native import engine as engine_module
from spectral_edge.simulate.integrate.native import extension
from spectral_edge.simulate.integrate.native.engine import Engine
from spectral_edge.simulate.integrate.native.watch import Watch
from spectral_edge.simulate.lowering.compiled import compile_system
from spectral_edge.theory.system import System

pytestmark = pytest.mark.skipif(not native.available(), reason="no C compiler here")

t, u, a, b = sp.symbols("t u a b", real=True)
MODE = System("mode", t, (u,), (a, b), (-a * u + b / u,))
COUNT, END = 12, 2.0
RTOL = 1e-9
STARTS = np.linspace(3, 4, COUNT)
GIVEN = np.tile([0.25, 0.75], (COUNT, 1))
LEVELS = (2.7, 2.6999, 2.3)
EVENTS = [
    crossing("falling", u, sp.Float(LEVELS[0]), Direction.FALLING),
    crossing("rising", -u, sp.Float(-LEVELS[1]), Direction.RISING),
    crossing("never", u, sp.Float(LEVELS[0]), Direction.RISING),
    crossing("at the end of a step", t, 1),
    crossing("stop", u, sp.Float(LEVELS[2]), terminal=True),
    crossing("never either", -u, sp.Float(-LEVELS[0]), Direction.FALLING),
    crossing("every other time", sp.cos(5 * t), 0, Direction.RISING),
]


def reached(level: float) -> np.ndarray:
    """When each trajectory falls to a level, in closed form."""
    return np.log((STARTS**2 - 3) / (level**2 - 3)) / 0.5


def faults(*, lanes: bool, mode: str) -> list[str]:
    """What is wrong with the engine as it is compiled now."""
    compiled = compile_system(MODE)
    engine = Engine(compiled, lanes=lanes, watched=True)
    run = engine.run(
        STARTS[:, None], GIVEN, np.array([0.0, 1.0, END]), rtol=RTOL, atol=1e-12, mode=mode,
        watch=Watch(compile_events(MODE, EVENTS), 1, dense=True),
    )  # fmt: skip
    plain = engine.run(STARTS[:, None], GIVEN, np.array([0.0, 1.0, END]), rtol=RTOL, atol=1e-12, mode=mode)
    assert run.seen is not None
    found, hits = [], run.seen.hits
    ends = np.minimum(reached(LEVELS[2]), END)
    speed = {x: 0.25 * x - 0.75 / x for x in LEVELS}
    allowed = 10 * RTOL * (run.steps.max() + 1)
    for event, level in ((0, LEVELS[0]), (1, LEVELS[1]), (4, LEVELS[2])):
        mine, due = hits[hits[:, 1] == event], np.flatnonzero(reached(level) <= ends)
        if not np.array_equal(mine[:, 0], due):
            found.append(f"number of {EVENTS[event].name}")
        elif np.abs(mine[:, 2] - reached(level)[due]).max() * speed[level] > allowed:
            found.append(f"place of {EVENTS[event].name}")
        elif np.abs(mine[:, 3] - level).max() > 1e-13:
            found.append("state")
    if np.isin(hits[:, 1], (2, 5)).any():
        found.append("direction")
    if not np.array_equal(hits[hits[:, 1] == 3, 2], np.ones(COUNT)[ends > 1]):
        found.append("end of a step")
    if (hits[:, 1] == 6).sum() != COUNT:  # at 3π/10, after a fall at π/10 that does not count
        found.append("unseen changes of sign")
    if (np.diff(hits[:, 2])[np.diff(hits[:, 0]) == 0] < 0).any():
        found.append("order")
    stopped = reached(LEVELS[2]) < END
    if not np.array_equal(run.outcomes == 1, stopped):
        found.append("outcome")
    if np.abs(run.stop_y[stopped] - LEVELS[2]).max() > 1e-13:
        found.append("state at the stop")
    if mode == "explicit" and (run.rates - 12 * run.steps).sum() > (
        plain.rates - 12 * plain.steps
    ).sum() + 26 * len(hits):
        found.append("cost")
    times = np.linspace(0, END, 57)
    inside = engine.between(run, GIVEN, times, rtol=RTOL, atol=1e-12)[:, :, 0]
    exact = np.sqrt(3 + (STARTS[:, None] ** 2 - 3) * np.exp(-0.5 * times))
    if (
        not np.array_equal(np.isnan(inside), times > run.stop_t[:, None])
        or np.nanmax(np.abs(inside - exact)) > allowed
    ):
        found.append("between")
    last = run.seen.steps[run.seen.steps[:, 0] == COUNT - 1]
    before = engine.between(run, GIVEN, np.nextafter(last[1:, 1], 0), rtol=RTOL, atol=1e-12)[COUNT - 1, :, 0]
    if np.abs(before - last[1:, 3]).max() > 1e-13:
        found.append("end of a step, from before it")
    return found


@pytest.mark.parametrize("lanes", [False, True])
@pytest.mark.parametrize("mode", ["explicit", "stiff"])
def test_the_engine_itself_has_none(lanes: bool, mode: str) -> None:
    assert faults(lanes=lanes, mode=mode) == []


MUTANTS = {
    "rising and falling confused": ("watch.c", "u->ways[e] >= 0) ||", "u->ways[e] <= 0) ||", "explicit"),
    "direction ignored": ("watch.c", "(rising && u->ways[e] >= 0)", "rising", "explicit"),
    "arriving at zero does not count": (
        "watch.c",
        "r->now[e] >= 0, falling",
        "r->now[e] > 0, falling",
        "explicit",
    ),
    "signs of the step before are kept": ("watch.c", "if (!count) memcpy", "if (0) memcpy", "explicit"),
    "latest first": ("watch.c", "* r->h < 0)) first", "* r->h > 0)) first", "explicit"),
    "terminal events go on": ("watch.c", "if (u->stops[first])", "if (0)", "explicit"),
    "the state stays that at the end": (
        "watch.c",
        "memcpy(y, r->there + first * N, sizeof r->y);",
        "",
        "explicit",
    ),
    "the polynomial is believed": ("within.c", "trial < TRIALS;", "trial < 1;", "explicit"),
    "a step of full length": ("within.c", "const double h = t - r->t;", "const double h = r->h;", "explicit"),
    "one column too few": ("within.c", "c <= r->columns", "c < r->columns", "stiff"),
    "the first step for all": ("between.c", ">= 0) low = middle", "< -1) low = middle", "explicit"),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_every_mutant_is_caught(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    file, old, new, mode = MUTANTS[name]
    text = engine_module._text

    def altered(asked: str) -> str:
        assert asked != file or text(asked).count(old) == 1
        return text(asked).replace(old, new) if asked == file else text(asked)

    monkeypatch.setattr(engine_module, "_text", altered)
    assert faults(lanes=False, mode=mode)


def test_lanes_that_share_the_signs_of_the_first_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    text = engine_module._text
    old = "r->prepared = 0, r->then = r->every + i * u->events;\n    for"
    assert old in text("lanes.c")
    monkeypatch.setattr(
        engine_module, "_text", lambda asked: text(asked).replace(old, old.replace(" + i * u->events", ""))
    )
    assert faults(lanes=True, mode="explicit")


def test_a_wrong_weight_of_the_extension_costs_more_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = tuple({k: -w if k == 15 else w for k, w in row.items()} for row in extension.EXTENSION)
    monkeypatch.setattr(extension, "EXTENSION", wrong)
    assert faults(lanes=False, mode="explicit") == ["cost"]


def test_without_memory_for_the_steps_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    text = engine_module._text
    old = "realloc(to->first, sizeof(double) * room * ROW)"
    assert old in text("watch.c")
    monkeypatch.setattr(engine_module, "_text", lambda asked: text(asked).replace(old, "0"))
    for lanes in (False, True):
        with pytest.raises(MemoryError, match="for the steps and events to be kept"):
            faults(lanes=lanes, mode="explicit")
