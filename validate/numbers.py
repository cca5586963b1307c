"""Numbers as people read them, the same in the terminal and on the page."""

from __future__ import annotations

import math

from .evidence import Measurement

# Four significant digits: more than any statistic here can bear. The page's data files hold all digits.
DIGITS = 4


def shown(value: float | None) -> str:
    """Four significant digits, integers in full, and a dash for what is not there.

    >>> shown(0.000123456), shown(1000.0), shown(3), shown(None), shown(float("nan"))
    ('0.0001235', '1000', '3', '–', '–')
    >>> shown(1.5e-9), shown(float("-inf"))
    ('1.5e-09', '-∞')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if float(value).is_integer() and abs(value) < 10**9:
        return str(int(value))
    return f"{value:.{DIGITS}g}"


def counted(number: int, noun: str) -> str:
    """A number of things.

    >>> counted(1, "run"), counted(0, "training run")
    ('1 run', '0 training runs')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def with_unit(measurement: Measurement) -> str:
    """The number and its unit; no unit for a pure number or for none.

    >>> with_unit(Measurement(2.5, "gap", "θ")), with_unit(Measurement(2.5, "ratio"))
    ('2.5 θ', '2.5')
    """
    number = shown(measurement.value)
    return number if number == "–" or measurement.unit in ("1", "") else f"{number} {measurement.unit}"
