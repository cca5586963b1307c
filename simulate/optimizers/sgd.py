"""Gradient descent, plain, with momentum, or with Nesterov's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch

from ..networks import Layout
from ..settings import need_flag
from .rule import Rule, need_momentum


@dataclass(frozen=True)
class SGD(Rule):
    """PyTorch's form of momentum: ``b ← momentum·b + g``, ``θ ← θ − learning_rate·b``, b = g at first.

    With ``nesterov`` the step is along ``g + momentum·b``. Weight decay is ``decoupled`` (each step first
    multiplies the weights by ``1 − learning_rate·weight_decay``, as AdamW and Muon do) or, if not, added
    to the gradient as in ``torch.optim.SGD``. Without momentum the two are the same but for rounding. No
    default has a source.

    Raises:
        ValueError: a number is out of range, or ``nesterov`` is asked for without momentum.
    """

    kind: ClassVar[str] = "sgd"

    learning_rate: float = 0.1
    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0
    decoupled: bool = True

    def __post_init__(self) -> None:
        self._check_numbers("learning_rate", above=0.0)
        self._check_numbers("weight_decay")
        object.__setattr__(self, "momentum", need_momentum("SGD", self.momentum))
        need_flag("SGD", "nesterov", self.nesterov)
        need_flag("SGD", "decoupled", self.decoupled)
        if self.nesterov and self.momentum == 0:
            raise ValueError("SGD: nesterov=True with momentum=0.0; give a momentum above 0")

    def build(self, tensors: Sequence[torch.Tensor], layout: Layout | None = None) -> torch.optim.Optimizer:  # noqa: ARG002
        """The optimizer of ``tensors``, whose leading axis is the seed; it acts on each number by itself."""
        kind = _DecoupledSGD if self.decoupled and self.weight_decay else torch.optim.SGD
        return kind(
            tensors,
            lr=self.learning_rate,
            momentum=self.momentum,
            nesterov=self.nesterov,
            weight_decay=self.weight_decay,
        )


class _DecoupledSGD(torch.optim.SGD):
    """``torch.optim.SGD`` whose weight decay shrinks the weights and does not enter the gradient."""

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        kept = [group["weight_decay"] for group in self.param_groups]
        for group, decay in zip(self.param_groups, kept, strict=True):
            for weights in group["params"]:
                weights.mul_(1 - group["lr"] * decay)
            group["weight_decay"] = 0.0
        try:
            return super().step(closure)
        finally:
            for group, decay in zip(self.param_groups, kept, strict=True):
                group["weight_decay"] = decay
