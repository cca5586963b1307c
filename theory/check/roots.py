"""Solving one equation for one unknown by numbers: where it is linear or quadratic in a simple function of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

import sympy as sp
from flint import fmpq

from . import series
from .evaluate import NotEvaluable, Point, evaluate
from .points import is_zero
from .series import Number, Undecidable

_PROBES = (fmpq(1), fmpq(2), fmpq(3), fmpq(5))
"""Where the equation is evaluated; three give a quadratic, the fourth tests it."""


def _power(exponent: Fraction) -> Callable[[Number], Number]:
    return lambda value: series.power(value, exponent)


_MAPS: tuple[tuple[Callable[[Number], Number], Callable[[Number], Number]], ...] = (
    (_power(Fraction(1)), _power(Fraction(1))),
    (_power(Fraction(-1)), _power(Fraction(-1))),
    (_power(Fraction(2)), _power(Fraction(1, 2))),
    (_power(Fraction(-2)), _power(Fraction(-1, 2))),
    (_power(Fraction(1, 2)), _power(Fraction(2))),
    (_power(Fraction(4)), _power(Fraction(1, 4))),
    (series.logarithm, series.exponential),
    (series.exponential, series.logarithm),
)
"""Functions φ in which an equation may be linear, each with its inverse."""


def _same(a: Number, b: Number) -> bool:
    return is_zero(a - b) is True


def _linear(values: list[Number], images: list[Number]) -> Number | None:
    """Where the straight line through the values over the images is zero; None if they lie on none."""
    run = images[1] - images[0]
    slope = (values[1] - values[0]) / run
    if is_zero(slope) is not False:
        return None
    for value, image in zip(values[2:], images[2:], strict=True):
        if not _same(value, values[0] + slope * (image - images[0])):
            return None
    return images[0] - values[0] / slope


def _quadratic(values: list[Number]) -> Iterator[Number]:
    """Where the parabola through the values at the probes is zero; nothing if they lie on none."""
    first, second, third, fourth = values
    curve = (third - 2 * second + first) / fmpq(2)
    slope = second - first - 3 * curve
    level = first - slope - curve
    if is_zero(curve) is not False or not _same(fourth, 25 * curve + 5 * slope + level):
        return
    root = series.power(slope * slope - 4 * curve * level, Fraction(1, 2))
    yield (root - slope) / (2 * curve)
    yield (-root - slope) / (2 * curve)


def root_of(expression: sp.Expr, unknown: sp.Expr, known: Mapping[sp.Basic, Number]) -> Iterator[Number]:
    """Values of ``unknown`` at which ``expression`` may vanish, given what is ``known`` of all else in it.

    They are proposals: whoever uses one asks whether the equation holds there. None where the equation has
    another form than those that are known here.
    """
    for sign in (1, -1):
        probes = [sign * probe for probe in _PROBES]
        point = Point(known)
        try:
            found = [series.leading(evaluate(expression, point.at(unknown, probe))) for probe in probes]
        except (NotEvaluable, Undecidable, ZeroDivisionError):
            continue
        for forward, inverse in _MAPS:
            try:
                image = _linear(found, [forward(probe) for probe in probes])
                if image is not None:
                    value = inverse(image)
                    yield value
                    yield -value
                    return
            except (Undecidable, ZeroDivisionError, ValueError):
                continue
        if sign == 1:
            # Times the unknown: a/x + b + cx is quadratic too.
            for found_times in (found, [f * probe for f, probe in zip(found, probes, strict=True)]):
                try:
                    yield from _quadratic(found_times)
                except (Undecidable, ZeroDivisionError, ValueError):
                    continue
