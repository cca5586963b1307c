"""The one place where SymPy becomes NumPy: exact, or refused with the reason.

An expression tree becomes a straight program: a list of operations on numbered slots, equal subtrees
computed once. Nothing is evaluated, expanded or simplified on the way. Rationals stay exact up to here:
in a product, p/q becomes a factor p and a divisor q, so that no constant is rounded that need not be;
where it stands alone it becomes the nearest float64.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.function import AppliedUndef

from .program import Operation, Program

# Every function that can be lowered, with its number of arguments; None stands for two or more.
FUNCTIONS: dict[Any, tuple[Operation, int | None]] = {
    sp.exp: (np.exp, 1),
    sp.log: (np.log, 1),
    sp.sin: (np.sin, 1),
    sp.cos: (np.cos, 1),
    sp.tan: (np.tan, 1),
    sp.asin: (np.arcsin, 1),
    sp.acos: (np.arccos, 1),
    sp.atan: (np.arctan, 1),
    sp.atan2: (np.arctan2, 2),
    sp.sinh: (np.sinh, 1),
    sp.cosh: (np.cosh, 1),
    sp.tanh: (np.tanh, 1),
    sp.Abs: (np.abs, 1),
    sp.sign: (np.sign, 1),
    sp.Max: (np.maximum, None),
    sp.Min: (np.minimum, None),
}

CONSTANTS: dict[Any, float] = {sp.pi: np.pi, sp.E: np.e}

# What cannot be lowered, and why; the first entry that fits is the one that is told.
_REFUSED: tuple[tuple[Any, str], ...] = (
    (AppliedUndef, "an undefined function has no values; put a symbol in its place"),
    (sp.Derivative, "a derivative has to be carried out first; call .doit()"),
    (sp.Integral, "an integral has to be carried out first; call .doit()"),
    (sp.Piecewise, "all branches of a case distinction would be evaluated; lower each branch by itself"),
    ((sp.logic.boolalg.Boolean, sp.core.relational.Relational), "a truth value is no number"),
    ((sp.MatrixBase, sp.MatrixExpr), "a matrix has to be given entry by entry"),
    (sp.core.numbers.ImaginaryUnit, "the program computes with real numbers only"),
)


class LoweringError(ValueError):
    """The expression cannot be turned into floating-point operations without changing what it says."""


def symbolic(expression: Any) -> Any:
    """The SymPy expression that this is, or that a number stands for.

    Raises:
        LoweringError: it is neither. A string is never read: reading one would run it as Python.
    """
    try:
        return sp.sympify(expression, strict=True)
    except sp.SympifyError:
        raise LoweringError(
            f"{expression!r} is a {type(expression).__name__}, and no SymPy expression or number; "
            "build it from the symbols of the system"
        ) from None


def lower(expressions: Iterable[Any], arguments: Sequence[sp.Symbol]) -> Program:
    """Turn SymPy expressions in the given symbols into a NumPy program.

    Raises:
        LoweringError: something in an expression has no exact counterpart, or an argument is given
            twice. The message names it, the reason and the expression.
    """
    names = [symbol.name for symbol in arguments]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LoweringError(f"the arguments {twice} are given more than once")
    builder = Builder(list(arguments))
    results = []
    for expression in expressions:
        try:
            results.append(builder.slot(symbolic(expression)))
        except LoweringError as problem:
            raise LoweringError(f"{problem} (in {expression})") from None
    return builder.finish(results)


@dataclass(frozen=True)
class Slot:
    """A slot whose number is not known before all constants are."""

    of: str  # "argument", "constant" or "operation"
    index: int


@dataclass
class Builder:
    """Collects the operations of a program; equal ones are the same slot."""

    arguments: list[sp.Symbol]
    constants: dict[float, Slot] = field(default_factory=dict)
    operations: dict[tuple[Any, tuple[Slot, ...]], Slot] = field(default_factory=dict)
    known: dict[Any, Slot] = field(default_factory=dict)

    def finish(self, results: list[Slot]) -> Program:
        """The program that gives these results."""
        start = {"argument": 0, "constant": len(self.arguments)}
        start["operation"] = len(self.arguments) + len(self.constants)

        def number(slot: Slot) -> int:
            return start[slot.of] + slot.index

        return Program(
            arguments=tuple(symbol.name for symbol in self.arguments),
            constants=tuple(np.float64(constant) for constant in self.constants),
            operations=tuple((run, tuple(map(number, operands))) for run, operands in self.operations),
            results=tuple(map(number, results)),
        )

    def constant(self, value: float) -> Slot:
        """Where the constant is."""
        return self.constants.setdefault(value, Slot("constant", len(self.constants)))

    def apply(self, operation: Any, *operands: Slot) -> Slot:
        """Where the operation's value will be."""
        return self.operations.setdefault((operation, operands), Slot("operation", len(self.operations)))

    def slot(self, expression: Any) -> Slot:
        """Where the value of this expression will be; an expression seen before is not computed again."""
        if expression not in self.known:
            self.known[expression] = self._make(expression)
        return self.known[expression]

    def _make(self, expression: Any) -> Slot:
        if isinstance(expression, sp.Symbol):
            return self._symbol(expression)
        if expression in CONSTANTS:
            return self.constant(CONSTANTS[expression])
        if isinstance(expression, sp.Number):
            return self.constant(_nearest(expression))
        if isinstance(expression, sp.Add):
            return self._sum(_ordered(expression))
        if isinstance(expression, sp.Mul):
            return self._product(*_split_sign(expression))
        if isinstance(expression, sp.Pow):
            return self._power(*expression.args)
        return self._function(expression)

    def _symbol(self, symbol: sp.Symbol) -> Slot:
        if symbol in self.arguments:
            return Slot("argument", self.arguments.index(symbol))
        names = [argument.name for argument in self.arguments]
        if symbol.name in names:
            raise LoweringError(f"symbol {symbol} is declared, but with other assumptions")
        raise LoweringError(f"symbol {symbol} is not declared; declared are {', '.join(names) or 'none'}")

    def _sum(self, terms: list[Any]) -> Slot:
        signed = [_split_sign(term) for term in terms]
        plus = [self.slot(term) for term, (sign, _) in zip(terms, signed, strict=True) if sign > 0]
        minus = [self._product(1, factors) for sign, factors in signed if sign < 0]
        if not plus:
            return self.apply(operator.neg, self._chain(operator.add, minus))
        total = self._chain(operator.add, plus)
        for slot in minus:
            total = self.apply(operator.sub, total, slot)
        return total

    def _product(self, sign: int, factors: list[Any]) -> Slot:
        above, below = [], []
        for factor in factors:
            if isinstance(factor, sp.Rational):
                above += [factor.p] if factor.p != 1 else []
                below += [factor.q] if factor.q != 1 else []
            elif isinstance(factor, sp.Pow) and _is_negative_number(factor.args[1]):
                below.append(_unevaluated_power(factor.args[0], -factor.args[1]))
            else:
                above.append(factor)
        value = self._chain(operator.mul, [self.slot(sp.sympify(factor, strict=True)) for factor in above])
        if below:
            divisor = self._chain(
                operator.mul, [self.slot(sp.sympify(factor, strict=True)) for factor in below]
            )
            value = self.apply(operator.truediv, value, divisor)
        return value if sign > 0 else self.apply(operator.neg, value)

    def _power(self, base: Any, exponent: Any) -> Slot:
        if _is_negative_number(exponent):
            power = self.slot(_unevaluated_power(base, -exponent))
            return self.apply(operator.truediv, self.constant(1.0), power)
        if exponent == 2:
            return self.apply(operator.mul, self.slot(base), self.slot(base))
        if exponent == sp.Rational(1, 2):
            return self.apply(np.sqrt, self.slot(base))
        return self.apply(np.power, self.slot(base), self.slot(exponent))

    def _function(self, expression: Any) -> Slot:
        for kind, reason in _REFUSED:
            if isinstance(expression, kind):
                raise LoweringError(f"{expression} cannot be lowered: {reason}")
        if expression.func not in FUNCTIONS:
            known = ", ".join(sorted(function.__name__ for function in FUNCTIONS))
            raise LoweringError(
                f"{expression} cannot be lowered: there is no entry for it; known are {known}"
            )
        operation, count = FUNCTIONS[expression.func]
        if count is None:
            return self._chain(operation, [self.slot(argument) for argument in _ordered(expression)])
        if len(expression.args) != count:
            raise LoweringError(
                f"{expression} has {len(expression.args)} arguments; only {count} can be lowered"
            )
        return self.apply(operation, *(self.slot(argument) for argument in expression.args))

    def _chain(self, operation: Operation, slots: list[Slot]) -> Slot:
        """Left to right; an empty product is 1."""
        total = slots[0] if slots else self.constant(1.0)
        for slot in slots[1:]:
            total = self.apply(operation, total, slot)
        return total


def _ordered(expression: Any) -> list[Any]:
    """Arguments of a commutative operation in an order that is the same in every process."""
    if expression.is_commutative is False:
        raise LoweringError(f"{expression} cannot be lowered: its factors do not commute")
    return sorted(expression.args, key=sp.default_sort_key)


def _split_sign(term: Any) -> tuple[int, list[Any]]:
    """``term = sign · product of factors``, with no negative number among the factors."""
    sign, factors = 1, []
    for factor in _ordered(term) if isinstance(term, sp.Mul) else [term]:
        if _is_negative_number(factor):
            sign, factor = -sign, -factor
        if factor != 1 or isinstance(factor, sp.Float):
            factors.append(factor)
    return sign, factors


def _is_negative_number(expression: Any) -> bool:
    return isinstance(expression, sp.Number) and expression.is_negative is True


def _unevaluated_power(base: Any, exponent: Any) -> Any:
    return base if exponent == 1 else sp.Pow(base, exponent, evaluate=False)


def _nearest(number: Any) -> float:
    """The float64 nearest to a SymPy number."""
    if isinstance(number, sp.Float) and number.is_finite:
        if sp.Rational(number) != sp.Rational(float(number)):  # both conversions are exact
            raise LoweringError(f"{number} has more digits than float64; give a Rational")
        return float(number)
    if isinstance(number, sp.Rational):
        try:
            return int(number.p) / int(number.q)  # Python rounds the quotient of integers correctly
        except OverflowError:
            raise LoweringError(f"a number above 1.8e308 is outside float64: {sp.N(number, 5)}") from None
    raise LoweringError(f"{number} is no finite number")
