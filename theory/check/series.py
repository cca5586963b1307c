"""Truncated power series over exact rationals, balls, or series again (for mixed derivatives).

The second way of checking differentiates with these, so that it shares no code with SymPy.
Coefficients are ``c[0] + c[1] ε + … + c[n−1] ε^{n−1}``, all of one length within one computation.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb, fmpq

Number = Any
"""A ``flint.fmpq``, a ``flint.arb`` or a :class:`Series` of these."""


class Undecidable(ArithmeticError):
    """A point where the expression has no value (a division by zero, a negative radicand)."""


class Series:
    """A power series in one infinitesimal, truncated after ``len(c)`` coefficients."""

    __slots__ = ("c", "level")

    def __init__(self, coefficients: list[Number], level: int) -> None:
        self.c = coefficients
        self.level = level
        """Which infinitesimal: inner derivatives have a higher level."""

    def _lift(self, other: Number) -> Series:
        if isinstance(other, Series) and other.level == self.level:
            return other
        return Series([other, *([fmpq(0)] * (len(self.c) - 1))], self.level)

    def _ours(self, other: Number) -> bool:
        """Whether ``self`` is the outer series of the two."""
        return not (isinstance(other, Series) and other.level > self.level)

    def __add__(self, other: Number) -> Series:
        if not self._ours(other):
            return other + self  # type: ignore[no-any-return]
        return Series([a + b for a, b in zip(self.c, self._lift(other).c, strict=True)], self.level)

    __radd__ = __add__

    def __neg__(self) -> Series:
        return Series([-a for a in self.c], self.level)

    def __sub__(self, other: Number) -> Series:
        return self.__add__(-other)

    def __rsub__(self, other: Number) -> Series:
        return (-self).__add__(other)

    def __mul__(self, other: Number) -> Series:
        if not self._ours(other):
            return other * self  # type: ignore[no-any-return]
        if not (isinstance(other, Series) and other.level == self.level):
            return Series([a * other for a in self.c], self.level)
        n = len(self.c)
        return Series(
            [sum((self.c[i] * other.c[k - i] for i in range(k + 1)), fmpq(0)) for k in range(n)], self.level
        )

    __rmul__ = __mul__


def reciprocal(x: Number) -> Number:
    """1/x."""
    if not isinstance(x, Series):
        if x == 0 or (isinstance(x, arb) and x.contains(0)):
            raise Undecidable("division by zero")
        return 1 / x
    first = reciprocal(x.c[0])
    out = [first]
    for k in range(1, len(x.c)):
        out.append(-first * sum((x.c[i] * out[k - i] for i in range(1, k + 1)), fmpq(0)))
    return Series(out, x.level)


def _integer_root(n: int, q: int) -> int | None:
    low, high = 0, 1 << (n.bit_length() // q + 1)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**q <= n else (low, middle - 1)
    return low if low**q == n else None


def exact_root(x: fmpq, q: int) -> fmpq | None:
    """The rational q-th root of a non-negative rational, or None when it is irrational."""
    top, bottom = _integer_root(int(x.p), q), _integer_root(int(x.q), q)
    return None if top is None or bottom is None else fmpq(top, bottom)


def power(x: Number, exponent: Fraction) -> Number:
    """x^exponent for a rational exponent; fractional powers need a positive base."""
    if exponent.denominator == 1:
        return _integer_power(x, int(exponent))
    if not isinstance(x, Series):
        if isinstance(x, fmpq):
            if x < 0:
                raise Undecidable("a fractional power of a negative number")
            root = exact_root(x, exponent.denominator)
            if root is not None:
                return _integer_power(root, exponent.numerator)
            x = arb(x)
        if not (x > 0):
            raise Undecidable("a fractional power of a number that is not positive")
        return x ** arb(fmpq(exponent.numerator, exponent.denominator))
    # y = x^a satisfies x y' = a x' y, which gives the coefficients one after another.
    a = fmpq(exponent.numerator, exponent.denominator)
    out = [power(x.c[0], exponent)]
    inverse = reciprocal(x.c[0])
    for k in range(1, len(x.c)):
        total = sum(((a * i - (k - i)) * x.c[i] * out[k - i] for i in range(1, k + 1)), fmpq(0))
        out.append(total * inverse * fmpq(1, k))
    return Series(out, x.level)


def _integer_power(x: Number, n: int) -> Number:
    if n < 0:
        return reciprocal(_integer_power(x, -n))
    out: Number = fmpq(1)
    for _ in range(n):
        out = x * out if isinstance(x, Series) else out * x
    return out


def exponential(x: Number) -> Number:
    """e^x; exactly 1 at an exact zero."""
    if not isinstance(x, Series):
        return fmpq(1) if isinstance(x, fmpq) and x == 0 else arb(x).exp()
    out = [exponential(x.c[0])]
    for k in range(1, len(x.c)):
        total = sum((x.c[i] * i * out[k - i] for i in range(1, k + 1)), fmpq(0))
        out.append(total * fmpq(1, k))
    return Series(out, x.level)


def logarithm(x: Number) -> Number:
    """ln x for positive x."""
    if not isinstance(x, Series):
        if not (x > 0):
            raise Undecidable("the logarithm of a number that is not positive")
        return fmpq(0) if isinstance(x, fmpq) and x == 1 else arb(x).log()
    inverse = reciprocal(x.c[0])
    out = [logarithm(x.c[0])]
    for k in range(1, len(x.c)):
        total = sum((out[i] * i * x.c[k - i] for i in range(1, k)), fmpq(0))
        out.append((x.c[k] - total * fmpq(1, k)) * inverse)
    return Series(out, x.level)


def sine_cosine(x: Number) -> tuple[Number, Number]:
    """(sin x, cos x)."""
    if not isinstance(x, Series):
        if isinstance(x, fmpq) and x == 0:
            return fmpq(0), fmpq(1)
        return arb(x).sin(), arb(x).cos()
    first = sine_cosine(x.c[0])
    sine, cosine = [first[0]], [first[1]]
    for k in range(1, len(x.c)):
        s = sum((x.c[i] * i * cosine[k - i] for i in range(1, k + 1)), fmpq(0))
        c = sum((x.c[i] * i * sine[k - i] for i in range(1, k + 1)), fmpq(0))
        sine.append(s * fmpq(1, k))
        cosine.append(-c * fmpq(1, k))
    return Series(sine, x.level), Series(cosine, x.level)


def arctangent(x: Number) -> Number:
    """atan x, through y' (1 + x²) = x'."""
    if not isinstance(x, Series):
        return fmpq(0) if isinstance(x, fmpq) and x == 0 else arb(x).atan()
    slope = reciprocal(x * x + fmpq(1))
    out = [arctangent(x.c[0])]
    for k in range(1, len(x.c)):
        total = sum((x.c[i] * i * slope.c[k - i] for i in range(1, k + 1)), fmpq(0))
        out.append(total * fmpq(1, k))
    return Series(out, x.level)


def leading(x: Number) -> Number:
    """The number that decides signs: the innermost constant coefficient."""
    while isinstance(x, Series):
        x = x.c[0]
    return x


UNARY: dict[str, Callable[[Number], Number]] = {
    "exp": exponential,
    "log": logarithm,
    "sin": lambda x: sine_cosine(x)[0],
    "cos": lambda x: sine_cosine(x)[1],
    "tan": lambda x: sine_cosine(x)[0] * reciprocal(sine_cosine(x)[1]),
    "sinh": lambda x: (exponential(x) - exponential(-x)) * fmpq(1, 2),
    "cosh": lambda x: (exponential(x) + exponential(-x)) * fmpq(1, 2),
    "tanh": lambda x: (exponential(x) - exponential(-x)) * reciprocal(exponential(x) + exponential(-x)),
    "coth": lambda x: (exponential(x) + exponential(-x)) * reciprocal(exponential(x) - exponential(-x)),
    "atan": arctangent,
    "atanh": lambda x: (logarithm(x + fmpq(1)) - logarithm(-x + fmpq(1))) * fmpq(1, 2),
}
"""The functions that the second way of checking knows; every other one is refused."""
