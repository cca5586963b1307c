"""What training asks of an optimizer's description."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import torch

from ..networks import Layout
from ..settings import need_number


class Rule(ABC):
    """An optimizer as data: every number explicit, none left to a library's default.

    A new one is a frozen dataclass with these members, named in ``optimizers/__init__.py``.
    """

    kind: ClassVar[str]

    learning_rate: float
    weight_decay: float

    @abstractmethod
    def build(self, tensors: Sequence[torch.Tensor], layout: Layout | None = None) -> torch.optim.Optimizer:
        """The optimizer of ``tensors``, whose leading axis is the seed.

        Args:
            tensors: weights, each with a leading seed axis; no seed's numbers enter another's.
            layout: the places of the named weights when ``tensors`` is one array ``(S, p)``; needed only
                by optimizers that treat some weights in another way than others.
        """

    def _check_numbers(self, *names: str, above: float | None = None) -> None:
        for name in names:
            number = need_number(type(self).__name__, name, getattr(self, name), above=above)
            object.__setattr__(self, name, number)


def need_betas(owner: str, betas: Sequence[float]) -> tuple[float, float]:
    """``betas`` as two numbers from 0 up to, not including, 1.

    Raises:
        ValueError: they are anything else.
    """
    if len(betas) != 2:
        raise ValueError(f"{owner}: betas={betas!r}; give two numbers, (β1, β2)")
    first, second = (need_number(owner, "betas", beta) for beta in betas)
    if max(first, second) >= 1:
        raise ValueError(f"{owner}: betas={betas!r}; give numbers from 0 up to, not including, 1")
    return first, second


def need_momentum(owner: str, value: object) -> float:
    """``value`` as a number from 0 up to, not including, 1.

    Raises:
        ValueError: it is anything else.
    """
    number = need_number(owner, "momentum", value)
    if number >= 1:
        raise ValueError(f"{owner}: momentum={value!r}; give a number from 0 up to, not including, 1")
    return number
