"""Thresholds, calibration and invariance: on planted series, and against what the statements say of units and strides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import SGD
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train
from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.edge.adiabatic.adiabatic_units import A_unit, c_loss, c_theta, c_time
from spectral_edge.validate.checks import regime_tables
from spectral_edge.validate.checks.regime_tables import areas, calibrated, confusion, invariance
from spectral_edge.validate.labelled import DECIDING, Labelled, variants
from spectral_edge.validate.regimes import Regime

P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED
PURE = ("geo", "geo_sigma")
PER_RATE = ("abs", "abs_ring", "abs_space", "abs_eigenvalues")
"""Variants whose unit is that of S5.abs; abs_eigen has another one."""


def planted() -> Labelled:
    labels = np.array([[P, P, T, T, F, U]] * 6)
    values = {P: 0.05, T: 2.0, F: 30.0, U: 0.05}
    series = np.array([[values[Regime(one)] for one in row] for row in labels])
    return Labelled({DECIDING: series, "backwards": -series, "training loss": np.zeros_like(series)}, labels)


def test_areas_tell_which_way_round_a_series_separates_labels() -> None:
    rows = {(row[1], row[2]): row[3] for row in areas({"networks": planted()}).rows}
    assert rows[DECIDING, "transition above plateau"] == 1.0
    assert rows["backwards", "forgetting above transition"] == 0.0
    assert rows["training loss", "transition above plateau"] == 0.5


def test_windows_are_counted_between_the_thresholds_of_the_theory() -> None:
    rows = {(row[1], row[2]): row[3:] for row in confusion({"networks": planted()}).rows}
    assert rows[DECIDING, "plateau"] == (12, 0, 0, 0, 1.0)
    assert rows[DECIDING, "transition"] == (0, 0, 12, 0, 1.0)
    assert rows[DECIDING, "forgetting"] == (0, 0, 0, 6, 1.0)
    assert not any(name == "training loss" for name, _ in rows)  # a baseline has no thresholds


def test_an_unlabelled_window_counts_in_no_decade() -> None:
    table, figure = calibrated("networks", planted())
    rows = {(row[0], row[1]): row[3:5] for row in table.rows}
    assert rows["plateau", 0.01] == (12, 1.0)
    assert rows["transition", 1.0] == (12, 1.0) and rows["forgetting", 10.0] == (6, 1.0)
    assert {c.label for c in figure.curves} == {"plateau", "transition", "forgetting", "0.1, 1 and 10"}


def some_windows(seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((2, 3, 6, 9))
    rows[..., 0, :] *= 3
    return rows @ rows.mT


powers = st.sampled_from([0.25, 0.5, 2.0, 8.0])


def remeasured(inner: np.ndarray, theta: float, loss: float, time: float) -> dict[str, np.ndarray]:
    """Variants in units by which old ones are ``theta``, ``loss`` and ``time`` new ones; η in θ²/(L t)."""
    rate = np.full(inner.shape[1], 0.1) * theta**2 / (loss * time)
    return variants(theta**2 * inner, 9, np.zeros(inner.shape[:2]), rate)


@given(st.integers(0, 1000), powers, powers, powers)
def test_units_change_the_variants_as_the_statements_say_and_no_others(
    seed: int, theta: float, loss: float, time: float
) -> None:
    inner = some_windows(seed)
    old, new = remeasured(inner, 1, 1, 1), remeasured(inner, theta, loss, time)
    scale = THEORY["S5.abs-scaling"].content[0].rhs / A_unit
    told = float(scale.subs({c_theta: theta, c_loss: loss, c_time: time}))
    assert THEORY["S5.geo-invariance"].content[0].rhs.name == "A_geo"
    for name in PURE:
        assert np.array_equal(new[name], old[name])  # powers of two: to the bit
    for name in PER_RATE:
        assert new[name] == pytest.approx(told * old[name], rel=1e-12)
    # η(σ² − σ'²)² in the denominator: S5.abs-eigen has the unit of an inverse η θ².
    assert new["abs_eigen"] == pytest.approx(told / theta**2 * old["abs_eigen"], rel=1e-12)


@given(st.integers(0, 1000), powers)
def test_on_one_trajectory_only_pure_numbers_do_not_know_the_learning_rate(seed: int, factor: float) -> None:
    inner = some_windows(seed)
    none, rate = np.zeros(inner.shape[:2]), np.full(inner.shape[1], 0.1)
    old, new = variants(inner, 9, none, rate), variants(inner, 9, none, factor * rate)
    for name in old:
        wanted = old[name] if name in PURE else old[name] / factor
        assert new[name] == pytest.approx(wanted, rel=1e-12)


def turning_window(spin: float, stride: int) -> np.ndarray:
    """Products of rows of a trajectory whose windows of two rows turn steadily: an ellipse, its axes turned by ``spin``."""
    rows = []
    for k in range(3):
        size = 2.0 if k % 2 == 0 else 1.0
        angle = spin * stride * k + (np.pi / 2) * (k % 2)
        rows.append(size * np.array([np.cos(angle), np.sin(angle)]))
    made = np.array(rows)
    return (made @ made.T)[None, None]


@given(st.floats(1e-4, 1e-3))
def test_no_variant_is_the_same_at_twice_the_stride_while_a_window_turns(spin: float) -> None:
    """𝒜_geo of a window that turns is proportional to the stride (S5.geo-stride): twice, and not once."""
    none, rate = np.zeros((1, 1)), np.ones(1)
    single, double = (variants(turning_window(spin, s), 2, none, rate) for s in (1, 2))
    for name in (*PURE, "abs_space"):
        assert double[name][0, 0] / single[name][0, 0] == pytest.approx(2.0, rel=1e-3)


@pytest.fixture(scope="module")
def run():
    return train(
        RunDescription(
            task=ModularAddition(modulus=5, train_share=0.6),
            network=QuadraticTwoLayer(width=8),
            optimizer=SGD(learning_rate=0.5),
            steps=120,
            seeds=(0, 4, 9, 11),
            recording=Recording(window=3, stride=5),
            evaluate_every=5,
            snapshots=Snapshots(5),
        )
    )


def test_the_table_of_a_run_has_the_factors_of_the_statements(run) -> None:
    rows = {(row[0], row[1]): row[2] for row in invariance(run).rows}
    changes = {what for _, what in rows} - {"twice the stride"}
    assert len(changes) == 5
    for name in PURE:
        assert {rows[name, what] for what in changes} == {1.0}
    scale = THEORY["S5.abs-scaling"].content[0].rhs / A_unit
    once = dict.fromkeys((c_theta, c_loss, c_time), 1)
    assert rows["abs", "parameters in half units, η of gradient descent"] == float(
        scale.subs(once | {c_theta: 2})
    )
    assert rows["abs", "loss in half units"] == float(scale.subs(once | {c_loss: 2}))
    assert rows["abs", "time in half steps"] == float(scale.subs(once | {c_time: 2}))
    assert rows["abs", "parameters in half units, η of a normalising optimizer"] == 0.5


def test_the_factor_at_twice_the_stride_is_that_of_windows_made_anew(run) -> None:
    rows = {(row[0], row[1]): row[2:] for row in invariance(run).rows}
    found, low, high = rows["geo", "twice the stride"]
    assert low <= found <= high
    theta = run.snapshots.astype(float)
    records, medians = {int(s): i for i, s in enumerate(run.record_steps)}, []
    for weights in theta:
        ratios = []
        for end in range(8, weights.shape[0], 2):
            geo = []
            for stride in (1, 2):
                updates = np.diff(weights[end - 4 * stride : end + 1 : stride], axis=0)
                inner = (updates @ updates.T)[None, None]
                geo.append(variants(inner, weights.shape[1], np.zeros((1, 1)), np.ones(1))["geo"][0, 0])
            if 5 * end in records:
                ratios.append(geo[1] / geo[0])
        medians.append(np.median(ratios))
    # The median over seeds is the lower of the middle two; rounding of float32 weights in differences of updates.
    assert found == pytest.approx(sorted(medians)[1], rel=1e-2)


def test_a_run_that_kept_no_weights_has_no_line_for_the_stride(run) -> None:
    bare = replace(
        run,
        description=replace(run.description, snapshots=None),
        snapshots=np.empty((4, 0, run.snapshots.shape[2])),
    )
    assert not any(row[1] == "twice the stride" for row in invariance(bare).rows)


@pytest.mark.parametrize("wrong", ["other rate", "other size"])
def test_the_table_sees_a_variant_that_only_seems_pure(run, monkeypatch, wrong) -> None:
    original = regime_tables.variants

    def altered(inner, length, noise, rate):
        found = original(inner, length, noise, rate)
        return found | {"geo": found["geo"] * (rate if wrong == "other rate" else inner[..., -1, -1])}

    monkeypatch.setattr(regime_tables, "variants", altered)
    rows = {(row[0], row[1]): row[2] for row in invariance(run).rows}
    assert rows["geo", "parameters in half units, η of gradient descent"] != 1.0
