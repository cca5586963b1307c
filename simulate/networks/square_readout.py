"""``U (E[tokens] summed)²`` for training: the same numbers as the plain formula, in pieces that stay in the cache.

The hidden layer of all seeds and examples is far larger than weights and outputs together: written down, each operation
reads and writes all of it in main memory, on pages that are new at every step. Here some seeds at a time go through all
operations, in buffers that are used again, and the way back computes the hidden layer anew.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils.weak import WeakTensorKeyDictionary

# Numbers of the hidden layer that are at work at once, on a CPU. No source: on a core with 1 MiB of second-level cache
# 2^16 to 2^20 were alike, 2^24 took 1.3 times as long.
AT_ONCE = 1 << 19


@dataclass(frozen=True)
class Sizes:
    """Rows of E, outputs and width of the network; its weights ``(S, p)`` are E and then U, row by row."""

    rows: int
    outputs: int
    width: int

    @property
    def stride(self) -> int:
        """Rows of ``width`` numbers from one seed's E to the next one's."""
        return self.rows + self.outputs


def square_readout(theta: torch.Tensor, encoded: torch.Tensor, sizes: Sizes) -> torch.Tensor:
    """Outputs ``(S, n, outputs)`` under weights ``(S, p)`` of tokens ``encoded (S, n, length)``.

    ``encoded`` holds places among the rows of E and U of all seeds. The result can be derived once, by the weights.
    """
    found: torch.Tensor = _SquareReadout.apply(theta.contiguous(), encoded, sizes)  # type: ignore[no-untyped-call]
    return found


class _SquareReadout(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, theta: torch.Tensor, encoded: torch.Tensor, sizes: Sizes) -> torch.Tensor:
        ctx.save_for_backward(theta)
        ctx.encoded, ctx.sizes = encoded, sizes
        seeds, n, _ = encoded.shape
        readout = _rows(theta, sizes)[:, sizes.rows :]
        outputs = theta.new_empty(seeds, n, sizes.outputs)
        for some in _pieces(theta, encoded, sizes):
            hidden = _summed(theta, encoded[some], sizes)
            torch.bmm(hidden.mul_(hidden), readout[some].mT, out=outputs[some])
        return outputs

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, slope: torch.Tensor) -> tuple[torch.Tensor, None, None]:
        (theta,) = ctx.saved_tensors
        encoded: torch.Tensor = ctx.encoded
        sizes: Sizes = ctx.sizes
        readout = _rows(theta, sizes)[:, sizes.rows :]
        gradient = torch.empty_like(theta)
        both = _rows(gradient, sizes)
        to_embedding, to_readout = both[:, : sizes.rows], both[:, sizes.rows :]
        square = None
        twice = slope + slope  # from (z²)' = 2z; that this doubles a number is exact
        pieces = _pieces(theta, encoded, sizes)
        for some, order in zip(pieces, _orders(encoded, pieces, sizes), strict=True):
            hidden = _summed(theta, encoded[some], sizes)
            square = torch.mul(hidden, hidden, out=square)
            to_readout[some] = slope[some].mT @ square
            torch.bmm(twice[some], readout[some], out=square).mul_(hidden)
            to_embedding[some] = order.gathered(square, sizes)
        return gradient, None, None


def _rows(theta: torch.Tensor, sizes: Sizes) -> torch.Tensor:
    return theta.view(theta.shape[0], sizes.stride, sizes.width)


def _pieces(theta: torch.Tensor, encoded: torch.Tensor, sizes: Sizes) -> list[slice]:
    """Equal numbers of seeds: a sum may be taken in another order where an array has another shape."""
    seeds, n, _ = encoded.shape
    most = seeds if theta.device.type != "cpu" else max(1, AT_ONCE // (n * sizes.width))
    size = max(k for k in range(1, min(most, seeds) + 1) if seeds % k == 0)
    return [slice(start, start + size) for start in range(0, seeds, size)]


def _summed(theta: torch.Tensor, encoded: torch.Tensor, sizes: Sizes) -> torch.Tensor:
    """The rows of E that the tokens choose, summed: ``(S, n, width)``."""
    rows = theta.view(-1, sizes.width)  # E and U of seed 0, E and U of seed 1, ...
    summed = torch.nn.functional.embedding_bag(encoded.flatten(0, 1), rows, mode="sum")
    return summed.view(*encoded.shape[:2], sizes.width)


@dataclass(frozen=True)
class _Order:
    """The examples of some seeds in the order of the rows that they choose, and where each row's begin."""

    examples: torch.Tensor
    begin: torch.Tensor

    def gathered(self, slope: torch.Tensor, sizes: Sizes) -> torch.Tensor:
        """For each row of E the sum of the slopes ``(S, n, width)`` of the examples that chose it: ``(S, rows, width)``.

        Each sum is taken in the order of the examples, on every device.
        """
        flat = slope.view(-1, sizes.width)
        summed = torch.nn.functional.embedding_bag(self.examples, flat, self.begin, mode="sum")
        return summed.view(slope.shape[0], sizes.rows, sizes.width)


# Training on all examples shows the same array at every step, and is quicker by a tenth if it is sorted once.
_KNOWN: MutableMapping[torch.Tensor, tuple[tuple[slice, ...], Sizes, list[_Order]]] = (
    WeakTensorKeyDictionary()
)


def _orders(encoded: torch.Tensor, pieces: list[slice], sizes: Sizes) -> list[_Order]:
    asked = tuple(pieces), sizes
    known = _KNOWN.get(encoded)
    if known is None or known[:2] != asked:
        known = (*asked, [_order(encoded[some], some.start, sizes) for some in pieces])
        _KNOWN[encoded] = known
    return known[2]


def _order(encoded: torch.Tensor, first: int, sizes: Sizes) -> _Order:
    seeds, _, length = encoded.shape
    chosen, place = torch.sort(encoded.flatten(), stable=True)
    starts = (first + torch.arange(seeds, device=encoded.device)) * sizes.stride
    rows = starts[:, None] + torch.arange(sizes.rows, device=encoded.device)
    return _Order(place // length, torch.searchsorted(chosen, rows.flatten()))
