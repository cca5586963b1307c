"""Two layers, with a square or a ReLU between them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch

from ..settings import need_flag, need_integer
from ..tasks import Task, TokenInputs, VectorInputs
from .layout import Law, Layout, Weight
from .network import Network, misfit
from .square_readout import Sizes, square_readout


@dataclass(frozen=True)
class TwoLayer(Network):
    """``outputs = U act(x E)``; x is a vector, or the one-hot codes of some tokens side by side.

    ``E (rows, width)`` has a row for each feature, or for each value of each token; ``U (outputs, width)``
    reads out. The flat weight vector is E, then U, row by row.
    """

    width: int = 256

    def __post_init__(self) -> None:
        need_integer(type(self).__name__, "width", self.width, at_least=1)

    @abstractmethod
    def activation(self, hidden: torch.Tensor) -> torch.Tensor:
        """The function between the layers, entry by entry."""

    def _rows(self, task: Task) -> tuple[int, int]:
        """Rows of E, and how many ones (or what squared length) an input has."""
        match task.inputs:
            case TokenInputs(length=length, vocabulary=vocabulary):
                return length * vocabulary, length
            case VectorInputs(features=features):
                return features, features
            case _:
                raise misfit(self, task, "tokens or vectors")

    def encode(self, task: Task, inputs: torch.Tensor) -> torch.Tensor:
        """Tokens ``(S, n, length)`` as the rows of E that they choose, counted through all seeds' weights.

        Looking rows up costs a fraction of the product with one-hot rows that it stands for. Summing
        the gradients of equal rows is deterministic in ``embedding_bag``, on CPU and on CUDA; it is not
        in ``index_add`` on CUDA (see torch.use_deterministic_algorithms). Vectors stay as they are.
        """
        if not isinstance(task.inputs, TokenInputs):
            return inputs
        seeds = torch.arange(inputs.shape[0], device=inputs.device)
        before = torch.arange(task.inputs.length, device=inputs.device) * task.inputs.vocabulary
        return inputs + before + self._stride(task) * seeds[:, None, None]

    def _stride(self, task: Task) -> int:
        """Rows of ``width`` numbers from one seed's E to the next one's."""
        return self.length(task) // self.width

    def _hidden(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """``x E``, ``(S, n, width)``."""
        if not isinstance(task.inputs, TokenInputs):
            embedding = theta[:, : task.inputs.features * self.width]  # type: ignore[union-attr]
            return encoded @ embedding.view(theta.shape[0], -1, self.width)
        rows = theta.reshape(-1, self.width)  # E and U of seed 0, E and U of seed 1, ...
        summed = torch.nn.functional.embedding_bag(encoded.flatten(0, 1), rows, mode="sum")  # (S·n, width)
        return summed.view(*encoded.shape[:2], self.width)


@dataclass(frozen=True)
class QuadraticTwoLayer(TwoLayer):
    """``logits = U (x E)²``, without biases: the smallest network that groks addition.

    Initial weights are independent normal numbers of variance 1/length in E and 1/width in U. A pair of
    tokens has exactly two ones, so every pre-activation z starts with variance 1 and every logit with
    variance ``E[z⁴] = 3``, at any width and any modulus (for vectors of unit variance as well). That
    reason chose the scale; nothing else was tuned. With it, full-batch AdamW at lr 1e-2, β = (0.9, 0.98),
    cross-entropy and float32, addition modulo 23 is memorised within 30 steps and grokked between steps
    310 and 330 by seeds 0 to 5 at decay 1.0 (seeds 0 to 23: 300 to 350), and within 4000 steps by none of
    0 to 5 at decay 0. A trial with the variances of ``torch.nn.Linear``, 1/(3·fan-in), had six seeds grok
    between 360 and 490.

    Raises:
        ValueError: ``width`` is no integer of at least 1.
    """

    kind: ClassVar[str] = "quadratic_two_layer"

    def layout(self, task: Task) -> Layout:
        """``embedding`` and ``readout``."""
        rows, ones = self._rows(task)
        return Layout(
            Weight("embedding", (rows, self.width), Law("normal", ones**-0.5)),
            Weight("readout", (task.outputs, self.width), Law("normal", self.width**-0.5)),
        )

    def activation(self, hidden: torch.Tensor) -> torch.Tensor:
        """The square. Not ``.square()``: its derivative costs more, and this one can itself be derived."""
        return hidden * hidden

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Logits ``(S, n, outputs)`` under weights ``(S, p)``."""
        hidden = self._hidden(task, theta, encoded)  # (S, n, width)
        rows = theta.reshape(theta.shape[0], -1, self.width)
        readout = rows[:, self._rows(task)[0] :]  # (S, outputs, width)
        return self.activation(hidden) @ readout.mT

    def trained(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """As :meth:`forward`; tokens are taken through a few seeds at a time."""
        if not isinstance(task.inputs, TokenInputs):
            return self.forward(task, theta, encoded)
        return square_readout(theta, encoded, Sizes(self._rows(task)[0], task.outputs, self.width))


@dataclass(frozen=True)
class ReluTwoLayer(TwoLayer):
    """``outputs = U max(0, x E + b)``, the bias b only if asked for; it stands behind E and U.

    Without b the network is homogeneous and, for one sign of an input, even but for a linear part: it
    cannot learn the parity of three signs. Initial weights are normal, of variance 2/length in E and
    1/width in U (He et al., arXiv:1502.01852, for the layer before the ReLU), and b is 0.

    Raises:
        ValueError: ``width`` is no integer of at least 1, or ``bias`` is no flag.
    """

    kind: ClassVar[str] = "relu_two_layer"

    bias: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        need_flag("ReluTwoLayer", "bias", self.bias)

    def layout(self, task: Task) -> Layout:
        """``embedding``, ``readout`` and ``bias``."""
        rows, ones = self._rows(task)
        weights = [
            Weight("embedding", (rows, self.width), Law("normal", (2 / ones) ** 0.5)),
            Weight("readout", (task.outputs, self.width), Law("normal", self.width**-0.5)),
        ]
        if self.bias:
            weights.append(Weight("bias", (self.width,), Law("constant", 0.0)))
        return Layout(*weights)

    def activation(self, hidden: torch.Tensor) -> torch.Tensor:
        """``max(0, z)``."""
        return hidden.relu()

    def forward(self, task: Task, theta: torch.Tensor, encoded: torch.Tensor) -> torch.Tensor:
        """Outputs ``(S, n, outputs)`` under weights ``(S, p)``."""
        hidden = self._hidden(task, theta, encoded)  # (S, n, width)
        weights = self.layout(task).arrays(theta)
        if self.bias:
            hidden = hidden + weights["bias"][:, None]
        return self.activation(hidden) @ weights["readout"].mT
