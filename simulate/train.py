"""Train several seeds of one network together, and record the spectrum of their updates."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from .description import SERIES, RunDescription
from .device import resolve_device
from .provenance import gather
from .recorder.seeds import SeedsRecorder
from .run import Run
from .spectrum import singular_values
from .tasks import stages
from .training.checkpoint import Keeper, restore, state_of
from .training.clipping import clip
from .training.divergence import Divergence
from .training.examples import load, load_probes
from .training.measure import Measurements, trained_outputs
from .training.snapshots import SnapshotKeeper


def train(
    description: RunDescription,
    device: str = "cpu",
    on_step: Callable[[int, int], None] | None = None,
    keeper: Keeper | None = None,
) -> Run:
    """Train all seeds of ``description`` as one array and return what was measured.

    The same description gives the same bits on the same machine, whatever the state of the global
    random generators, which are neither read nor changed. Recording changes no weight.

    No number of a seed enters another's, so in exact arithmetic a seed trains alone as it trains with
    others. In floating point sums over a seed's own numbers may be taken in another order when the array
    has another shape: the two agree to rounding, and bit for bit where the shape of the array is the same
    (seeds permuted, or another seed diverged).

    Args:
        description: everything that decides the numbers.
        device: ``"cpu"`` or ``"cuda"``.
        on_step: called with (steps done, steps in all) at every evaluation.
        keeper: keeps checkpoints, and gives back the last one of a run that was interrupted; the result
            has the same bits as that of a run that was not.

    Raises:
        DeviceError: the device is absent or unknown. Nothing has been done by then.
    """
    place = resolve_device(device)
    started_at, clock = datetime.now(UTC).isoformat(timespec="seconds"), time.perf_counter()

    task, network = description.task, description.network
    layout, objective = network.layout(task), task.objective
    taught = [(start, load(description, part, place)) for start, part in stages(task)]
    probes = load_probes(description, place)

    theta = _initial_weights(description, place)  # (S, p)
    optimizer = description.optimizer.build([theta], layout)
    rates = [
        {key: group[key] for key in ("lr", "adam_lr") if key in group} for group in optimizer.param_groups
    ]
    decays = [group["weight_decay"] for group in optimizer.param_groups]
    freeze = _freezer(description, theta)
    watched = _watched(description, place)
    recorder = _recorder(description, watched(theta))
    divergence = Divergence(len(description.seeds))
    measured = Measurements(description, place)
    snapshots = SnapshotKeeper(description.snapshot_steps, theta)
    parts = (theta, optimizer, recorder, divergence, measured, snapshots)

    first = 0
    if keeper is not None and (kept := keeper.load(place)) is not None:
        first = restore(kept, *parts)

    for step in range(first, description.steps + 1):
        if keeper is not None and step > first and keeper.due():
            keeper.save(state_of(step, *parts))
        train_examples, test_examples = next(part for start, part in reversed(taught) if start <= step)
        batch = train_examples
        if description.batches is not None:
            batch = train_examples.batch(description.batches, description.seeds, step)
        output = trained_outputs(description, theta, batch.inputs)  # (S, n, ..., outputs)
        loss = objective.loss(output, batch.targets, description.softmax)  # (S,)
        divergence.watch(step, loss, theta)
        if divergence.everywhere:
            break

        if measured.due(step):
            seen = (output, loss) if batch is train_examples else None
            measured.take(theta, train_examples, test_examples, probes, seen)
            if keeper is not None:
                keeper.show(measured)
            if on_step is not None:
                on_step(step, description.steps)
        if recorder is not None and step % recorder.stride == 0:  # the weights that it watches are a copy
            recorder.observe(step, watched(theta))
        if snapshots.due(step):
            snapshots.take(theta)
        if step == description.steps:
            break

        (theta.grad,) = torch.autograd.grad(loss.sum(), [theta])  # row s is the gradient of seed s alone
        if description.clip is not None:
            theta.grad = clip(theta.grad, description.clip)
        for group, rate, decay in zip(optimizer.param_groups, rates, decays, strict=True):
            factor = description.schedule.factor(step)
            group.update({key: value * factor for key, value in rate.items()})
            group["weight_decay"] = decay * description.decay_schedule.factor(step)
        optimizer.step()
        freeze(theta)
        divergence.hold(theta)

    series = measured.series()
    evaluation_steps = np.array(description.evaluation_steps, dtype=np.int64)
    weights_kept = snapshots.weights()
    divergence.blank(np.array(description.snapshot_steps), weights_kept)
    divergence.blank(evaluation_steps, *series.values())
    return Run(
        description=description,
        provenance=gather(place, started_at, time.perf_counter() - clock),
        evaluation_steps=evaluation_steps,
        train_loss=series["train_loss"],
        test_loss=series["test_loss"],
        train_accuracy=series["train_accuracy"],
        test_accuracy=series["test_accuracy"],
        weight_norm=series["weight_norm"],
        probes={name: series[name] for name in description.series if name not in SERIES},
        **_spectrum(description, recorder, divergence),
        kept_rows=_kept_rows(recorder, divergence),
        final_weights=theta.detach().cpu().numpy(),
        diverged=divergence.step,
        snapshots=weights_kept,
    )


def _initial_weights(description: RunDescription, device: torch.device) -> torch.Tensor:
    """``(S, p)``, drawn in float64 and then rounded, so that all dtypes start from the same point."""
    weights = np.stack([description.network.initial(description.task, s) for s in description.seeds])
    theta = torch.from_numpy(weights).to(device=device, dtype=description.weights)
    return theta.requires_grad_()


def _watched(description: RunDescription, device: torch.device) -> Callable[[torch.Tensor], torch.Tensor]:
    """From all weights ``(S, p)`` to those that are recorded."""
    recording = description.recording
    if recording is None or description.recorded_length == description.network.length(description.task):
        return lambda theta: theta
    places = description.network.layout(description.task).matching(recording.weights)
    columns = torch.from_numpy(places).to(device)
    return lambda theta: theta.detach().index_select(1, columns)


def _freezer(description: RunDescription, theta: torch.Tensor) -> Callable[[torch.Tensor], None]:
    """What puts frozen weights back where they began, after every step."""
    if not description.frozen:
        return lambda _: None
    places = description.network.layout(description.task).matching(description.frozen)
    columns = torch.from_numpy(places).to(theta.device)
    start = theta.detach().index_select(1, columns)

    @torch.no_grad()
    def freeze(theta: torch.Tensor) -> None:
        theta.index_copy_(1, columns, start)

    return freeze


def _recorder(description: RunDescription, weights: torch.Tensor) -> SeedsRecorder | None:
    if description.recording is None:
        return None
    return SeedsRecorder(description.recording, description.record_steps, weights)


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
    length = description.recorded_length
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
