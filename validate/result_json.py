"""Results of checking, and their parts, as JSON and back; nothing else can be read back."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import sympy as sp

from ..theory.check.mutants import Mutant
from ..theory.check.steps import StepResult
from ..theory.status import Status
from ..theory.verify import CheckedDerivation, CheckedStep, StatementResult
from .expression_json import NotStorable, Table, from_table

_TYPES = {t.__name__: t for t in (StatementResult, CheckedDerivation, CheckedStep, StepResult, Mutant)}


def write(thing: Any) -> dict[str, Any]:
    """``thing`` as plain data for JSON; a step and its altered copies share the parts of their relations.

    Raises:
        NotStorable: it, or a part of it, is of another type, or does not survive the way back.
    """
    table = Table()
    written = {"thing": _plain(thing, table), "expressions": table.nodes}
    try:
        survives = bool(read(written) == thing)
    except Exception as error:  # constructors of SymPy raise what they like
        raise NotStorable(f"a result does not survive being stored: {error!r}") from error
    if not survives:
        raise NotStorable("a result does not come back as it was stored")
    return written


def _plain(thing: Any, table: Table) -> Any:
    if isinstance(thing, sp.Basic):
        return {"expression": table.place(thing)}
    if isinstance(thing, Status):
        return {"status": thing.value}
    if is_dataclass(thing) and type(thing).__name__ in _TYPES:
        return {
            "type": type(thing).__name__,
            **{field.name: _plain(getattr(thing, field.name), table) for field in fields(thing)},
        }
    if isinstance(thing, tuple):
        return [_plain(item, table) for item in thing]
    if thing is None or isinstance(thing, (str, bool, int)):
        return thing
    raise NotStorable(f"a result holds {thing!r} of type {type(thing).__name__}")


def read(data: Any) -> Any:
    """What :func:`write` was given.

    Raises:
        KeyError, IndexError: it names a type, a field or an expression that is none of these.
        TypeError: it is not of that form, or has other fields.
        NotStorable: its expressions are no expressions.
    """
    return _thing(data["thing"], from_table(data["expressions"]))


def _thing(data: Any, expressions: list[Any]) -> Any:
    if isinstance(data, list):
        return tuple(_thing(item, expressions) for item in data)
    if not isinstance(data, dict):
        return data
    if "expression" in data and len(data) == 1:
        if type(data["expression"]) is not int or data["expression"] < 0:
            raise KeyError(data["expression"])
        return expressions[data["expression"]]
    if "status" in data and len(data) == 1:
        return Status(data["status"])
    made = {name: _thing(value, expressions) for name, value in data.items() if name != "type"}
    return _TYPES[data["type"]](**made)
