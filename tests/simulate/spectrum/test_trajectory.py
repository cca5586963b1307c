"""Windows made afterwards from kept weights are those that the recorder sees while training goes on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.spectrum.trajectory import windows_of
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train

BASE = RunDescription(
    task=ModularAddition(5),
    network=QuadraticTwoLayer(8),
    optimizer=AdamW(weight_decay=0.5),
    steps=60,
    seeds=(3, 1),
    recording=None,
    evaluate_every=20,
    snapshots=Snapshots(2),
)
# Sums over p numbers in another order; p is 120 here.
ROUNDING = 120 * np.finfo(np.float64).eps


@pytest.fixture(scope="module")
def run() -> Run:
    return train(BASE)


@pytest.mark.parametrize(("window", "stride"), [(3, 2), (5, 4), (2, 10), (9, 6)])
@pytest.mark.parametrize("weights", [("*",), ("embedding",), ("read*",)])
def test_any_window_stride_and_choice_of_weights(
    run: Run, window: int, stride: int, weights: tuple[str, ...]
) -> None:
    found = windows_of(run, window, stride, weights)
    recorded = train(replace(BASE, recording=Recording(window, stride, weights=weights)))
    np.testing.assert_array_equal(found.steps, recorded.record_steps)
    largest = abs(recorded.inner).max()
    np.testing.assert_allclose(found.inner, recorded.inner, rtol=0, atol=ROUNDING * largest)
    np.testing.assert_allclose(found.rounding, recorded.weight_rounding, rtol=ROUNDING)
    np.testing.assert_array_equal(found.resolved, recorded.resolved)
    assert found.length == recorded.description.recorded_length


def test_seeds_can_be_chosen(run: Run) -> None:
    both, one = windows_of(run, 3, 2), windows_of(run, 3, 2, seeds=(1,))
    np.testing.assert_array_equal(one.inner, both.inner[1:])


@pytest.mark.parametrize(
    ("window", "stride", "message"),
    [(1, 2, "at least 2 rows"), (3, 3, "multiple"), (3, 0, "multiple"), (30, 2, "ends at step 62")],
)
def test_what_does_not_fit_is_refused(run: Run, window: int, stride: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        windows_of(run, window, stride)


def test_a_run_without_snapshots_is_refused() -> None:
    with pytest.raises(ValueError, match="here none"):
        windows_of(train(replace(BASE, snapshots=None)), 3, 2)
