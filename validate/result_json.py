"""Results of checking, and their parts, as JSON and back; nothing else can be read back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import sympy as sp

from ..theory.check.mutants import Mutant
from ..theory.check.steps import StepResult
from ..theory.status import Status
from ..theory.verify import CheckedDerivation, CheckedStep, StatementResult
from .expression_json import NotStorable, decode, encode

_TYPES = {t.__name__: t for t in (StatementResult, CheckedDerivation, CheckedStep, StepResult, Mutant)}


def write(thing: Any) -> Any:
    """``thing`` as plain data for JSON.

    Raises:
        NotStorable: it, or a part of it, is of another type.
    """
    if isinstance(thing, sp.Basic):
        return {"expression": encode(thing)}
    if isinstance(thing, Status):
        return {"status": thing.value}
    if is_dataclass(thing) and type(thing).__name__ in _TYPES:
        return {
            "type": type(thing).__name__,
            **{field.name: write(getattr(thing, field.name)) for field in fields(thing)},
        }
    if isinstance(thing, tuple):
        return [write(item) for item in thing]
    if thing is None or isinstance(thing, (str, bool, int)):
        return thing
    raise NotStorable(f"a result holds {thing!r} of type {type(thing).__name__}")


def read(data: Any) -> Any:
    """What :func:`write` was given.

    Raises:
        KeyError: it names a type that is none of these.
        TypeError: it has other fields.
    """
    if isinstance(data, list):
        return tuple(read(item) for item in data)
    if not isinstance(data, dict):
        return data
    if "expression" in data:
        return decode(data["expression"])
    if "status" in data and len(data) == 1:
        return Status(data["status"])
    made = {name: read(value) for name, value in data.items() if name != "type"}
    return _TYPES[data["type"]](**made)
