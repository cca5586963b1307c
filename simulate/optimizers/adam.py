"""Adam, with weight decay apart from the gradient (AdamW) or in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from ..networks import Layout
from .rule import Rule, need_betas


@dataclass(frozen=True)
class AdamW(Rule):
    """Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101).

    The defaults of ``learning_rate``, ``betas`` and ``weight_decay`` are the project's toy setting; the
    source (arXiv:2603.28964) trains with learning rate 1e-3, the same betas, and decay 1 or 0.
    ``epsilon`` is that of the Adam paper (arXiv:1412.6980) and of PyTorch.

    ``weight_decay`` is PyTorch's: each step multiplies the weights by ``1 - learning_rate·weight_decay``.

    Raises:
        ValueError: a number is negative or not finite, ``learning_rate`` or ``epsilon`` is 0, or a beta
            is not below 1.
    """

    kind: ClassVar[str] = "adamw"

    learning_rate: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.98)
    epsilon: float = 1e-8
    weight_decay: float = 1.0

    def __post_init__(self) -> None:
        self._check_numbers("learning_rate", "epsilon", above=0.0)
        self._check_numbers("weight_decay")
        object.__setattr__(self, "betas", need_betas(type(self).__name__, self.betas))

    def build(self, tensors: Sequence[torch.Tensor], layout: Layout | None = None) -> torch.optim.Optimizer:  # noqa: ARG002
        """The optimizer of ``tensors``, whose leading axis is the seed.

        AdamW acts on each number by itself, so seeds in one tensor are as independent as in many. The
        fused kernel makes one pass over the weights where the default makes about ten.
        """
        return torch.optim.AdamW(
            tensors,
            lr=self.learning_rate,
            betas=self.betas,
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            fused=True,
        )


@dataclass(frozen=True)
class Adam(AdamW):
    """Adam (arXiv:1412.6980) with ``weight_decay·θ`` added to the gradient, before the moments are taken.

    That is not :class:`AdamW`'s decay: it is divided by √v like the rest of the gradient.

    Raises:
        ValueError: as for :class:`AdamW`.
    """

    kind: ClassVar[str] = "adam"

    def build(self, tensors: Sequence[torch.Tensor], layout: Layout | None = None) -> torch.optim.Optimizer:  # noqa: ARG002
        """The optimizer of ``tensors``, whose leading axis is the seed."""
        return torch.optim.Adam(
            tensors,
            lr=self.learning_rate,
            betas=self.betas,
            eps=self.epsilon,
            weight_decay=self.weight_decay,
            fused=True,
        )
