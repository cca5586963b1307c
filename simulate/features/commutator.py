"""The commutator defect: does it matter in which order two minibatches are learned?

``‖θ_AB − θ_BA‖/(‖ηg_A‖‖ηg_B‖)``, with θ_AB the weights after a plain gradient step on A and then one on B, both of
length η times the gradient (arXiv:2602.16746). To lowest order in η the numerator is ``η²‖H_B g_A − H_A g_B‖``, so the
defect is a curvature over a gradient: its unit is 1/θ, and it grows when gradients vanish.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from ..description import RunDescription

Array = npt.NDArray[np.float64]

RATE = 1e-3
"""η of the source's script. In float64 the differences of gradients keep ten digits at it."""
PAIRS = 5
"""Pairs of minibatches whose median is taken, as in the source's script."""
SHARE = 0.1
"""Size of a minibatch over that of the training set: the source takes 512 of about 4700 pairs."""
_AT_ONCE = 128
"""Weight vectors that go through the network together; bounds the memory, no source."""


class Defects(NamedTuple):
    """Medians over the pairs of minibatches, ``(S, K)`` for K weights of S seeds; NaN where a gradient is 0."""

    defect: Array
    """The defect (1/θ)."""
    gradient: Array
    """``(‖g_A‖‖g_B‖)^½`` (L/θ)."""


def batches(description: RunDescription, seed: int) -> npt.NDArray[np.int64]:
    """Places of the training examples of each pair of minibatches, ``(PAIRS, 2, size)``, for a generator's seed.

    Drawn without repetition within a batch; the two batches of a pair may share examples, as in the source.
    """
    count = len(description.task.data(description.seeds[0])[0])
    draw = np.random.default_rng(seed)
    size = max(1, round(SHARE * count))
    return np.stack([[draw.permutation(count)[:size] for _ in range(2)] for _ in range(PAIRS)])


def defects(
    description: RunDescription,
    weights: npt.NDArray[np.floating],
    chosen: npt.NDArray[np.int64],
    rate: float = RATE,
) -> Defects:
    """The defect at each of ``weights (S, K, p)``, in float64, on the training examples of each seed.

    Args:
        description: of the run; its task must be one and the same throughout.
        weights: of all seeds, in order, at K steps.
        chosen: see :func:`batches`; the same at all steps, so that batches add no scatter along a run.
        rate: η.

    Raises:
        ValueError: the weights are not of all seeds.
    """
    if weights.ndim != 3 or len(weights) != len(description.seeds):
        raise ValueError(
            f"weights of shape {weights.shape}; give (S, K, p) with S = {len(description.seeds)}"
        )
    splits = [description.task.data(seed) for seed in description.seeds]
    inputs, targets = (np.stack(arrays) for arrays in list(zip(*splits, strict=True))[:2])
    seeds, steps, _ = weights.shape
    found = np.full((2, seeds, steps, len(chosen)), np.nan)
    places = [(s, k) for s in range(seeds) for k in range(steps)]
    for pair, (first, second) in enumerate(chosen):
        for begin in range(0, len(places), _AT_ONCE):
            rows, columns = np.array(places[begin : begin + _AT_ONCE]).T
            theta = torch.from_numpy(weights[rows, columns].astype(np.float64))
            of_first, of_second = (
                _Gradient(description, inputs[rows][:, batch], targets[rows][:, batch])
                for batch in (first, second)
            )
            found[:, rows, columns, pair] = _defect(theta, of_first, of_second, rate)
    with np.errstate(invalid="ignore"):
        defect, gradient = np.median(found, axis=3)
    return Defects(defect, gradient)


class _Gradient:
    """The gradient of the mean loss on one batch of each seed."""

    def __init__(
        self, description: RunDescription, inputs: npt.NDArray[np.generic], targets: npt.NDArray[np.generic]
    ):
        self._description = description
        read = torch.from_numpy(inputs)
        read = read.double() if read.is_floating_point() else read
        self._inputs = description.network.encode(description.task, read)
        self._targets = torch.from_numpy(targets)

    def __call__(self, theta: torch.Tensor) -> torch.Tensor:
        at = theta.detach().requires_grad_()
        task = self._description.task
        output = self._description.network.forward(task, at, self._inputs)
        loss = task.objective.loss(output, self._targets, self._description.softmax)
        (gradient,) = torch.autograd.grad(loss.sum(), [at])
        return gradient


def _defect(theta: torch.Tensor, first: _Gradient, second: _Gradient, rate: float) -> Array:
    """Defect and mean gradient norm of each row, ``(2, N)``."""
    a, b = first(theta), second(theta)
    # θ_AB − θ_BA without the terms that both share: −η [g_B(θ − ηg_A) − g_B(θ)] + η [g_A(θ − ηg_B) − g_A(θ)].
    apart = rate * ((first(theta - rate * b) - a) - (second(theta - rate * a) - b))
    product = a.norm(dim=1) * b.norm(dim=1)
    defect = torch.where(product > 0, apart.norm(dim=1) / (rate**2 * product), torch.nan)
    return torch.stack([defect, product.sqrt()]).numpy()
