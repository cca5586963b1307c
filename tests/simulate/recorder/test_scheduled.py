"""Measurements at chosen updates are those that a hand would have taken there, and disturb nothing."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from spectral_edge.simulate.recorder import MeasurementSkipped, SpectrumRecorder, curvature, load


class Loop:
    """A small classifier with dropout, so that its training draws random numbers."""

    def __init__(self, seed: int = 0, **options: Any) -> None:
        torch.manual_seed(seed)
        self.model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Dropout(0.3), nn.Linear(6, 3)).double()
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-2)
        self.x, self.y = torch.randn(20, 4).double(), torch.randint(3, (20,))
        self.recorder = SpectrumRecorder(self.model, self.optimizer, window=3, **options)

    def loss(self, model: nn.Module) -> torch.Tensor:
        return cross_entropy(model(self.x), self.y)

    def step(self) -> None:
        self.optimizer.zero_grad()
        self.loss(self.model).backward()
        self.optimizer.step()

    def run(self, steps: int) -> None:
        for _ in range(steps):
            self.step()


def norm(recorder: SpectrumRecorder) -> torch.Tensor:
    return torch.stack([tensor.detach().norm() for tensor in recorder.parameters.values()])


def test_it_finds_at_these_updates_what_a_hand_finds_there() -> None:
    plain, planned = Loop(), Loop()
    for loop in (plain, planned):
        loop.model.eval()  # without dropout: the loss is the same function at each call
    planned.recorder.at(
        {5, 8}, train=lambda r: curvature(planned.model, planned.loss, r.directions(2)), norms=norm
    )
    by_hand = {}
    for update in range(1, 11):
        plain.step()
        if update in (5, 8):
            by_hand[update] = (
                curvature(plain.model, plain.loss, plain.recorder.directions(2)),
                norm(plain.recorder),
            )
    planned.run(10)
    spectra = planned.recorder.spectra()
    assert spectra.measured_at.values.tolist() == [5, 8]
    for update, (found, norms) in by_hand.items():
        one = spectra.sel(measured_at=update)
        np.testing.assert_array_equal(one.train_h, found.h)
        np.testing.assert_array_equal(one.train_G, found.G)
        np.testing.assert_array_equal(one.norms, norms)


def test_a_measurement_that_draws_and_differentiates_changes_no_bit_of_the_training() -> None:
    def rude(recorder: SpectrumRecorder) -> float:
        planned.model.zero_grad()
        loss = planned.loss(planned.model)  # dropout draws
        loss.backward()
        return loss.item() + torch.randn(1).item()

    plain = Loop()
    plain.run(6)
    expected = torch.get_rng_state()
    planned = Loop()
    planned.recorder.at(range(1, 100), rude=rude)
    planned.run(6)
    assert torch.equal(torch.get_rng_state(), expected)
    for before, after in zip(plain.model.parameters(), planned.model.parameters(), strict=True):
        assert torch.equal(before, after) and torch.equal(before.grad, after.grad)
    # The mutant: the same training where the measurement is made by the loop itself does change.
    third = Loop()
    for _ in range(6):
        third.step()
        third.loss(third.model)
    assert not torch.equal(next(plain.model.parameters()), next(third.model.parameters()))


def test_what_cannot_be_measured_warns_names_the_update_and_is_nan() -> None:
    loop = Loop()
    loop.recorder.at([2, 4], h=lambda r: r.directions(1).sigma, always=lambda r: r.updates)
    with pytest.warns(MeasurementSkipped, match=r"update 2: h was not measured: NotEnoughRecords"):
        loop.run(3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loop.run(3)
    spectra = loop.recorder.spectra()
    assert np.isnan(spectra.h.sel(measured_at=2)).all() and np.isfinite(spectra.h.sel(measured_at=4)).all()
    assert spectra.always.values.tolist() == [2, 4]


def test_a_value_of_another_shape_than_before_is_left_out() -> None:
    loop = Loop()
    loop.recorder.at([3, 4], some=lambda r: np.zeros(r.updates))
    with pytest.warns(MeasurementSkipped, match=r"update 4: .* shape \(4,\), at earlier updates \(3,\)"):
        loop.run(5)
    assert loop.recorder.spectra().some.shape == (1, 3)


def test_nothing_is_measured_while_it_is_switched_off_or_detached() -> None:
    loop = Loop()
    loop.recorder.at(range(100), at=lambda r: r.updates)
    loop.run(3)
    loop.recorder.enabled = False
    loop.run(2)
    loop.recorder.enabled = True
    loop.run(4)
    loop.recorder.detach()
    loop.run(2)
    assert loop.recorder.spectra()["at"].values.tolist() == [1, 2, 3, 6, 7, 8, 9]


def test_names_that_are_taken_are_refused() -> None:
    recorder = Loop().recorder
    recorder.at([1], mine=norm)
    with pytest.raises(ValueError, match="'mine' is planned already"):
        recorder.at([2], mine=norm)
    with pytest.raises(ValueError, match="'sigma' is recorded anyway"):
        recorder.at([2], sigma=norm)
    with pytest.raises(ValueError, match="at least one measurement"):
        recorder.at([2])


def test_it_is_kept_in_files_and_in_the_state(tmp_path: Path) -> None:
    whole, first, second = Loop(), Loop(), Loop()
    for loop in (whole, first, second):
        loop.recorder.at([2, 4, 6], norms=norm)
    torch.manual_seed(1)
    whole.run(7)
    torch.manual_seed(1)
    first.run(5)
    torch.save(
        [one.state_dict() for one in (first.model, first.optimizer, first.recorder)], tmp_path / "state"
    )
    states, random = torch.load(tmp_path / "state", weights_only=True), torch.get_rng_state()
    for one, state in zip((second.model, second.optimizer, second.recorder), states, strict=True):
        one.load_state_dict(state)
    torch.set_rng_state(random)
    second.run(2)
    assert second.recorder.spectra().identical(whole.recorder.spectra())
    second.recorder.save(tmp_path / "spectra.nc")
    assert load(tmp_path / "spectra.nc").norms.equals(whole.recorder.spectra().norms)
