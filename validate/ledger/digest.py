"""What a statement says and how it is derived, as one number that changes when either does."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import sympy as sp

from ...theory.theory import Theory

_NAME = re.compile(r"(?:Symbol|Function)\('([^']+)'")


def _plain(thing: Any) -> Any:
    """``thing`` as data that is the same in every process, with the assumptions of its symbols."""
    if isinstance(thing, sp.Basic):
        return sp.srepr(thing)
    if is_dataclass(thing):
        return [type(thing).__name__, *(_plain(getattr(thing, field.name)) for field in fields(thing))]
    if isinstance(thing, Mapping):
        return sorted([str(_plain(key)), _plain(value)] for key, value in thing.items())
    if isinstance(thing, (tuple, list)):
        return [_plain(part) for part in thing]
    return str(thing)


def digests(theory: Theory) -> dict[str, str]:
    """For each statement 16 hex digits over it and over all that it uses, however far down."""
    found: dict[str, str] = {}
    for identifier in theory.order():
        statement = theory[identifier]
        below = sorted({found[i] for i in (*statement.uses, *statement.proof_uses)})
        plain = json.dumps(_plain(statement), ensure_ascii=False)
        units = {
            name: str(theory.notation[name].unit) for name in _NAME.findall(plain) if name in theory.notation
        }
        text = json.dumps([plain, sorted(units.items()), below], ensure_ascii=False)
        found[identifier] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found
