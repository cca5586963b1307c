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


@pytest.mark.parametrize(
    ("ready", "system", "count", "watched", "dense", "name"),
    [
        (EVERY, SMOOTH, 1, False, False, "native"),
        (EVERY, KINKED, 1000, False, False, "native"),
        (EVERY, SMOOTH, 1000, True, False, "heyoka"),
        (EVERY, SMOOTH, 1000, False, True, "heyoka"),
        (EVERY, SMOOTH, 1, True, False, "scipy"),
        (EVERY, KINKED, 1000, True, False, "scipy"),
        (("scipy", "torch", "heyoka"), SMOOTH, 1000, False, False, "heyoka"),
        (("scipy", "torch"), SMOOTH, 1000, False, False, "scipy"),
    ],
)
def test_the_choice_follows_what_is_asked_and_what_is_there(
    monkeypatch: pytest.MonkeyPatch,
    ready: tuple[str, ...],
    system: System,
    count: int,
    watched: bool,
    dense: bool,
    name: str,
) -> None:
    monkeypatch.setattr(choose, "available", lambda: ready)
    events = [crossing("half", u, sp.Rational(1, 2))] if watched else []
    assert choose.chosen(system, count, events, dense=dense) == name


def test_an_event_with_a_kink_is_not_given_to_heyoka(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "available", lambda: EVERY)
    assert choose.chosen(SMOOTH, 1000, [crossing("size", sp.Abs(u), 1)], dense=False) == "scipy"


def test_the_solution_says_which_backend_it_is_from() -> None:
    rates = np.linspace(0.5, 2, 12)
    found = integrate(SMOOTH, [1.0], {"a": rates}, (0, 1), backend="auto")
    assert found.backend == choose.chosen(SMOOTH, 12, [], dense=False)
    np.testing.assert_allclose(found.y[0, -1], np.exp(-rates), rtol=1e-8)
