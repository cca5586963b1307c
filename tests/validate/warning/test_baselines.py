"""The series that a claimed warning has to beat."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from spectral_edge.validate.warning import baseline_signals

STEPS = np.arange(0, 210, 10)


def run(recorded: int):
    series = np.broadcast_to(STEPS.astype(float) ** 2, (3, len(STEPS)))
    inner = np.full((3, recorded, 4, 4), 9.0)
    names = ("train_loss", "test_loss", "weight_norm")
    return SimpleNamespace(
        evaluation_steps=STEPS, record_steps=STEPS[-recorded:] if recorded else STEPS[:0], inner=inner,
        **dict.fromkeys(names, series),
    )  # fmt: skip


def test_every_baseline_stands_at_the_steps_at_which_it_was_measured() -> None:
    found = {signal.name: signal for signal in baseline_signals(run(7))}
    assert all(signal.values.shape == (3, len(signal.steps)) for signal in found.values())
    np.testing.assert_allclose(found["slope of the held-out loss"].values[0], STEPS[1:] + STEPS[:-1])
    assert (found["size of the newest update"].values == 3.0).all()
    assert len(found["size of the newest update"].steps) == 7


def test_a_run_that_was_not_recorded_has_no_updates_to_measure() -> None:
    with_records = {signal.name for signal in baseline_signals(run(7))}
    assert with_records - {signal.name for signal in baseline_signals(run(0))} == {
        "size of the newest update"
    }
