"""Systems as data: what is declared, and the Jacobian."""

from __future__ import annotations

import pytest
import sympy as sp

from spectral_edge.theory.system import System

x, y, a, t, z = sp.symbols("x y a t z")


def test_the_jacobian_holds_the_derivative_of_each_rate_by_each_state() -> None:
    system = System("oscillator", t, (x, y), (a,), (y + t, -a * x + x * y))
    assert system.jacobian() == sp.Matrix([[0, 1], [-a + y, x]])


def test_each_state_needs_one_rate() -> None:
    with pytest.raises(
        ValueError, match="system s: 2 states but 1 right-hand sides; give one expression per state"
    ):
        System("s", t, (x, y), (), (x,))


def test_a_name_is_used_once() -> None:
    with pytest.raises(ValueError, match=r"system s: the names \['x'\] are used more than once"):
        System("s", t, (x,), (sp.Symbol("x", positive=True),), (x,))


def test_what_a_rate_uses_must_be_declared() -> None:
    with pytest.raises(
        ValueError, match=r"system s: dx/dt uses \['z'\], which are neither states nor parameters"
    ):
        System("s", t, (x,), (a,), (a * z,))
