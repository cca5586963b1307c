"""Noise through the optimizer: white-noise gradients, the run's own optimizer, stride and window."""

from __future__ import annotations

import numpy as np
import torch

from ...simulate.description import RunDescription
from .windows import NullSpectra, spectra_of_windows


def optimizer_noise(description: RunDescription, records: int, replicates: int, seed: int) -> NullSpectra:
    """Windows of what the optimizer of ``description`` makes of gradients without any signal.

    Weights start as the run's do and are recorded at the run's stride; learning rate, moments and
    decay are the run's. The gradients are white, so that every structure here is the optimizer's own.

    Raises:
        ValueError: the description records nothing.
    """
    recording = description.recording
    if recording is None:
        raise ValueError("optimizer noise needs a recording (window and stride) to imitate")
    length = description.network.length(description.task)
    rows = records + recording.window - 1
    draw = torch.Generator().manual_seed(seed)
    start = [description.network.initial(description.task, replicate) for replicate in range(replicates)]
    weights = torch.nn.Parameter(torch.from_numpy(np.stack(start)).float())  # (N, p)
    weights.grad = torch.empty_like(weights)
    optimizer = description.optimizer.build([weights], description.network.layout(description.task))
    updates = torch.empty(replicates, rows, length)
    before = weights.detach().clone()
    for row in range(rows):
        for _ in range(recording.stride):
            weights.grad.normal_(generator=draw)
            optimizer.step()
        torch.sub(weights.detach(), before, out=updates[:, row])
        before.copy_(weights.detach())
    inner = np.stack([(u @ u.T).numpy() for u in (one.double() for one in updates)])
    sigma, resolved = spectra_of_windows(inner, recording.window, length)
    about = "white-noise gradients through the run's optimizer, at the run's stride"
    return NullSpectra("optimizer noise", about, sigma, resolved, length)
