"""A run has the shapes of its description, and times that are never reached stay open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.train import train

Tiny = Callable[..., RunDescription]


@pytest.fixture(scope="module")
def run(tiny: Tiny) -> Run:
    return train(tiny())


def test_the_first_step_is_the_first_at_or_above(run: Run) -> None:
    series = np.zeros_like(run.train_loss)
    series[0, 3:] = 0.95
    series[1, 2], series[1, 5] = 0.99, 1.0
    np.testing.assert_array_equal(run.first_step(series, 0.95), [21.0, 14.0, np.nan])


def test_what_is_not_a_number_has_not_been_reached(run: Run) -> None:
    assert np.isnan(run.first_step(np.full_like(run.train_loss, np.nan), -np.inf)).all()


def test_a_series_of_another_run_is_refused(run: Run) -> None:
    with pytest.raises(ValueError, match=r"series has shape \(3, 2\); give one of this run's, \(3, 10\)"):
        run.first_step(run.train_loss[:, :2], 0.95)


@pytest.mark.parametrize("name", ["train_loss", "inner", "sigma", "resolved", "final_weights", "diverged"])
def test_an_array_of_another_shape_is_refused(run: Run, name: str) -> None:
    with pytest.raises(ValueError, match=f"Run: {name} has shape .* but its description asks for"):
        replace(run, **{name: getattr(run, name)[:1]})


def test_rows_must_be_kept_where_they_were_asked_for(run: Run) -> None:
    with pytest.raises(ValueError, match=r"rows are kept at \[20\], asked for was \[20, 60\]"):
        replace(run, kept_rows={20: run.kept_rows[20]})
    with pytest.raises(ValueError, match=r"rows at step 20 have shape \(3, 4, 1\)"):
        replace(run, kept_rows={20: run.kept_rows[20][..., :1], 60: run.kept_rows[60]})
