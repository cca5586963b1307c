"""A sweep colours what happens, row by row, and goes on where it was left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from spectral_edge.simulate import sweep as module
from spectral_edge.simulate.integrate import Outcome
from spectral_edge.simulate.sweep import UNKNOWN, Axis, Regime, Sweep, boundary_values, run_sweep
from spectral_edge.theory.system import System

t, u, a, b = sp.symbols("t u a b", real=True)
# u' = a u − b: from 1 it grows if a > b, and falls if a < b.
SWEEP = Sweep(
    name="growth",
    title="Growth",
    system=System("growth", t, (u,), (a, b), (a * u - b,)),
    first=Axis("a", 0.1, 1.0, "a"),
    second=Axis("b", 0.12, 0.9, "b"),
    initial={"u": 1.0},
    parameters={},
    end=3.0,
    regimes=(Regime("grows", u - 1), Regime("falls", 1 - u)),
    boundary=a - b,
    says="a = b",
)


def test_regimes_meet_where_theory_says() -> None:
    found = run_sweep(SWEEP, (5, 7), backend="scipy")
    np.testing.assert_array_equal(found.first, np.linspace(0.1, 1.0, 7))
    np.testing.assert_array_equal(found.second, np.linspace(0.12, 0.9, 5))
    sign = boundary_values(SWEEP, found.first, found.second)
    assert sign.shape == found.regime.shape == (5, 7)
    assert np.abs(sign).min() > 1e-6  # no point lies on the boundary itself
    np.testing.assert_array_equal(found.regime, np.where(sign > 0, 0, 1))
    assert found.made_by == {"scipy"}


def test_a_wrong_boundary_shows() -> None:
    wrong = replace(SWEEP, boundary=a - 2 * b)
    found = run_sweep(wrong, (5, 7), backend="scipy")
    sign = boundary_values(wrong, found.first, found.second)
    assert (found.regime != np.where(sign > 0, 0, 1)).any()


def test_the_first_regime_that_fits_is_taken_and_none_is_told() -> None:
    regimes = (
        Regime("blown up", outcomes=(Outcome.BLOW_UP,)),
        Regime("large", u - 2),
        Regime("grows", u - 1),
    )
    found = run_sweep(replace(SWEEP, regimes=regimes), (5, 7), backend="scipy")
    end = 1 / 1.0 * (found.second[:, None] / found.first) * (1 - np.exp(3 * found.first)) + np.exp(
        3 * found.first
    )
    wanted = np.where(end > 2, 1, np.where(end > 1, 2, UNKNOWN))
    np.testing.assert_array_equal(found.regime, wanted)


def test_initial_values_can_be_swept_too() -> None:
    other = replace(
        SWEEP, second=Axis("u", 0.55, 2.0, "u"), initial={}, parameters={"b": 0.5}, boundary=a * u - b
    )
    other = replace(other, regimes=(Regime("grows", a * u - b), Regime("falls", b - a * u)))
    found = run_sweep(other, (4, 6), backend="scipy")
    sign = boundary_values(other, found.first, found.second)
    np.testing.assert_array_equal(found.regime, np.where(sign > 0, 0, 1))


def test_an_interrupted_sweep_goes_on_where_it_was_left(tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(SWEEP, (5, 7), backend="scipy", folder=tmp_path / "rows", tell=stop)
    told: list[int] = []
    found = run_sweep(SWEEP, (5, 7), backend="scipy", folder=tmp_path / "rows", tell=told.append)
    assert found.reused == 2
    assert told == [1, 2, 3, 4, 5]
    np.testing.assert_array_equal(found.regime, run_sweep(SWEEP, (5, 7), backend="scipy").regime)


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 torn", None])
def test_a_row_that_is_not_whole_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    whole = run_sweep(SWEEP, (5, 7), backend="scipy", folder=tmp_path)
    (one, *_) = sorted(tmp_path.glob("*.npz"))
    if damage is None:
        with one.open("wb") as stream:
            np.savez(stream, regime=np.zeros(3, dtype=np.int64))
    else:
        one.write_bytes(damage)
    found = run_sweep(SWEEP, (5, 7), backend="scipy", folder=tmp_path)
    assert found.reused == 4
    np.testing.assert_array_equal(found.regime, whole.regime)


@pytest.mark.parametrize(
    "changed",
    [
        replace(SWEEP, end=4.0),
        replace(SWEEP, initial={"u": 1.5}),
        replace(SWEEP, first=Axis("a", 0.1, 1.1, "a")),
        replace(SWEEP, regimes=(Regime("grows", u - 2),)),
        replace(SWEEP, system=replace(SWEEP.system, rhs=(a * u - 2 * b,))),
    ],
)
def test_rows_of_another_sweep_are_not_taken(tmp_path: Path, changed: Sweep) -> None:
    run_sweep(SWEEP, (2, 3), backend="scipy", folder=tmp_path)
    assert run_sweep(changed, (2, 3), backend="scipy", folder=tmp_path).reused == 0


def test_rows_of_another_schema_are_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_sweep(SWEEP, (2, 3), backend="scipy", folder=tmp_path)
    monkeypatch.setattr(module, "SCHEMA", module.SCHEMA + 1)
    assert run_sweep(SWEEP, (2, 3), backend="scipy", folder=tmp_path).reused == 0


def test_a_sweep_that_leaves_something_open_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"axes \['a', 'b'\] and given \[\]; each of \['a', 'b', 'u'\] is wanted once"
    ):
        replace(SWEEP, initial={})
    with pytest.raises(ValueError, match="is wanted once"):
        replace(SWEEP, parameters={"a": 1.0})


def test_a_diagram_of_one_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape=\(1, 5\); give at least two rows"):
        run_sweep(SWEEP, (1, 5))
