"""A model as a function of its parameters, so that it can be measured without being touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch.func import functional_call
from torch.nn.attention import SDPBackend, sdpa_kernel

from .directions import Vectors

Measure = Callable[[torch.nn.Module], torch.Tensor]
"""From a model to a number, e.g. ``lambda model: cross_entropy(model(x), y)``."""


class _Measured(torch.nn.Module):
    """The measurement as a module, which is what PyTorch can call with other parameters."""

    def __init__(self, model: torch.nn.Module, measure: Measure) -> None:
        super().__init__()
        self.model = model
        self.measure = measure

    def forward(self) -> torch.Tensor:
        return self.measure(self.model)


def as_function(model: torch.nn.Module, measure: Measure) -> Callable[[Vectors], torch.Tensor]:
    """``measure`` as a function of some of the model's parameters; the others stay as they are.

    Buffers (running means of a batch normalisation, say) are copies, so that theirs do not change either.
    """
    whole = _Measured(model, measure)
    buffers = dict(model.named_buffers())

    def function(values: Vectors) -> torch.Tensor:
        state = {f"model.{name}": value for name, value in values.items()}
        state |= {f"model.{name}": value.detach().clone() for name, value in buffers.items()}
        result: torch.Tensor = functional_call(whole, state, ())
        return result

    return function


@contextmanager
def untouched(model: torch.nn.Module) -> Iterator[None]:
    """Leave every random state as it was, and let attention be differentiated twice.

    The fast kernels of ``scaled_dot_product_attention`` have no second derivative, so the plain one is used.
    """
    used = {tensor.device for tensor in model.parameters() if tensor.device.type == "cuda"}
    devices = [device.index or 0 for device in used]
    with torch.random.fork_rng(devices=devices), sdpa_kernel(SDPBackend.MATH):
        yield


def values_of(model: torch.nn.Module, names: Vectors) -> Vectors:
    """The model's parameters of these names, cut off from the graph.

    Raises:
        KeyError: the model has no parameter of that name.
    """
    held = dict(model.named_parameters())
    missing = [name for name in names if name not in held]
    if missing:
        raise KeyError(
            f"the model has no parameter {missing[0]!r}; the directions were recorded on another model, or "
            "under other names"
        )
    return {name: held[name].detach() for name in names}
