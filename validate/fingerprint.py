"""Digests of statements and expressions: equal in every process, and different for whatever could matter.

A tree is digested node by node, each with the name of its construction and all that SymPy's equality looks at:
names and assumptions of symbols and functions, numbers, the order of arguments. Only constructions that
:mod:`.expression_json` knows completely are accepted, and of other things only plain data and the dataclasses
of the theory. Everything else is refused, so that nothing that was left out can make two things look alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef, UndefinedFunction

from ..theory import statement as _theory
from .expression_json import constant, head_of

# The package of statements, steps and processes; a dataclass from elsewhere may mean anything.
_PACKAGE = _theory.__name__.rpartition(".")[0] + "."


class NoFingerprint(ValueError):
    """Something whose representation here might leave out what matters."""


def fingerprint(thing: Any) -> str:
    """SHA-256 of ``thing``, 64 hex digits.

    Raises:
        NoFingerprint: it holds something that is not known here.
    """
    if isinstance(thing, sp.Basic):
        return _of_expression(type(thing), thing)  # type: ignore[arg-type] # mypy takes no class for hashable
    if isinstance(thing, UndefinedFunction):
        return _digest("function", thing.__name__, repr(sorted(thing._kwargs.items())))
    if isinstance(thing, Enum):
        return _digest("member", type(thing).__name__, thing.name)
    if thing is None or type(thing) in (str, bool, int, Fraction):
        return _digest(type(thing).__name__, repr(thing))
    if type(thing) is tuple:
        return _digest("tuple", *map(fingerprint, thing))
    if isinstance(thing, Mapping):
        # Nothing depends on the order in which a mapping was made.
        return _digest("mapping", *sorted(fingerprint(k) + fingerprint(v) for k, v in thing.items()))
    if is_dataclass(thing) and not isinstance(thing, type) and type(thing).__module__.startswith(_PACKAGE):
        parts = (fingerprint(getattr(thing, field.name)) for field in fields(thing))
        return _digest("dataclass", type(thing).__qualname__, *parts)
    raise NoFingerprint(f"{thing!r} is of type {type(thing).__name__}, which is not known completely")


# With the type as a part of the key: SymPy and Python take some things of different types for equal.
@lru_cache(maxsize=131072)
def _of_expression(kind: type, expression: Any) -> str:
    name = constant(expression)
    if name is not None:
        return _digest("constant", name)
    if isinstance(expression, sp.Rational):
        return _digest("number", str(expression))
    if kind is sp.Symbol:
        return _digest("symbol", expression.name, repr(sorted(expression.assumptions0.items())))
    if isinstance(expression, AppliedUndef):
        return _digest("apply", fingerprint(expression.func), *map(fingerprint, expression.args))
    head = "Lambda" if kind is sp.Lambda else head_of(expression)
    if head is None:
        raise NoFingerprint(f"{expression}: {kind.__name__} is not in the table of what can be stored")
    return _digest(head, *map(fingerprint, expression.args))


def _digest(*parts: str) -> str:
    # Lengths first, so that no part can reach into the next.
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()
