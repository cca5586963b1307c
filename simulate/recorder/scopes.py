"""Which parameters are measured together: all of them, groups by name pattern, and layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import numpy.typing as npt

ALL = "all"
Patterns = str | Sequence[str]


class NoSuchParameter(ValueError):
    """A pattern matches no parameter; the message lists names that there are."""


@dataclass(frozen=True)
class Scopes:
    """Sets of tensors, each measured as one: ``members (scopes, tensors)`` says which belong to which."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    """``"all"``, ``"group"`` or ``"layer"`` for each name."""
    members: npt.NDArray[np.bool_]

    def total(self, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Sums ``(scopes, ...)`` of ``values (tensors, ...)``; what is not finite stays in its own scopes."""
        if np.isfinite(values).all():
            flat = self._weights @ values.reshape(len(values), -1)
            return flat.reshape(-1, *values.shape[1:])
        return np.stack([values[member].sum(axis=0) for member in self.members])

    @cached_property
    def _weights(self) -> npt.NDArray[np.float64]:
        return self.members.astype(np.float64)

    def index(self, name: str) -> int:
        """Position of a scope.

        Raises:
            KeyError: there is none of this name.
        """
        if name not in self.names:
            raise KeyError(f"{name!r} is not among the groups: {', '.join(self.names)}")
        return self.names.index(name)


def scopes(names: Sequence[str], groups: Mapping[str, Patterns] | None, per_layer: bool) -> Scopes:
    """All parameters, then the groups in the order given, then the layers in the order of the model.

    A layer is the module that owns a parameter: the name without what stands after the last dot. Patterns are
    those of the shell (``*``, ``?``, ``[…]``), and ``*`` goes across dots.

    Raises:
        NoSuchParameter: a group's pattern matches nothing.
        ValueError: two scopes would have the same name, or the groups have none.
    """
    if groups is not None and not isinstance(groups, Mapping):
        raise ValueError(
            f'groups={groups!r}; give a dictionary from the names of groups to patterns, such as {{"weights": "*.weight"}}'
        )
    found: list[tuple[str, str, list[bool]]] = [(ALL, "all", [True] * len(names))]
    for group, patterns in (groups or {}).items():
        found.append((group, "group", matches(names, patterns, f"groups[{group!r}]")))
    if per_layer:
        layers = [name.rpartition(".")[0] or name for name in names]
        found += [(layer, "layer", [one == layer for one in layers]) for layer in dict.fromkeys(layers)]
    twice = sorted({name for name, _, _ in found if sum(name == other for other, _, _ in found) > 1})
    if twice:
        raise ValueError(
            f"groups: {', '.join(map(repr, twice))} would name two sets of parameters, of {ALL!r}, the groups and "
            "the layers; choose another name for the group, or give per_layer=False"
        )
    return Scopes(
        tuple(name for name, _, _ in found),
        tuple(kind for _, kind, _ in found),
        np.array([member for _, _, member in found], dtype=np.bool_),
    )


def matches(names: Sequence[str], patterns: Patterns, where: str) -> list[bool]:
    """For each name whether any of the patterns matches it.

    Raises:
        NoSuchParameter: one of the patterns matches no name at all.
    """
    every = (patterns,) if isinstance(patterns, str) else tuple(patterns)
    if not every:
        raise NoSuchParameter(f"{where}: no pattern is given; leave it out, or name at least one")
    for pattern in every:
        if not any(fnmatchcase(name, pattern) for name in names):
            some = ", ".join(list(names)[:8]) + (", ..." if len(names) > 8 else "")
            raise NoSuchParameter(
                f"{where}: pattern {pattern!r} matches none of {len(names)} parameters: {some}"
            )
    return [any(fnmatchcase(name, pattern) for pattern in every) for name in names]
