"""A pre-norm encoder-decoder transformer: read one sequence, write another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch

from ..tasks import Task, TranslationInputs
from .blocks import (
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
    padded,
)
from .layout import Law, Layout, Weight
from .network import misfit
from .transformer import TransformerSizes


@dataclass(frozen=True)
class EncoderDecoderTransformer(TransformerSizes):
    """``layers`` blocks that read and ``layers`` that write, the latter seeing what was read.

    Built like ``torch.nn.Transformer(norm_first=True)``, which ends both halves with a norm and draws all
    its matrices by Glorot's law, with a further norm before the readout as in the source's network; token
    and position embeddings start standard normal. The defaults are the source's for SCAN.
    """

    kind: ClassVar[str] = "encoder_decoder_transformer"

    width: int = 256
    heads: int = 4
    inner: int = 512
    layers: int = 3

    def layout(self, task: Task) -> Layout:
        """``source.*``, ``target.*``, ``encoder.0`` …, ``decoder.0`` …, norms and ``readout``."""
        inputs = task.inputs
        if not isinstance(inputs, TranslationInputs):
            raise misfit(self, task, "a sequence to read and one to write")
        width, normal = self.width, Law("normal", 1.0)
        weights = [
            Weight("source.tokens", (inputs.source.vocabulary, width), normal),
            Weight("source.positions", (inputs.source.length, width), normal),
            Weight("target.tokens", (inputs.target.vocabulary, width), normal),
            Weight("target.positions", (inputs.target.length, width), normal),
        ]
        for i in range(self.layers):
            weights += self._block(f"encoder.{i}", ("attention",))
        weights += norm_weights("encoder.norm", width)
        for i in range(self.layers):
            weights += self._block(f"decoder.{i}", ("attention", "cross_attention"))
        weights += norm_weights("decoder.norm", width) + norm_weights("norm", width)
        return Layout(*weights, *dense_weights("readout", width, task.outputs, hidden=False))

    def _block(self, name: str, attentions: tuple[str, ...]) -> list[Weight]:
        weights: list[Weight] = []
        for part in attentions:
            weights += norm_weights(f"{name}.{part}_norm", self.width)
            weights += attention_weights(f"{name}.{part}", self.width, xavier=True)
        weights += norm_weights(f"{name}.feedforward_norm", self.width)
        return weights + feedforward_weights(f"{name}.feedforward", self.width, self.inner, xavier=True)

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, target, outputs)`` of tokens ``(S, n, source + target)``."""
        inputs = task.inputs
        assert isinstance(inputs, TranslationInputs)
        weights = self.layout(task).arrays(theta)
        source, target = encoded[..., : inputs.source.length], encoded[..., inputs.source.length :]
        unread = padded(source, inputs.source.padding)

        x = embed(weights["source.tokens"], source) + weights["source.positions"][:, None]
        for i in range(self.layers):
            inside = norm(weights, f"encoder.{i}.attention_norm", x)
            x = x + attend(weights, f"encoder.{i}.attention", inside, inside, self.heads, unread)
            x = x + feed(
                weights, f"encoder.{i}.feedforward", norm(weights, f"encoder.{i}.feedforward_norm", x)
            )
        read = norm(weights, "encoder.norm", x)  # (S, n, source, width)

        # Padding of what is written stands behind everything that counts, so the causal mask covers it.
        later = causal(target.shape[2], target.device)
        x = embed(weights["target.tokens"], target) + weights["target.positions"][:, None]
        for i in range(self.layers):
            inside = norm(weights, f"decoder.{i}.attention_norm", x)
            x = x + attend(weights, f"decoder.{i}.attention", inside, inside, self.heads, later)
            inside = norm(weights, f"decoder.{i}.cross_attention_norm", x)
            x = x + attend(weights, f"decoder.{i}.cross_attention", inside, read, self.heads, unread)
            x = x + feed(
                weights, f"decoder.{i}.feedforward", norm(weights, f"decoder.{i}.feedforward_norm", x)
            )
        x = norm(weights, "norm", norm(weights, "decoder.norm", x))
        return dense(weights, "readout", x)
