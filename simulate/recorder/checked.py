"""What a recorder is made from, refused with a sentence where it cannot be."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch

from .scopes import Patterns, matches

Named = tuple[tuple[str, ...], list[torch.Tensor]]


def whole(name: str, value: Any, least: int, why: str) -> int:
    """``value`` as an integer.

    Raises:
        ValueError: it is none, or below ``least``; ``why`` ends the message.
    """
    try:
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"SpectrumRecorder: {name}={value!r}; give a whole number") from None
    if number < least:
        raise ValueError(f"SpectrumRecorder: {name}={number}; {why}")
    return number


def optimizers_of(given: Any) -> list[torch.optim.Optimizer]:
    """One optimizer, or several, as a list.

    Raises:
        ValueError: it is something else, or none.
    """
    several = list(given) if isinstance(given, Sequence) else [given]
    wrong = [one for one in several if not hasattr(one, "register_step_post_hook")]
    if wrong or not several:
        raise ValueError(
            f"SpectrumRecorder: optimizer={type(wrong[0]).__name__ if wrong else several}; give the optimizer, or a list of "
            "all of them in the order in which they step"
        )
    return several


def watched(parameters: torch.nn.Module | Iterable[tuple[str, torch.Tensor]], watch: Patterns) -> Named:
    """Names and tensors of what is to be looked at.

    Raises:
        NoSuchParameter: a pattern matches nothing.
        ValueError: there are no parameters, no pairs, the same parameter twice, or one that is no number.
    """
    pairs: list[tuple[str, torch.Tensor]]
    if isinstance(parameters, torch.nn.Module):
        pairs = [(name, tensor) for name, tensor in parameters.named_parameters() if tensor.requires_grad]
    else:
        pairs = _pairs(parameters)
    if not pairs:
        raise ValueError(
            "SpectrumRecorder: there are no parameters to watch (of a model, those that require gradients)"
        )
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or len({id(tensor) for _, tensor in pairs}) < len(names):
        raise ValueError("SpectrumRecorder: a parameter, or a name, is given twice")
    for name, tensor in pairs:
        if not (tensor.is_floating_point() or tensor.is_complex()):
            raise ValueError(
                f"SpectrumRecorder: {name} is of type {tensor.dtype}; only real or complex numbers change"
            )
    chosen = matches(names, watch, "watch")
    return (
        tuple(name for (name, _), one in zip(pairs, chosen, strict=True) if one),
        [tensor for (_, tensor), one in zip(pairs, chosen, strict=True) if one],
    )


def _pairs(given: Any) -> list[tuple[str, torch.Tensor]]:
    found = list(given) if isinstance(given, Iterable) and not isinstance(given, Mapping) else [given]
    for one in found:
        fits = isinstance(one, tuple) and len(one) == 2
        if not (fits and isinstance(one[0], str) and isinstance(one[1], torch.Tensor)):
            raise ValueError(
                f"SpectrumRecorder: parameters hold a {type(one).__name__}; give the model, or pairs of name and tensor "
                "such as model.named_parameters()"
            )
    return found


def warn_of_strangers(
    optimizers: Sequence[torch.optim.Optimizer], names: Sequence[str], tensors: Sequence[torch.Tensor]
) -> None:
    """Warn where no watched tensor is among those that the optimizers step: most likely it is another model's.

    It may also be that they step copies (of another type, say), so it is no error.
    """
    stepped = {id(one) for each in optimizers for group in each.param_groups for one in group["params"]}
    if not any(id(tensor) in stepped for tensor in tensors):
        warnings.warn(
            f"SpectrumRecorder: the optimizer steps none of the {len(names)} watched parameters ({names[0]}, ...); is it "
            "that of this model? If it steps copies of them, learning rates are not known",
            UserWarning,
            stacklevel=3,
        )


def place(given: torch.device | str | None, tensors: Sequence[torch.Tensor]) -> torch.device:
    """Where the window is kept: as asked for, or where the parameters are; without float64 there, the CPU.

    Raises:
        ValueError: there is no such device, or parameters lie on several and none was asked for.
    """
    if given is None:
        found = {tensor.device for tensor in tensors}
        if len(found) > 1:
            raise ValueError(f'the watched parameters are on {", ".join(map(str, found))}; give device="cpu"')
        device = found.pop()
    else:
        try:
            device = torch.empty(0, device=given).device
        except (RuntimeError, AssertionError) as problem:  # how PyTorch says that there is none
            raise ValueError(
                f"SpectrumRecorder: device={str(given)!r} cannot be used here ({str(problem).splitlines()[0]:.120})"
            ) from problem
    return device if device.type in ("cpu", "cuda") else torch.device("cpu")
