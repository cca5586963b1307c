"""The hidden activations of a two-layer network, and how they change along a direction in its weights."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from ..description import RunDescription
from ..networks import QuadraticTwoLayer
from ..tasks import TokenInputs

Array = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.int64]


def hidden_activations(
    description: RunDescription, weights: npt.NDArray[np.floating], tokens: Tokens
) -> Array:
    """``(x E)²``, what the read-out reads, ``(S, n, width)`` in float64.

    Args:
        description: of a run of :class:`.QuadraticTwoLayer` on tokens.
        weights: ``(S, p)``.
        tokens: the inputs, ``(S, n, length)``, or ``(n, length)`` for all seeds.

    Raises:
        TypeError: the network is another one, or its inputs are no tokens.
    """
    before = _before_the_square(description, weights, tokens)
    return np.asarray(before * before)


def change(
    description: RunDescription,
    weights: npt.NDArray[np.floating],
    direction: npt.NDArray[np.floating],
    tokens: Tokens,
) -> Array:
    """The derivative of the hidden activations along ``direction (S, p)``, ``(S, n, width)``.

    Exact: ``2 (x E) (x E_v)``, with E_v the part of the direction that belongs to the embedding. The part that
    belongs to the read-out changes nothing before it.

    Raises:
        TypeError: as :func:`hidden_activations`.
    """
    at, along = (_before_the_square(description, one, tokens) for one in (weights, direction))
    return np.asarray(2 * at * along)


def _before_the_square(description: RunDescription, theta: npt.NDArray[np.floating], tokens: Tokens) -> Array:
    network, inputs = description.network, description.task.inputs
    if not isinstance(network, QuadraticTwoLayer) or not isinstance(inputs, TokenInputs):
        raise TypeError(
            f"{type(network).__name__} on {inputs}: hidden activations are read from QuadraticTwoLayer on tokens"
        )
    layout = network.layout(description.task)
    embedding = layout.arrays(torch.from_numpy(np.ascontiguousarray(theta, dtype=np.float64)))["embedding"]
    rows = embedding.numpy()  # (S, length · vocabulary, width)
    chosen = np.broadcast_to(tokens, (len(rows), *tokens.shape[-2:])) + inputs.vocabulary * np.arange(
        inputs.length
    )
    seeds = np.arange(len(rows))[:, None]
    return np.asarray(sum(rows[seeds, chosen[..., place]] for place in range(inputs.length)))
