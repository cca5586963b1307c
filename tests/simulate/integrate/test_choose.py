"""The backend that is chosen is the fastest of those that can do what is asked."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from spectral_edge.simulate.integrate import choose, crossing, integrate
from spectral_edge.theory.system import System

t, u, a = sp.symbols("t u a", real=True)
SMOOTH = System("smooth", t, (u,), (a,), (-a * u,))
KINKED = System("kinked", t, (u,), (a,), (-a * sp.Abs(u),))
EVERY = ("scipy", "heyoka", "torch", "native")
UNCOMPILED = EVERY[:-1]


@pytest.mark.parametrize(
    ("ready", "system", "count", "watched", "name"),
    [
        (EVERY, SMOOTH, 1, False, "native"),
        (EVERY, KINKED, 1000, False, "native"),
        (EVERY, SMOOTH, 1000, True, "native"),
        (EVERY, SMOOTH, 1, True, "native"),
        (EVERY, KINKED, 1000, True, "native"),
        (UNCOMPILED, SMOOTH, 1000, False, "heyoka"),
        (UNCOMPILED, SMOOTH, 1000, True, "heyoka"),
        (UNCOMPILED, SMOOTH, 1, True, "scipy"),
        (UNCOMPILED, KINKED, 1000, True, "scipy"),
        (("scipy", "torch"), SMOOTH, 1000, False, "scipy"),
    ],
)
def test_the_choice_follows_what_is_asked_and_what_is_there(
    monkeypatch: pytest.MonkeyPatch,
    ready: tuple[str, ...],
    system: System,
    count: int,
    watched: bool,
    name: str,
) -> None:
    monkeypatch.setattr(choose, "available", lambda: ready)
    events = [crossing("half", u, sp.Rational(1, 2))] if watched else []
    assert choose.chosen(system, count, events) == name


def test_an_event_with_a_kink_is_not_given_to_heyoka(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "available", lambda: UNCOMPILED)
    assert choose.chosen(SMOOTH, 1000, [crossing("size", sp.Abs(u), 1)]) == "scipy"


@pytest.mark.parametrize("watched", [False, True])
@pytest.mark.parametrize("dense", [False, True])
def test_the_solution_says_which_backend_it_is_from(watched: bool, dense: bool) -> None:
    rates = np.linspace(0.5, 2, 12)
    events = [crossing("half", u, sp.Rational(1, 2))] if watched else []
    found = integrate(SMOOTH, [1.0], {"a": rates}, (0, 1), backend="auto", events=events, dense=dense)
    assert found.backend == choose.chosen(SMOOTH, 12, events)
    np.testing.assert_allclose(found.y[0, -1], np.exp(-rates), rtol=1e-8)
    if watched:
        np.testing.assert_allclose(found.events["half"].t, np.log(2) / rates[rates > np.log(2)], rtol=1e-8)
    if dense:
        np.testing.assert_allclose(found.dense(0.3)[0], np.exp(-0.3 * rates), rtol=1e-8)
