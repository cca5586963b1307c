"""Train several seeds of one network together, and record the spectrum of their updates."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .description import RunDescription
from .device import resolve_device
from .divergence import Divergence
from .provenance import gather
from .recorder.seeds import SeedsRecorder
from .run import Run
from .spectrum import singular_values
from .tasks.classification import accuracy, cross_entropy

SERIES = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")


def train(
    description: RunDescription,
    device: str = "cpu",
    on_step: Callable[[int, int], None] | None = None,
) -> Run:
    """Train all seeds of ``description`` as one array and return what was measured.

    The same description gives the same bits on the same machine, whatever the state of the global
    random generators, which are neither read nor changed. Recording changes no weight.

    Args:
        description: everything that decides the numbers.
        device: ``"cpu"`` or ``"cuda"``.
        on_step: called with (steps done, steps in all) at every evaluation.

    Raises:
        DeviceError: the device is absent or unknown. Nothing has been done by then.
    """
    place = resolve_device(device)
    started_at, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()

    task, network, recording = description.task, description.network, description.recording
    train_inputs, train_labels, test_inputs, test_labels = _data(description, place)
    theta = _initial_weights(description, place)  # (S, p)
    optimizer = description.optimizer.build([theta])
    recorder = None if recording is None else SeedsRecorder(recording, description.record_steps, theta)
    divergence = Divergence(len(description.seeds))
    evaluation_steps = description.evaluation_steps
    # (series, E, S), held on the device until the end, so that measuring never waits for a GPU
    measured = torch.full(
        (len(SERIES), len(evaluation_steps), len(description.seeds)),
        torch.nan,
        dtype=torch.float64,
        device=place,
    )
    evaluated = 0

    for step in range(description.steps + 1):
        logits = network.forward(task, theta, train_inputs)  # (S, n, classes)
        loss = cross_entropy(logits, train_labels)  # (S,)
        divergence.watch(step, loss, theta)
        if divergence.everywhere:
            break
        if step == evaluation_steps[evaluated]:
            with torch.no_grad():
                test_logits = network.forward(task, theta, test_inputs)
                measured[0, evaluated] = loss
                measured[1, evaluated] = cross_entropy(test_logits, test_labels)
                measured[2, evaluated] = accuracy(logits, train_labels)
                measured[3, evaluated] = accuracy(test_logits, test_labels)
                measured[4, evaluated] = torch.linalg.vector_norm(theta, dim=1, dtype=torch.float64)
            evaluated += 1
            if on_step is not None:
                on_step(step, description.steps)
        if recorder is not None:
            recorder.observe(step, theta)
        if step == description.steps:
            break
        (theta.grad,) = torch.autograd.grad(loss.sum(), [theta])  # row s is the gradient of seed s alone
        optimizer.step()
        divergence.hold(theta)

    series = dict(zip(SERIES, measured.transpose(1, 2).cpu().numpy(), strict=True))
    divergence.blank(np.array(evaluation_steps), *series.values())
    return Run(
        description=description,
        provenance=gather(place, started_at, time.perf_counter() - clock),
        evaluation_steps=np.array(evaluation_steps, dtype=np.int64),
        **series,
        **_spectrum(description, recorder, divergence),
        kept_rows=_kept_rows(recorder, divergence),
        final_weights=theta.detach().cpu().numpy(),
        diverged=divergence.step,
    )


def _spectrum(
    description: RunDescription, recorder: SeedsRecorder | None, divergence: Divergence
) -> dict[str, npt.NDArray[Any]]:
    """The recorded inner products and the singular values of the newest W rows, with their floor."""
    steps = np.array(description.record_steps, dtype=np.int64)
    if recorder is None:
        names = ("inner", "sigma", "weight_rounding")
        empty = {name: np.empty(Run.shapes(description)[name]) for name in names}
        return {"record_steps": steps, **empty, "resolved": empty["sigma"].astype(np.bool_)}
    inner, rounding = recorder.inner(), recorder.weight_rounding()
    divergence.blank(steps, inner, rounding)
    length = description.network.length(description.task)
    sigma, resolved = singular_values(inner[..., 1:, 1:], length=length, noise=rounding)
    return {
        "record_steps": steps,
        "inner": inner,
        "sigma": sigma,
        "resolved": resolved,
        "weight_rounding": rounding,
    }


def _kept_rows(recorder: SeedsRecorder | None, divergence: Divergence) -> dict[int, npt.NDArray[np.floating]]:
    kept = {} if recorder is None else recorder.kept_rows()
    for step, rows in kept.items():
        divergence.blank(np.array([step]), rows[:, None])
    return kept


def _data(
    description: RunDescription, device: torch.device
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Encoded training inputs, labels ``(S, n)``, encoded held-out inputs, labels ``(S, m)``."""

    def tensor(per_seed: tuple[npt.NDArray[np.int64], ...]) -> torch.Tensor:
        return torch.from_numpy(np.stack(per_seed)).to(device)

    task, network = description.task, description.network
    parts = zip(*(task.data(seed) for seed in description.seeds), strict=True)
    train_inputs, train_labels, test_inputs, test_labels = (tensor(part) for part in parts)
    return network.encode(task, train_inputs), train_labels, network.encode(task, test_inputs), test_labels


def _initial_weights(description: RunDescription, device: torch.device) -> torch.Tensor:
    """``(S, p)``, drawn in float64 and then rounded, so that both dtypes start from the same point."""
    weights = np.stack([description.network.initial(description.task, s) for s in description.seeds])
    theta = torch.from_numpy(weights).to(device=device, dtype=getattr(torch, description.dtype))
    return theta.requires_grad_()
