"""Measuring changes nothing: a training with the recorder and one without it end with the same bits."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from spectral_edge.simulate.recorder import (
    SpectrumRecorder,
    ablate,
    curvature,
    perturb,
    tangent_kernel,
    update_split,
)

Look = Callable[[SpectrumRecorder, nn.Module, torch.Tensor, torch.Tensor], None]


def train(
    attach: Callable[[nn.Module, torch.optim.Optimizer], SpectrumRecorder] | None, look: Look | None = None
):
    """A training that draws random numbers at every step; all that it ends with."""
    torch.manual_seed(11)
    model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3), nn.Linear(16, 4))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2, weight_decay=0.1)
    recorder = attach(model, optimizer) if attach else None
    for step in range(12):
        x = torch.randn(20, 8)
        y = torch.randint(4, (20,))
        optimizer.zero_grad()
        cross_entropy(model(x), y).backward()
        optimizer.step()
        if recorder is not None and look is not None and step >= 6:
            look(recorder, model, x, y)
    gradients = [p.grad for p in model.parameters()]
    state = optimizer.state_dict()["state"]
    moments = [state[i][key] for i in sorted(state) for key in ("exp_avg", "exp_avg_sq", "step")]
    return [*model.state_dict().values(), *gradients, *moments, torch.get_rng_state()], model.training


def look_at_everything(
    recorder: SpectrumRecorder, model: nn.Module, x: torch.Tensor, y: torch.Tensor
) -> None:
    """All measurements on demand, with the dropout and the running means of a model that trains."""
    recorder.spectra()
    found = recorder.directions(2)
    curvature(model, lambda m: cross_entropy(m(x), y), found)
    ablate(model, lambda m: m(x), found)
    perturb(model, lambda m: m(x), found.random_like(3), [0.1, -0.1])
    update_split(recorder, found)
    tangent_kernel(model, lambda m: m(x[:3]))
    recorder.state_dict()


ATTACHMENTS = {
    "exact": lambda m, o: SpectrumRecorder(m, o, window=4),
    "bfloat16": lambda m, o: SpectrumRecorder(m, o, window=4, storage="bfloat16"),
    "sketch": lambda m, o: SpectrumRecorder(m, o, window=4, storage="sketch", dimensions=32),
    "on a stride": lambda m, o: SpectrumRecorder(m, o, window=3, stride=2),
    "switched off": lambda m, o: SpectrumRecorder(m, o, enabled=False),
}


@pytest.mark.parametrize("name", ATTACHMENTS)
def test_recording_changes_no_bit(name: str) -> None:
    bare, mode = train(None)
    seen, mode_seen = train(ATTACHMENTS[name])
    assert mode == mode_seen
    assert all(torch.equal(a, b) for a, b in zip(bare, seen, strict=True))


def test_measuring_on_demand_changes_no_bit() -> None:
    bare, _ = train(None)
    seen, _ = train(ATTACHMENTS["exact"], look_at_everything)
    assert all(torch.equal(a, b) for a, b in zip(bare, seen, strict=True))


def test_a_measurement_that_draws_from_the_global_state_would_be_found_out() -> None:
    def careless(recorder: SpectrumRecorder, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> None:
        model(x)

    bare, _ = train(None)
    seen, _ = train(ATTACHMENTS["exact"], careless)
    assert not all(torch.equal(a, b) for a, b in zip(bare, seen, strict=True))


def test_what_is_given_out_is_not_overwritten_later() -> None:
    theta = torch.zeros(6, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=1.0)
    recorder = SpectrumRecorder([("theta", theta)], optimizer, window=2)

    def step(seed: int) -> None:
        theta.grad = torch.randn(6, generator=torch.Generator().manual_seed(seed))
        optimizer.step()

    for seed in range(4):
        step(seed)
    spectra, state = recorder.spectra(), recorder.state_dict()
    kept = spectra.copy(deep=True)
    rings = [ring.clone() for ring in state["storage"]["rings"]]
    for seed in range(4, 9):
        step(seed)
    assert spectra.identical(kept)
    assert all(torch.equal(a, b) for a, b in zip(rings, state["storage"]["rings"], strict=True))
    np.testing.assert_array_equal(recorder.spectra().gram[: len(kept.step)], kept.gram)
