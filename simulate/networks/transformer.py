"""Pre-norm transformers for one sequence: an encoder with one answer, and a causal one with many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch

from ..settings import need_integer
from ..tasks import Objective, Task, TokenInputs
from .blocks import (
    Weights,
    attend,
    attention_weights,
    causal,
    dense,
    dense_weights,
    embed,
    feed,
    feedforward_weights,
    norm,
    norm_weights,
)
from .layout import Law, Layout, Weight
from .network import Network, misfit


@dataclass(frozen=True)
class TransformerSizes(Network):
    """Sizes that all transformers here have. The defaults are the source's for one sequence.

    Raises:
        ValueError: a size is no integer of at least 1, or ``heads`` does not divide ``width``.
    """

    width: int = 128
    heads: int = 4
    inner: int = 256
    layers: int = 2

    def __post_init__(self) -> None:
        owner = type(self).__name__
        for name in ("width", "heads", "inner", "layers"):
            need_integer(owner, name, getattr(self, name), at_least=1)
        if self.width % self.heads:
            raise ValueError(f"{owner}: width={self.width} is no multiple of heads={self.heads}")


def layer_weights(name: str, width: int, inner: int) -> list[Weight]:
    """Weights of ``torch.nn.TransformerEncoderLayer``."""
    return [
        *norm_weights(f"{name}.attention_norm", width),
        *attention_weights(f"{name}.attention", width),
        *norm_weights(f"{name}.feedforward_norm", width),
        *feedforward_weights(f"{name}.feedforward", width, inner),
    ]


def layer(
    weights: Weights, name: str, x: torch.Tensor, heads: int, hidden: torch.Tensor | None
) -> torch.Tensor:
    """``torch.nn.TransformerEncoderLayer(norm_first=True)``, ``(S, n, length, width)`` to the same."""
    inside = norm(weights, f"{name}.attention_norm", x)
    x = x + attend(weights, f"{name}.attention", inside, inside, heads, hidden)
    return x + feed(weights, f"{name}.feedforward", norm(weights, f"{name}.feedforward_norm", x))


@dataclass(frozen=True)
class EncoderTransformer(TransformerSizes):
    """All places see each other; the answer is read at the first. For a pair of residues, the source's.

    Token embeddings start standard normal, position embeddings with variance 1/width.
    """

    kind: ClassVar[str] = "encoder_transformer"

    def layout(self, task: Task) -> Layout:
        """``tokens``, ``positions``, ``layers.0`` …, ``norm`` and ``readout``."""
        if not isinstance(task.inputs, TokenInputs) or task.objective is not Objective.LABELS:
            raise misfit(self, task, "tokens with one label for each example")
        return _layout(self, task.inputs, task.outputs, Law("normal", self.width**-0.5))

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, outputs)`` of tokens ``(S, n, length)``."""
        weights = self.layout(task).arrays(theta)
        x = _run(self, weights, encoded, None)
        return dense(weights, "readout", norm(weights, "norm", x[:, :, :1]))[:, :, 0]


@dataclass(frozen=True)
class CausalTransformer(TransformerSizes):
    """A place sees itself and those before it; there is an answer at each. For Dyck words, the source's.

    Token and position embeddings start standard normal. Padding comes last and asks for nothing, so it
    needs no mask of its own.
    """

    kind: ClassVar[str] = "causal_transformer"

    def layout(self, task: Task) -> Layout:
        """``tokens``, ``positions``, ``layers.0`` …, ``norm`` and ``readout``."""
        if not isinstance(task.inputs, TokenInputs) or task.objective is not Objective.POSITIONS:
            raise misfit(self, task, "tokens with a label at each position")
        return _layout(self, task.inputs, task.outputs, Law("normal", 1.0))

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, length, outputs)`` of tokens ``(S, n, length)``."""
        weights = self.layout(task).arrays(theta)
        x = _run(self, weights, encoded, causal(encoded.shape[2], encoded.device))
        return dense(weights, "readout", norm(weights, "norm", x))


def _layout(sizes: TransformerSizes, inputs: TokenInputs, outputs: int, positions: Law) -> Layout:
    layers = [layer_weights(f"layers.{i}", sizes.width, sizes.inner) for i in range(sizes.layers)]
    return Layout(
        Weight("tokens", (inputs.vocabulary, sizes.width), Law("normal", 1.0)),
        Weight("positions", (inputs.length, sizes.width), positions),
        *(weight for part in layers for weight in part),
        *norm_weights("norm", sizes.width),
        *dense_weights("readout", sizes.width, outputs, hidden=False),
    )


def _run(
    sizes: TransformerSizes, weights: Weights, tokens: torch.Tensor, hidden: torch.Tensor | None
) -> torch.Tensor:
    """From tokens ``(S, n, length)`` to what stands before the last norm, ``(S, n, length, width)``."""
    x = embed(weights["tokens"], tokens) + weights["positions"][:, None, : tokens.shape[2]]
    for i in range(sizes.layers):
        x = layer(weights, f"layers.{i}", x, sizes.heads, hidden)
    return x
