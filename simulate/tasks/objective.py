"""What a task minimises and what it counts as right, one number per seed."""

from __future__ import annotations

from enum import Enum

import torch

from .classification import accuracy, log_probabilities, mean_over_seeds, sequence_accuracy
from .regression import explained_share, half_squared_error

SOFTMAXES = ("plain", "float64", "stablemax")


class Objective(Enum):
    """The kinds of targets, each with its loss and its score.

    - ``LABELS``: one class for each example, targets ``(n,)``;
    - ``POSITIONS``: one class for each position, targets ``(n, length)``, :data:`.IGNORED` where nothing
      is asked; the score is the share of positions that are right;
    - ``SEQUENCES``: the same, and an example is right when all its positions are. With the positions
      before given, as here, that is the share of sequences that greedy decoding writes without error;
    - ``VALUES``: a vector for each example, targets ``(n, outputs)``; the loss is half the squared
      error, the score the explained share of the variance.
    """

    LABELS = "labels"
    POSITIONS = "positions"
    SEQUENCES = "sequences"
    VALUES = "values"

    @property
    def classifies(self) -> bool:
        """Whether targets are classes."""
        return self is not Objective.VALUES

    def loss(self, output: torch.Tensor, targets: torch.Tensor, softmax: str = "plain") -> torch.Tensor:
        """Mean loss of each seed, ``(S,)``, of outputs ``(S, n, ..., outputs)``.

        ``softmax`` is one of :data:`SOFTMAXES`: how logits become probabilities. Unit: nat for classes;
        for values, the square of the unit of the targets.
        """
        if self is Objective.VALUES:
            return half_squared_error(output, targets)
        return -mean_over_seeds(log_probabilities(output, targets, softmax), targets)

    def score(self, output: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The share of each seed that is right, ``(S,)``, float64; see the class for what is right."""
        if self is Objective.VALUES:
            return explained_share(output, targets)
        if self is Objective.SEQUENCES:
            return sequence_accuracy(output, targets)
        return accuracy(output, targets)
