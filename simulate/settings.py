"""Checks of settings, each with a message that names the owner, the value and what would be right."""

from __future__ import annotations

import math
from collections.abc import Iterable


def need_integer(owner: str, name: str, value: object, *, at_least: int) -> int:
    """``value`` as an integer.

    Raises:
        ValueError: it is no integer (``True`` is none), or is below ``at_least``.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise ValueError(f"{owner}: {name}={value!r}; give an integer of at least {at_least}")
    return value


def need_number(owner: str, name: str, value: object, *, above: float | None = None) -> float:
    """``value`` as a float that is finite and at least 0, or strictly above ``above``.

    Integers become floats and -0.0 becomes 0.0, so that equal settings are also written alike.

    Raises:
        ValueError: it is no finite number, or too small.
    """
    wanted = "a finite number, 0 or larger" if above is None else f"a finite number above {above}"
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{owner}: {name}={value!r}; give {wanted}")
    if value < 0 or (above is not None and value <= above):
        raise ValueError(f"{owner}: {name}={value!r}; give {wanted}")
    return float(value) + 0.0


def need_fraction(owner: str, name: str, value: object) -> float:
    """``value`` as a float strictly between 0 and 1.

    Raises:
        ValueError: it is anything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < 1:
        raise ValueError(f"{owner}: {name}={value!r}; give a number strictly between 0 and 1")
    return float(value)


def need_one_of(owner: str, name: str, value: object, known: Iterable[str]) -> str:
    """``value`` as one of the strings ``known``.

    Raises:
        ValueError: it is none of them.
    """
    names = list(known)
    if not isinstance(value, str) or value not in names:
        raise ValueError(f"{owner}: {name}={value!r}; give one of {', '.join(names)}")
    return value


def need_flag(owner: str, name: str, value: object) -> bool:
    """``value`` as True or False.

    Raises:
        ValueError: it is anything else, such as 1.
    """
    if value is not True and value is not False:
        raise ValueError(f"{owner}: {name}={value!r}; give True or False")
    return value
