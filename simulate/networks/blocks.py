"""The parts of a transformer for all seeds at once: each seed has its own weights, ``(S, ...)``.

Laws of initial weights are those of ``torch.nn``, which the source's networks are built from.
"""

from __future__ import annotations

import torch

from .layout import Law, Weight

Weights = dict[str, torch.Tensor]

_ZERO, _ONE = Law("constant", 0.0), Law("constant", 1.0)


def dense_weights(
    name: str, inputs: int, outputs: int, *, xavier: bool = False, hidden: bool = True
) -> list[Weight]:
    """Weights of ``torch.nn.Linear``: ``U(±inputs^−½)``, or Glorot's law for the matrix."""
    bound = Law("uniform", inputs**-0.5)
    glorot = Law("uniform", (6 / (inputs + outputs)) ** 0.5)
    return [
        Weight(f"{name}.weight", (outputs, inputs), glorot if xavier else bound, hidden),
        Weight(f"{name}.bias", (outputs,), bound),
    ]


def norm_weights(name: str, width: int) -> list[Weight]:
    """Weights of ``torch.nn.LayerNorm``."""
    return [Weight(f"{name}.weight", (width,), _ONE), Weight(f"{name}.bias", (width,), _ZERO)]


def attention_weights(name: str, width: int, *, xavier: bool = False) -> list[Weight]:
    """Weights of ``torch.nn.MultiheadAttention``.

    It keeps the three input matrices as one of shape (3·width, width), whose Glorot law they share; the
    output matrix has the law of ``torch.nn.Linear``, unless ``torch.nn.Transformer`` draws it again.
    """
    joint = Law("uniform", (6 / (4 * width)) ** 0.5)
    out = Law("uniform", (6 / (2 * width)) ** 0.5) if xavier else Law("uniform", width**-0.5)
    laws = {"query": joint, "key": joint, "value": joint, "out": out}
    square = [Weight(f"{name}.{part}.weight", (width, width), law, hidden=True) for part, law in laws.items()]
    return square + [Weight(f"{name}.{part}.bias", (width,), _ZERO) for part in laws]


def feedforward_weights(name: str, width: int, inner: int, *, xavier: bool = False) -> list[Weight]:
    """Weights of the two dense layers of a block."""
    up = dense_weights(f"{name}.up", width, inner, xavier=xavier)
    return up + dense_weights(f"{name}.down", inner, width, xavier=xavier)


def dense(weights: Weights, name: str, x: torch.Tensor) -> torch.Tensor:
    """``x (S, n, ..., inputs) -> (S, n, ..., outputs)``."""
    matrix, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    flat = torch.baddbmm(bias[:, None], x.flatten(1, -2), matrix.mT)
    return flat.view(*x.shape[:-1], matrix.shape[1])


def norm(weights: Weights, name: str, x: torch.Tensor) -> torch.Tensor:
    """Layer norm of ``x (S, n, length, width)``, with PyTorch's ε = 1e-5."""
    plain = torch.nn.functional.layer_norm(x, x.shape[-1:])
    return plain * weights[f"{name}.weight"][:, None, None] + weights[f"{name}.bias"][:, None, None]


def embed(table: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Rows of ``table (S, vocabulary, width)`` for tokens ``(S, n, length)``: ``(S, n, length, width)``.

    As a product with one-hot rows, whose gradient is a sum in fixed order on every device.
    """
    one_hot = torch.nn.functional.one_hot(tokens, table.shape[1]).to(table.dtype)
    return (one_hot.flatten(1, 2) @ table).view(*tokens.shape, table.shape[2])


def attend(
    weights: Weights,
    name: str,
    x: torch.Tensor,
    seen: torch.Tensor,
    heads: int,
    hidden: torch.Tensor | None,
) -> torch.Tensor:
    """Multi-head attention of ``x (S, n, length, width)`` to ``seen (S, n, other, width)``.

    ``hidden`` is True where a place must not be seen; it broadcasts to ``(S, n, heads, length, other)``.
    """
    width = x.shape[-1]

    def split(part: str, of: torch.Tensor) -> torch.Tensor:
        made = dense(weights, f"{name}.{part}", of)
        return made.view(*of.shape[:3], heads, width // heads).transpose(
            2, 3
        )  # (S, n, heads, ·, width/heads)

    query, key, value = split("query", x), split("key", seen), split("value", seen)
    scores = (query * (width // heads) ** -0.5) @ key.mT  # (S, n, heads, length, other)
    if hidden is not None:
        scores = scores.masked_fill(hidden, -torch.inf)
    mixed = scores.softmax(-1) @ value
    return dense(weights, f"{name}.out", mixed.transpose(2, 3).flatten(-2))


def feed(weights: Weights, name: str, x: torch.Tensor) -> torch.Tensor:
    """Two dense layers with a GELU between them."""
    inner = torch.nn.functional.gelu(dense(weights, f"{name}.up", x))
    return dense(weights, f"{name}.down", inner)


def causal(length: int, device: torch.device) -> torch.Tensor:
    """True above the diagonal, ``(length, length)``: a place does not see those behind it."""
    return torch.ones(length, length, dtype=torch.bool, device=device).triu(1)


def padded(tokens: torch.Tensor, padding: int | None) -> torch.Tensor | None:
    """True where a token of ``(S, n, length)`` is padding, as ``(S, n, 1, 1, length)``; None without any."""
    return None if padding is None else (tokens == padding)[:, :, None, None]
