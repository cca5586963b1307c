"""Muon for matrices between hidden layers, AdamW for everything else, as Muon's authors advise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from torch.optim.adamw import adamw

from ..networks import Layout, Weight
from ..settings import need_flag, need_integer
from .rule import Rule, need_betas, need_momentum

# Coefficients of the quintic, and what keeps a zero gradient from being divided by its norm: Jordan et
# al., https://kellerjordan.github.io/posts/muon, and torch.optim.Muon.
_A, _B, _C = 3.4445, -4.7750, 2.0315
_SMALLEST_NORM = 1e-7


@dataclass(frozen=True)
class Muon(Rule):
    """Momentum, made orthogonal by a Newton–Schulz iteration in bfloat16 (as ``torch.optim.Muon``).

    A matrix (rows, columns) moves by ``learning_rate·(max(1, rows/columns))^½`` times the orthogonal factor
    of its (Nesterov) momentum. Weights that are not :attr:`.Weight.hidden` are trained by AdamW with
    ``adam_learning_rate``, ``betas`` and ``epsilon``. ``weight_decay`` is decoupled and the same for both:
    each step multiplies weights by ``1 − (their learning rate)·weight_decay``.

    The defaults of ``momentum``, ``nesterov`` and ``iterations`` are the authors'; those of the rest are
    :class:`.AdamW`'s or, for ``learning_rate``, the authors' 0.02.

    Raises:
        ValueError: a number is out of range.
    """

    kind: ClassVar[str] = "muon"

    learning_rate: float = 0.02
    momentum: float = 0.95
    nesterov: bool = True
    iterations: int = 5
    adam_learning_rate: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.98)
    epsilon: float = 1e-8
    weight_decay: float = 1.0

    def __post_init__(self) -> None:
        self._check_numbers("learning_rate", "adam_learning_rate", "epsilon", above=0.0)
        self._check_numbers("weight_decay")
        object.__setattr__(self, "momentum", need_momentum("Muon", self.momentum))
        object.__setattr__(self, "betas", need_betas("Muon", self.betas))
        need_flag("Muon", "nesterov", self.nesterov)
        need_integer("Muon", "iterations", self.iterations, at_least=1)

    def build(self, tensors: Sequence[torch.Tensor], layout: Layout | None = None) -> torch.optim.Optimizer:
        """The optimizer of one array ``(S, p)`` whose parts ``layout`` names.

        Raises:
            ValueError: there is no layout, more than one tensor, or no hidden matrix for Muon.
        """
        if layout is None or len(tensors) != 1:
            raise ValueError(
                f"Muon: {len(tensors)} tensors and layout={layout!r}; give one array of all weights and their layout"
            )
        hidden = [weight for weight in layout.weights if weight.hidden and len(weight.shape) == 2]
        if not hidden:
            names = ", ".join(layout.places)
            raise ValueError(f"Muon: none of {names} is a matrix between hidden layers; use AdamW")
        return _MuonAndAdamW(tensors[0], self, layout, hidden)


class _MuonAndAdamW(torch.optim.Optimizer):
    """All state is of the one array: ``momentum`` of the whole, AdamW's moments of the rest alone."""

    def __init__(self, theta: torch.Tensor, rule: Muon, layout: Layout, hidden: list[Weight]) -> None:
        defaults = {
            "lr": rule.learning_rate,
            "adam_lr": rule.adam_learning_rate,
            "weight_decay": rule.weight_decay,
        }
        super().__init__([theta], defaults)
        self._rule = rule
        self._hidden = [(layout.places[weight.name], weight.shape) for weight in hidden]
        names = {weight.name for weight in hidden}
        self._rest = [place for name, place in layout.places.items() if name not in names]

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step; ``closure`` is not supported."""
        if closure is not None:
            raise ValueError("Muon: a closure is not supported; compute the gradient before the step")
        (group,) = self.param_groups
        (theta,) = group["params"]
        if theta.grad is None:
            return
        state = self.state[theta]
        if not state:
            state["momentum"] = torch.zeros_like(theta)
            for name in ("exp_avg", "exp_avg_sq"):
                state[name] = torch.zeros_like(self._gathered(theta))
            state["step"] = torch.tensor(0.0)
        self._move_hidden(theta, state["momentum"], group["lr"], group["weight_decay"])
        self._move_rest(theta, state, group["adam_lr"], group["weight_decay"])

    def _move_hidden(self, theta: torch.Tensor, buffer: torch.Tensor, rate: float, decay: float) -> None:
        rule = self._rule
        for place, shape in self._hidden:
            gradient, momentum = theta.grad[:, place], buffer[:, place]  # type: ignore[index]
            momentum.lerp_(gradient, 1 - rule.momentum)
            step = gradient.lerp(momentum, rule.momentum) if rule.nesterov else momentum
            turned = orthogonal(step.reshape(-1, *shape), rule.iterations)
            weights = theta[:, place]
            weights.mul_(1 - rate * decay)
            scaled = rate * max(1.0, shape[0] / shape[1]) ** 0.5
            weights.add_(turned.flatten(1), alpha=-scaled)

    def _move_rest(
        self, theta: torch.Tensor, state: dict[str, torch.Tensor], rate: float, decay: float
    ) -> None:
        if not self._rest:
            return
        weights = self._gathered(theta)
        adamw(
            [weights],
            [self._gathered(theta.grad)],  # type: ignore[arg-type]
            [state["exp_avg"]],
            [state["exp_avg_sq"]],
            [],
            [state["step"]],
            amsgrad=False,
            beta1=self._rule.betas[0],
            beta2=self._rule.betas[1],
            lr=rate,
            weight_decay=decay,
            eps=self._rule.epsilon,
            maximize=False,
        )
        start = 0
        for place in self._rest:
            length = place.stop - place.start
            theta[:, place] = weights[:, start : start + length]
            start += length

    def _gathered(self, array: torch.Tensor) -> torch.Tensor:
        """The columns of the rest, one behind the other, ``(S, r)``."""
        return torch.cat([array[:, place] for place in self._rest], dim=1) if self._rest else array[:, :0]


def orthogonal(matrices: torch.Tensor, iterations: int) -> torch.Tensor:
    """Nearly the orthogonal factor ``U Vᵀ`` of each of ``matrices (S, rows, columns)``, in bfloat16.

    The iteration brings singular values to between about 0.7 and 1.2, not to 1 (Jordan et al.).
    """
    tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.bfloat16()
    if tall:
        x = x.mT
    norms = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
    x = x / norms.clamp(min=_SMALLEST_NORM)  # now no singular value is above 1
    for _ in range(iterations):
        gram = x @ x.mT
        update = torch.baddbmm(gram, gram, gram, beta=_B, alpha=_C)
        x = torch.baddbmm(x, update, x, beta=_A)
    return x.mT if tall else x
