"""Whether a statement is made of the right things, so that whatever reads it need not ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import sympy as sp
from sympy.logic.boolalg import Boolean

from .counterexample import Counterexample
from .derivation import Derivation, Step
from .process import ItoProcess
from .statement import Kind, Source, Statement

_TUPLES = ("content", "hypotheses", "uses", "generic", "derivations", "drawn_from")
_WORDS = {"id", "title", "says", "refuted_if", "amends", "repair"}
_NO_FORMULA = {"says", "using", "part", "noise", "scope"}
"""The fields of a step that hold words, numbers or nothing."""


def misshapen(statement: Statement) -> Iterator[str]:
    """What is of another type than it has to be, in a sentence each; nothing else is looked at."""
    given: Any = statement  # its types are in doubt
    for name in sorted(_WORDS):
        value = getattr(given, name)
        if not isinstance(value, str):
            yield f"its {name} is {value!r}; give a string"
    if not isinstance(given.kind, Kind):
        yield f"its kind is {given.kind!r}; give one of {', '.join(f'Kind.{kind.name}' for kind in Kind)}"
    if not isinstance(given.source, Source):
        yield f"its source is {given.source!r}; give a Source with the work and the place in it"
    yield from _tuples(given)
    if not isinstance(given.process, ItoProcess | None):
        yield f"its process is {given.process!r}; give an ItoProcess"
    yield from _values("its witness", given.witness)
    if isinstance(given.counterexample, Counterexample):
        yield from _values("its counterexample", given.counterexample.values)
    elif given.counterexample is not None:
        yield f"its counterexample is {given.counterexample!r}; give a Counterexample"


def _tuples(given: Any) -> Iterator[str]:
    for name in _TUPLES:
        value = getattr(given, name)
        if not isinstance(value, tuple):
            yield f"its {name} is {_short(value)}, and no tuple; a tuple of one thing ends with a comma: (thing,)"
        elif name in ("content", "hypotheses"):
            yield from (
                f"its {name} holds {_short(part)}, which is no relation of SymPy, such as Eq(x, y)"
                for part in value
                if not _relation(part)
            )
        elif name in ("uses", "drawn_from"):
            yield from (f"its {name} holds {part!r}; give ids" for part in value if not isinstance(part, str))
        elif name == "derivations":
            for derivation in value:
                yield from _derivation(derivation)


def _derivation(derivation: Any) -> Iterator[str]:
    if not isinstance(derivation, Derivation) or not isinstance(derivation.steps, tuple):
        yield f"its derivations hold {_short(derivation)}; give Derivation((step, step, ...)) with a tuple of steps"
        return
    steps: tuple[Any, ...] = derivation.steps
    for number, step in enumerate(steps, start=1):
        if not isinstance(step, Step):
            yield f"step {number} is {_short(step)}, and none of the steps of theory.derivation"
            continue
        if not _relation(step.to):
            yield f"step {number} ({step.kind}) leads to {_short(step.to)}, which is no relation of SymPy"
        for field in fields(step):
            value = getattr(step, field.name)
            if field.name in _NO_FORMULA or isinstance(value, sp.Basic | int | Mapping):
                continue
            yield f"step {number} ({step.kind}): {field.name} is {_short(value)}, which is no SymPy expression"


def _values(what: str, values: Any) -> Iterator[str]:
    if not isinstance(values, Mapping):
        yield f"{what} gives {_short(values)}; give a dictionary from symbols to exact numbers"
        return
    for symbol, value in values.items():
        if not isinstance(symbol, sp.Basic):
            yield f"{what} gives a value to {symbol!r}; give it to a symbol, or to a function with its arguments"
        if not isinstance(value, sp.Basic | int) or (isinstance(value, sp.Basic) and value.has(sp.Float)):
            yield f"{what} gives {symbol} the value {value!r}; give an exact number, such as Integer(1) or Rational(3, 2)"


def _relation(part: Any) -> bool:
    # To SymPy a symbol is a truth value, too.
    return isinstance(part, Boolean) and not isinstance(part, sp.Symbol)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
