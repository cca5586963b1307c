"""Loss and accuracy of a classification, one number per seed."""

from __future__ import annotations

import torch


def cross_entropy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean of ``−log softmax(logits)[label]`` over the examples of each seed.

    Shapes: logits ``(S, n, classes)``, labels ``(S, n)``, result ``(S,)``; unit nat.
    """
    chosen = logits.log_softmax(-1).gather(-1, labels[..., None])  # (S, n, 1)
    return -chosen.mean(dim=(1, 2))


def accuracy(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Share of the examples of each seed whose largest logit is at the label, ``(S,)``, float64."""
    return (logits.argmax(-1) == labels).to(torch.float64).mean(1)
