"""Noise through the optimizer: white-noise gradients, the run's own optimizer, stride and window."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from ...simulate.description import RunDescription
from ...simulate.training.clipping import clip
from .windows import NullSpectra, spectra_of_windows

Array = npt.NDArray[np.float64]

NAME = "optimizer noise"
ABOUT = "white-noise gradients through the run's optimizer, at the run's stride"

MOST = 2**28
"""Most numbers of update rows that are held at once, 1 GiB in float32; a choice, without a source."""


def optimizer_noise(description: RunDescription, records: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of what the optimizer of ``description`` makes of gradients without any signal.

    See :func:`noise_products`.

    Raises:
        ValueError: the description records nothing.
    """
    recording = description.recording
    if recording is None:
        raise ValueError("optimizer noise needs a recording (window and stride) to imitate")
    inner = noise_products(description, records + recording.window - 1, replicates, seed)
    length = description.recorded_length
    sigma, resolved = spectra_of_windows(inner, recording.window, length)
    return NullSpectra(NAME, ABOUT, sigma, resolved, length)


def noise_products(
    description: RunDescription, rows: int, replicates: int, seed: int, size: float = 1.0
) -> Array:
    """All inner products ``(N, rows, rows)`` of the updates that the optimizer makes of noise.

    Weights start as the run's do and are recorded at the run's stride, and only those that the run records
    (and does not freeze) are in a row; the optimizer, its schedules and the clipping are the run's. The
    gradients are white, so that every structure here is the optimizer's own.

    Args:
        description: of the run, with a recording.
        rows: how many updates.
        replicates: N.
        seed: of the gradients.
        size: standard deviation of a gradient's entries. Adam and Muon do not see it; to plain gradient descent
            it is how large noise is beside the decay.

    Raises:
        ValueError: the description records nothing, or ``size`` is not positive.
    """
    if description.recording is None:
        raise ValueError("optimizer noise needs a recording (window and stride) to imitate")
    if not size > 0:
        raise ValueError(f"size={size}; give the standard deviation of the gradients' entries, above 0")
    draw = torch.Generator().manual_seed(seed)
    chunk = max(1, MOST // (rows * description.recorded_length))
    made = [
        _products(description, rows, range(first, min(first + chunk, replicates)), draw, size)
        for first in range(0, replicates, chunk)
    ]
    return np.concatenate(made)


def _products(
    description: RunDescription, rows: int, replicates: range, draw: torch.Generator, size: float
) -> Array:
    recording, layout = description.recording, description.network.layout(description.task)
    assert recording is not None
    recorded = torch.from_numpy(layout.matching(recording.weights))
    frozen = torch.from_numpy(layout.matching(description.frozen)) if description.frozen else None
    start = [description.network.initial(description.task, replicate) for replicate in replicates]
    weights = torch.nn.Parameter(torch.from_numpy(np.stack(start)).to(description.weights))  # (N, p)
    noise = torch.empty_like(weights)
    optimizer = description.optimizer.build([weights], layout)
    settings = [dict(group) for group in optimizer.param_groups]
    updates = torch.empty(len(replicates), rows, len(recorded), dtype=weights.dtype)
    initial = weights.detach().clone()
    before = initial[:, recorded]
    step = 0
    for row in range(rows):
        for _ in range(recording.stride):
            noise.normal_(generator=draw)
            noise.mul_(size)
            weights.grad = noise if description.clip is None else clip(noise, description.clip)
            for group, given in zip(optimizer.param_groups, settings, strict=True):
                group["weight_decay"] = given["weight_decay"] * description.decay_schedule.factor(step)
                for rate in {"lr", "adam_lr"} & set(given):
                    group[rate] = given[rate] * description.schedule.factor(step)
            optimizer.step()
            if frozen is not None:
                weights.detach()[:, frozen] = initial[:, frozen]
            step += 1
        now = weights.detach()[:, recorded]
        updates[:, row] = now - before
        before = now
    return np.stack([(u @ u.T).numpy() for u in (one.double() for one in updates)])
