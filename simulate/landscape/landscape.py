"""Loss, gradient and curvature of all seeds at any weights, on their own training and held-out examples.

``H v`` is the gradient of ``v · ∇L`` (Pearlmutter, Neural Computation 6, 1994). Row s of the summed loss's gradient
belongs to seed s alone, so one product serves all seeds. All is computed in float64, whatever the run was trained in:
curvatures along flat directions are small differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.overrides import TorchFunctionMode

from ..description import RunDescription
from ..device import resolve_device
from ..tasks import stages
from ..tasks.classification import IGNORED
from ..training.examples import Examples, load
from ..training.measure import outputs

Array = npt.NDArray[np.float64]

TRAIN, HELD_OUT = "train", "held-out"


class Along(NamedTuple):
    """Of one loss along m directions, each ``(S, m)``."""

    h: Array
    """``v_jᵀ H v_j`` (L/θ²)."""
    G: Array
    """``v_j · ∇L`` (L/θ)."""


class Measured(NamedTuple):
    """At some weights, each ``(S,)``."""

    loss: Array
    """Mean loss (L)."""
    score: Array
    """What the task counts as right, see :class:`.Objective`."""


class _Twice(TorchFunctionMode):
    """``embedding_bag`` by rows that are looked up and summed: the kernel has no second derivative."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        if func is torch.nn.functional.embedding_bag:
            chosen, table = args
            return torch.nn.functional.embedding(chosen, table).sum(dim=-2)
        return func(*args, **(kwargs or {}))


class Landscape:
    """The losses of some seeds of a run as functions of their weights ``(S, p)``, float64.

    Args:
        description: of the run.
        seeds: those wanted, in order; all of the run's if None.
        step: which task, where a run learns one after the other: the one that is taught at this step.
        device: ``"cpu"`` or ``"cuda"``.

    Raises:
        DeviceError: the device is absent or unknown.
    """

    def __init__(
        self,
        description: RunDescription,
        seeds: tuple[int, ...] | None = None,
        step: int = 0,
        device: str = "cpu",
    ) -> None:
        self._place = resolve_device(device)
        self.description = replace(
            description,
            seeds=description.seeds if seeds is None else seeds,
            dtype="float64",
            recording=None,
            snapshots=None,
        )
        task = next(part for start, part in reversed(stages(description.task)) if start <= step)
        train, held_out = load(self.description, task, self._place)
        self._examples = {TRAIN: train, HELD_OUT: held_out}

    def along(self, theta: Array, v: Array, data: str = TRAIN) -> Along:
        """h_j and G_j at weights ``(S, p)`` along directions ``v (S, m, p)``, on ``"train"`` or ``"held-out"`` data.

        A direction that is NaN has NaN for both.
        """
        curvatures, gradients = [], []
        with _twice_differentiable():
            weights = self._weights(theta).requires_grad_()
            (slope,) = torch.autograd.grad(self._losses(weights, data).sum(), weights, create_graph=True)
            for j in range(v.shape[1]):
                direction = self._weights(v[:, j])
                known = torch.isfinite(direction).all(dim=1)
                used = torch.where(known[:, None], direction, 0.0)
                along = (slope * used).sum(dim=1)  # (S,)
                (product,) = torch.autograd.grad(along.sum(), weights, retain_graph=True)
                curvatures.append(torch.where(known, (product * used).sum(dim=1), torch.nan))
                gradients.append(torch.where(known, along.detach(), torch.nan))
        return Along(_numbers(torch.stack(curvatures, dim=1)), _numbers(torch.stack(gradients, dim=1)))

    def products(self, theta: Array, v: Array, data: str = TRAIN) -> Array:
        """``H v_j``, ``(S, m, p)``, of directions ``v (S, m, p)``."""
        found = []
        with _twice_differentiable():
            weights = self._weights(theta).requires_grad_()
            (slope,) = torch.autograd.grad(self._losses(weights, data).sum(), weights, create_graph=True)
            for j in range(v.shape[1]):
                along = (slope * self._weights(v[:, j])).sum()
                found.append(torch.autograd.grad(along, weights, retain_graph=True)[0])
        return _numbers(torch.stack(found, dim=1))

    def gradient(self, theta: Array, data: str = TRAIN) -> Array:
        """``∇L``, ``(S, p)`` (L/θ)."""
        weights = self._weights(theta).requires_grad_()
        (slope,) = torch.autograd.grad(self._losses(weights, data).sum(), weights)
        return _numbers(slope)

    @torch.no_grad()
    def measured(self, theta: Array, data: str = HELD_OUT) -> Measured:
        """Loss and score at weights ``(S, p)``; NaN where weights are NaN."""
        known = np.asarray(np.isfinite(theta).all(axis=1))
        examples, objective = self._examples[data], self.description.task.objective
        output = self._outputs(self._weights(np.where(known[:, None], theta, 0.0)), examples)
        loss = objective.loss(output, examples.targets, self.description.softmax)
        score = objective.score(output, examples.targets)
        return Measured(*(np.where(known, _numbers(found), np.nan) for found in (loss, score)))

    @torch.no_grad()
    def divergence(self, theta: Array, moved: Array, data: str = HELD_OUT) -> Array:
        """Mean over the places that ask for a label of ``KL(outputs at theta ‖ outputs at moved)``, ``(S,)`` (nat).

        Raises:
            ValueError: the task has values and not classes.
        """
        if not self.description.task.objective.classifies:
            raise ValueError(
                f"divergence: {type(self.description.task).__name__} has values, but a KL needs classes"
            )
        known = np.asarray(np.isfinite(moved).all(axis=1))
        examples = self._examples[data]
        logs = [
            self._outputs(self._weights(np.where(known[:, None], at, 0.0)), examples).log_softmax(-1)
            for at in (theta, moved)
        ]
        apart = (logs[0].exp() * (logs[0] - logs[1])).sum(-1)  # (S, n, ...)
        counted = examples.targets != IGNORED
        axes = tuple(range(1, apart.ndim))
        mean = torch.where(counted, apart, 0.0).sum(axes) / counted.sum(axes)
        return np.where(known, _numbers(mean), np.nan)

    def _losses(self, weights: torch.Tensor, data: str) -> torch.Tensor:
        examples = self._examples[data]
        output = self._outputs(weights, examples)
        return self.description.task.objective.loss(output, examples.targets, self.description.softmax)

    def _outputs(self, weights: torch.Tensor, examples: Examples) -> torch.Tensor:
        return outputs(self.description, weights, examples.inputs)

    def _weights(self, numbers: Array) -> torch.Tensor:
        return torch.from_numpy(np.ascontiguousarray(numbers)).to(self._place)


@contextmanager
def _twice_differentiable() -> Iterator[None]:
    with torch.enable_grad(), _Twice():
        yield


def _numbers(tensor: torch.Tensor) -> Array:
    numbers: Array = tensor.detach().to(torch.float64).cpu().numpy()
    return numbers
