"""Loss and accuracy of a classification, one number per seed."""

from __future__ import annotations

import torch

IGNORED = -100
"""The label of a position at which nothing is asked (the value is PyTorch's default)."""


def log_stablemax(logits: torch.Tensor) -> torch.Tensor:
    """``log(s(z)/Σs(z))`` with ``s(z) = z + 1`` for z ≥ 0 and ``1/(1 − z)`` below (arXiv:2501.04697).

    It grows like z and not like e^z, so that float32 never rounds a probability to 1.
    """
    # Each branch gets an argument that is harmless where the other is chosen: otherwise its derivative
    # there, times zero, could be NaN.
    upper = torch.log1p(logits.clamp(min=0))
    lower = -torch.log1p(-logits.clamp(max=0))
    log_s = torch.where(logits >= 0, upper, lower)
    return log_s - log_s.exp().sum(-1, keepdim=True).log()


def log_probabilities(logits: torch.Tensor, labels: torch.Tensor, softmax: str = "plain") -> torch.Tensor:
    """The log-probability of each label.

    Shapes: logits ``(S, n, ..., classes)``, labels and result ``(S, n, ...)``; at :data:`IGNORED` labels
    the result is that of class 0.

    Args:
        logits: what the network gives.
        labels: classes, int64.
        softmax: ``"plain"`` in the precision of the logits; ``"float64"`` in float64, so that nothing
            underflows; ``"stablemax"``, see :func:`log_stablemax`.
    """
    if softmax == "stablemax":
        logs = log_stablemax(logits)
    else:
        logs = (logits.double() if softmax == "float64" else logits).log_softmax(-1)
    return logs.gather(-1, labels.clamp(min=0)[..., None])[..., 0]


def mean_over_seeds(values: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean of ``values (S, n, ...)`` over all but the seed, without the places that ``labels`` ignore."""
    if labels.ndim == 2:
        return values.mean(dim=1)
    counted = labels != IGNORED
    axes = tuple(range(1, labels.ndim))
    return torch.where(counted, values, 0.0).sum(axes) / counted.sum(axes)


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean of ``−log softmax(logits)[label]`` of each seed, ``(S,)``; unit nat."""
    return -mean_over_seeds(log_probabilities(logits, labels), labels)


def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Share of the labels of each seed at which the largest logit is, ``(S,)``, float64."""
    return mean_over_seeds((logits.argmax(-1) == labels).to(torch.float64), labels)


def sequence_accuracy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Share of the examples of each seed with every label right, ``(S,)``, float64.

    Shapes: logits ``(S, n, length, classes)``, labels ``(S, n, length)``.
    """
    right = (logits.argmax(-1) == labels) | (labels == IGNORED)
    return right.all(-1).to(torch.float64).mean(1)
