"""Optimizers as descriptions: every number explicit, none left to a library's default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch

from .settings import need_number


@dataclass(frozen=True)
class AdamW:
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
        for name, above in (("learning_rate", 0.0), ("epsilon", 0.0), ("weight_decay", None)):
            number = need_number("AdamW", name, getattr(self, name), above=above)
            object.__setattr__(self, name, number)
        if len(self.betas) != 2:
            raise ValueError(f"AdamW: betas={self.betas!r}; give two numbers, (β1, β2)")
        betas = tuple(need_number("AdamW", "betas", beta) for beta in self.betas)
        if max(betas) >= 1:
            raise ValueError(f"AdamW: betas={self.betas!r}; give numbers from 0 up to, not including, 1")
        object.__setattr__(self, "betas", betas)

    def build(self, tensors: Sequence[torch.Tensor]) -> torch.optim.Optimizer:
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


OPTIMIZERS: dict[str, type[AdamW]] = {AdamW.kind: AdamW}
