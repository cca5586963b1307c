"""𝒜 of the kernel between snapshots: against the recorder's, on turning kernels, and under changes of units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

from spectral_edge.simulate.recorder.tangent import kernel_rotation
from spectral_edge.simulate.train import train
from spectral_edge.validate.kernel_arm import kernel_arm
from spectral_edge.validate.kernel_series import (
    SPECTRAL,
    TURNING,
    VARIANTS,
    kernel_adiabatic,
    kernel_moves,
    kernel_series,
    kernels_of,
    random_directions,
)

EPS = np.finfo(float).eps


def kernels(seed: int, n: int = 5, count: int = 3) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, n, n + 2))
    return rows @ rows.mT


@given(st.integers(0, 1000), st.sampled_from([1, 2, 4]))
def test_three_norms_are_those_of_the_recorder(seed: int, position: int) -> None:
    made = kernels(seed)
    found = kernel_adiabatic(kernel_moves(made), 7.0, 0.1, position)
    for i in range(2):
        twin = kernel_rotation(*map(torch.from_numpy, made[i : i + 2]), 7.0, 0.1, position)
        values = np.linalg.eigvalsh(made[i])[::-1]
        # Eigenvalues err by EPS of the largest; relative to the gap, twice.
        slack = 1e3 * EPS * (1 + values[0] / (values[position - 1] - values[position]))
        for name, told in zip(VARIANTS, (twin.spectral, twin.frobenius, twin.nuclear), strict=False):
            assert found[name][i] == pytest.approx(told, rel=slack)


@given(st.integers(0, 1000), st.floats(0.01, 0.5))
def test_the_turning_part_of_two_modes_does_not_know_how_eigenvalues_move(seed: int, growth: float) -> None:
    draw = np.random.default_rng(seed)
    angle, values = 1e-3 * draw.uniform(0.1, 1), np.array([3.0, 1.0])
    frame = expm(np.array([[0.0, -1.0], [1.0, 0.0]]) * draw.uniform(0, 6))
    turn = frame @ expm(np.array([[0.0, -angle], [angle, 0.0]]))
    before, after = frame @ np.diag(values) @ frame.T, turn @ np.diag(values * (1 + growth)) @ turn.T
    found = kernel_adiabatic(kernel_moves(np.stack([before, after])), 1.0, 1.0)
    # Off the diagonal: half the sine of twice the angle, times the gap of the later kernel, over the squared gap.
    told = np.sin(2 * angle) / 2 * (1 + growth) * 2 / 2**2
    assert found[TURNING][0] == pytest.approx(told, rel=1e3 * EPS / angle)
    assert found[SPECTRAL][0] > 5 * told  # the growth is seen there


@given(
    st.integers(0, 1000),
    st.sampled_from([2.0, 0.25]),
    st.sampled_from([2.0, 8.0]),
    st.sampled_from([4.0, 0.5]),
)
def test_no_unit_of_parameters_loss_or_time_changes_it(
    seed: int, theta: float, loss: float, time: float
) -> None:
    made = kernels(seed)
    old = kernel_adiabatic(kernel_moves(made), 3.0, 0.1)
    # Powers of two: exact. K has the unit L/θ², η has θ²/(L t).
    new = kernel_adiabatic(kernel_moves(made * loss / theta**2), 3.0 * time, 0.1 * theta**2 / (loss * time))
    wrong = kernel_adiabatic(kernel_moves(made * loss / theta**2), 3.0 * time, 0.1)
    for name in VARIANTS:
        assert new[name] == pytest.approx(old[name], rel=1e-9)
        if theta**2 != loss * time:
            assert not np.allclose(wrong[name], old[name], rtol=0.1)


def test_a_kernel_at_constant_speed_gives_one_value_at_every_stride() -> None:
    first, speed = kernels(1, count=1)[0], 1e-3 * kernels(2, count=1)[0]
    values = [
        kernel_adiabatic(kernel_moves(np.stack([first, first + d * speed])), d, 0.1)[SPECTRAL][0]
        for d in (1.0, 5.0, 25.0)
    ]
    assert values == pytest.approx([values[0]] * 3, rel=1e-9)
    without = [v * d for v, d in zip(values, (1.0, 5.0, 25.0), strict=True)]
    assert without[2] > 20 * without[0]  # S5.v1-record, which does not divide by the stride


def test_no_gap_is_infinite_and_a_broken_kernel_unknown() -> None:
    made = np.stack([np.eye(3), np.diag([2.0, 1.0, 1.0]), np.full((3, 3), np.nan)])
    found = kernel_adiabatic(kernel_moves(made), 1.0, 1.0)[SPECTRAL]
    assert found[0] == np.inf and np.isnan(found[1])
    with pytest.raises(ValueError, match="position=3; give 1 to 2"):
        kernel_adiabatic(kernel_moves(made), 1.0, 1.0, 3)


def test_random_directions_keep_the_start_and_every_norm_of_a_step() -> None:
    weights = np.random.default_rng(0).standard_normal((2, 5, 40))
    walk = random_directions(weights)
    assert np.array_equal(walk[:, 0], weights[:, 0])
    norms = [np.linalg.norm(np.diff(x, axis=1), axis=-1) for x in (walk, weights)]
    assert norms[0] == pytest.approx(norms[1], rel=1e-12)
    cosines = (np.diff(walk, axis=1) * np.diff(weights, axis=1)).sum(-1) / norms[0] / norms[1]
    assert np.abs(cosines).max() < 5 / 40**0.5


def test_a_series_takes_the_interval_before_each_record_and_needs_snapshots_there() -> None:
    description = kernel_arm(4, 3, 6, 160, 2)
    run = train(description)
    made = kernels_of(run)
    found = kernel_series(run)[SPECTRAL]
    assert run.record_steps.tolist() == [120, 140, 160] and made.shape == (2, 9, 6, 6)
    told = kernel_adiabatic(kernel_moves(made[:, 5:7]), 20.0, description.optimizer.learning_rate)[SPECTRAL][
        :, 0
    ]
    assert found[:, 0] == pytest.approx(told, rel=1e-9)
    with pytest.raises(ValueError, match="no snapshots at the records"):
        kernel_series(train(replace(description, snapshots=None)))
