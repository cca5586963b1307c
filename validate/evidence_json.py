"""Evidence as strict JSON and back, without loss: what is read equals what was written.

JSON has no NaN and no infinities. They are written as ``{"not finite": "nan"}`` (or ``"inf"``, ``"-inf"``),
so that any strict parser can read the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from .evidence import Curve, Evidence, Figure, Measurement, Table
from .verdict import Verdict

_TAG = "not finite"


class Malformed(ValueError):
    """The object is not evidence as :func:`to_json` writes it."""


def to_json(evidence: Evidence) -> dict[str, Any]:
    """Plain lists, dictionaries, strings, finite numbers, booleans and None.

    Raises:
        TypeError: the evidence holds something else.
    """
    plain: dict[str, Any] = _encode(asdict(evidence))
    return plain


def from_json(plain: Mapping[str, Any]) -> Evidence:
    """The inverse of :func:`to_json`.

    Raises:
        Malformed: a field is missing, is unknown, or has the wrong shape.
    """
    try:
        data = _decode(dict(plain))
        data["verdict"] = Verdict(data["verdict"])
        data["value"], data["null"] = Measurement(**data["value"]), Measurement(**data["null"])
        data["tables"] = tuple(_table(table) for table in data["tables"])
        data["figures"] = tuple(_figure(figure) for figure in data["figures"])
        data["runs"], data["seeds"] = tuple(data["runs"]), tuple(data["seeds"])
        data["counts"] = {name: _count(pair) for name, pair in data["counts"].items()}
        return Evidence(**data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(f"this is no stored evidence: {error!r}") from error


def same(a: Evidence, b: Evidence) -> bool:
    """Whether two pieces of evidence agree to the last digit; NaN agrees with NaN."""
    return to_json(a) == to_json(b)


def _count(pair: list[int]) -> tuple[int, int]:
    passed, total = pair
    return passed, total


def _table(data: dict[str, Any]) -> Table:
    rows = tuple(tuple(row) for row in data["rows"])
    return Table(title=data["title"], columns=tuple(data["columns"]), rows=rows)


def _figure(data: dict[str, Any]) -> Figure:
    curves = tuple(Curve(**{**c, "x": tuple(c["x"]), "y": tuple(c["y"])}) for c in data["curves"])
    return Figure(**{**data, "curves": curves})


def _encode(value: Any) -> Any:
    if isinstance(value, Mapping):
        if set(value) == {_TAG}:
            raise TypeError(f"the only key of {value!r} is reserved for numbers that are not finite")
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encode(item) for item in value]
    if isinstance(value, Verdict):
        return value.value
    if value is None or isinstance(value, (bool, str)):
        return value
    # NumPy's numbers answer to these too, and become Python's.
    if hasattr(value, "__index__"):
        return int(value)
    if hasattr(value, "__float__"):
        number = float(value)
        return number if math.isfinite(number) else {_TAG: str(number)}
    raise TypeError(
        f"evidence holds {value!r} of type {type(value).__name__}; "
        "only text, numbers, booleans, None and containers of these can be stored"
    )


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {_TAG}:
            return float(value[_TAG])
        return {key: _decode(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_decode(item) for item in value]
    return value


def nulled(value: Any) -> Any:
    """The same data for readers who want numbers or nothing: what is not finite becomes None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: nulled(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [nulled(item) for item in value]
    return value
