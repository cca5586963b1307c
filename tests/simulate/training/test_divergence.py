"""A seed that diverges is marked, held and blanked; the others are left alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.training.divergence import Divergence


def test_the_first_step_that_is_not_finite_is_kept() -> None:
    divergence, theta = Divergence(3), torch.zeros(3, 2)
    divergence.watch(0, torch.tensor([1.0, 1.0, 1.0]), theta)
    divergence.watch(1, torch.tensor([1.0, torch.nan, 1.0]), theta)
    divergence.watch(2, torch.tensor([1.0, torch.nan, torch.inf]), theta)
    divergence.watch(3, torch.tensor([1.0, 1.0, 1.0]), theta)
    assert divergence.step.tolist() == [-1, 1, 2]
    assert not divergence.everywhere
    divergence.watch(4, torch.tensor([torch.nan, 1.0, 1.0]), theta)
    assert divergence.everywhere


def test_a_diverged_seed_is_held_and_no_other() -> None:
    divergence, theta = Divergence(2), torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    divergence.watch(5, torch.tensor([1.0, torch.inf]), theta)
    theta += 10
    divergence.hold(theta)
    assert theta.tolist() == [[11.0, 12.0], [3.0, 4.0]]


@pytest.mark.parametrize("since", [11, 20])
def test_series_are_blank_from_the_step_of_divergence_on(since: int) -> None:
    divergence, steps = Divergence(2), np.array([0, 10, 20, 30])
    divergence.watch(since, torch.tensor([1.0, torch.nan]), torch.zeros(2, 1))
    flat, deep = np.ones((2, 4)), np.ones((2, 4, 3, 3))
    divergence.blank(steps, flat, deep)
    for series in (flat, deep[..., 0, 0], deep[..., 2, 1]):
        assert np.isnan(series).tolist() == [[False] * 4, [False, False, True, True]]


def test_without_divergence_nothing_is_blank() -> None:
    series = np.ones((2, 3))
    Divergence(2).blank(np.arange(3), series)
    assert series.min() == 1
