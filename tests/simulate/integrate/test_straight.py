"""Sums are written out while that is possible, and refused beyond."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate.integrate import choose, integrate
from spectral_edge.simulate.integrate.backend import BackendError
from spectral_edge.simulate.integrate.straight import (
    MOST_OPERATIONS,
    operations_written_out,
    straight_rhs,
    too_long,
)
from spectral_edge.simulate.lowering.indexed import lower_rates
from spectral_edge.theory.edge.strengths.strength_modes import strength_modes

MANY = strength_modes(repelling=True).of_size(100)
COEFFICIENTS = {
    "eta": 0.1, "tau": 1.0, "W": 10.0, "omega": 0.1, "rows_noise": 0.05, "p": 40.0,
    "h": np.linspace(0.5, 2.0, 100), "G": np.linspace(1.5, 0.5, 100),
}  # fmt: skip
START = np.linspace(2, 1, 100)


@pytest.mark.parametrize("n", [2, 5, 10])
def test_the_count_is_that_of_the_operations_written_out(n: int) -> None:
    system = strength_modes(repelling=True).of_size(n)
    count, real = operations_written_out(lower_rates(system)), len(straight_rhs(system).operations)
    # Equal subtrees are found across modes only once written out, and a sum of n − 1 terms has n − 2 additions.
    assert real / 2 <= count <= 2 * real
    assert not too_long(system)


def test_the_limit_is_in_the_message() -> None:
    assert f"more than {MOST_OPERATIONS}" in too_long(MANY)


@pytest.mark.parametrize("name", ["torch", "heyoka"])
def test_backends_without_loops_refuse_what_is_too_long_and_say_what_would_do(name: str) -> None:
    if name == "heyoka":
        pytest.importorskip("heyoka")
    with pytest.raises(BackendError, match=r"n = 100: its sums written out are about .* backend='native' or"):
        integrate(MANY, START, COEFFICIENTS, (0, 1e-6), backend=name)


def test_sensitivities_of_what_is_too_long_are_refused() -> None:
    with pytest.raises(BackendError, match="sensitivities, need them written out"):
        integrate(MANY, START, COEFFICIENTS, (0, 1e-6), backend="scipy", sensitivities=["eta"])


def test_a_backend_with_loops_takes_it() -> None:
    found = integrate(MANY, START, COEFFICIENTS, (0, 1e-6), backend="scipy")
    assert found.succeeded


def test_it_is_not_given_to_a_backend_that_would_refuse_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choose, "available", lambda: ("scipy", "heyoka", "torch"))
    few = strength_modes(repelling=True).of_size(3)
    assert choose.chosen(few, 1000, []) == "heyoka"
    assert choose.chosen(MANY, 1000, []) == "scipy"
