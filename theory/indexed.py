"""Systems with families of states x_1 … x_n: sums stay sums, and n is given when the system is compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import Any

import sympy as sp

from .system import System


class Unless(sp.Function):  # type: ignore[misc]  # SymPy ships no types
    """``Unless(term, k, others…)`` is the term where k is none of the others, and 0 where it is one.

    No ``Piecewise`` takes its place: SymPy moves the conditions of an inner one outwards, over the sum that binds their
    index.
    """

    @classmethod
    def eval(cls, term: Any, k: Any, *others: Any) -> Any:
        """Decided as soon as the indices are numbers."""
        if k in others:
            return sp.Integer(0)
        left = tuple(sorted({o for o in others if not (o - k).is_nonzero}, key=sp.default_sort_key))
        return term if not left else cls(term, k, *left) if left != others else None


def sum_over(term: sp.Expr, k: sp.Symbol, low: Any, high: Any, but: Sequence[Any] = ()) -> sp.Sum:
    """The sum of ``term`` over k = low … high without the values in ``but``."""
    return sp.Sum(Unless(term, k, *but) if but else term, (k, low, high))


@dataclass(frozen=True)
class Family:
    """A quantity, or as many quantities as its indices have values.

    ``base`` is a plain symbol without ``ranges`` and an ``IndexedBase`` with them; each range is (first, last), in
    terms of the size of the system. With ``antisymmetric``, ``base[j, k] = −base[k, j]``: both ranges are the same, and
    only the entries with j < k are quantities of their own.

    Raises:
        ValueError: base and ranges do not fit together.
    """

    base: Any
    ranges: tuple[tuple[Any, Any], ...] = ()
    antisymmetric: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.base, sp.IndexedBase) != bool(self.ranges):
            raise ValueError(f"family {self.base}: an IndexedBase needs ranges, and a plain symbol has none")
        if self.antisymmetric and (len(self.ranges) != 2 or self.ranges[0] != self.ranges[1]):
            raise ValueError(f"family {self.base}: antisymmetric needs two equal ranges, not {self.ranges}")

    @property
    def name(self) -> str:
        """The name of the base."""
        return str(self.base)

    def bounds(self, size: sp.Symbol, n: int) -> tuple[tuple[int, int], ...]:
        """First and last value of each index at size ``n``."""
        return tuple(
            (_integer(low, size, n, self.name), _integer(high, size, n, self.name))
            for low, high in self.ranges
        )

    def places(self, size: sp.Symbol, n: int) -> list[tuple[int, ...]]:
        """The indices of its own quantities at size ``n``, the last index running fastest."""
        ranges = [range(low, high + 1) for low, high in self.bounds(size, n)]
        return list(combinations(ranges[0], 2)) if self.antisymmetric else list(product(*ranges))

    def symbol(self, place: tuple[int, ...]) -> sp.Symbol:
        """The plain symbol of one quantity: ``x_3`` or ``f_1_2``, with the assumptions of the base."""
        if not place:
            return self.base
        return sp.Symbol("_".join([self.name, *map(str, place)]), **self.base.assumptions0)


@dataclass(frozen=True)
class Law:
    """``d family[indices] / d time = rate``, for all values of the indices."""

    family: Family
    indices: tuple[sp.Symbol, ...]
    rate: sp.Expr

    def __post_init__(self) -> None:
        if len(self.indices) != len(self.family.ranges):
            raise ValueError(f"law of {self.family.name}: {len(self.family.ranges)} indices are needed")


@dataclass(frozen=True)
class IndexedSystem:
    """One law for each family of states; the only source of the system at every size n.

    A rate may use the time, the size, families of states and parameters, its own indices, and sums over further ones
    (:func:`sum_over`).

    Raises:
        ValueError: a name is used twice, or a rate uses an undeclared symbol.
    """

    name: str
    time: sp.Symbol
    size: sp.Symbol
    laws: tuple[Law, ...]
    parameters: tuple[Family, ...]

    def __post_init__(self) -> None:
        families = [*(law.family for law in self.laws), *self.parameters]
        names = [family.name for family in families] + [self.time.name, self.size.name]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"system {self.name}: the names {twice} are used more than once")
        declared = {self.time, self.size} | {f.base for f in families if not f.ranges}
        bases = {f.base for f in families if f.ranges}
        for law in self.laws:
            unknown = sorted(map(str, _used(law.rate) - declared - bases - set(law.indices)))
            if unknown:
                raise ValueError(
                    f"system {self.name}: the law of {law.family.name} uses {unknown}, which are neither states nor "
                    "parameters nor indices; declare them"
                )

    def of_size(self, n: int) -> SizedSystem:
        """The system with n given.

        Raises:
            ValueError: ``n`` is below one, or leaves a family of states empty.
        """
        return SizedSystem(self, n)

    def written_out(self, n: int) -> System:
        """The plain system of size n: every sum written out, every quantity a symbol of its own."""
        sized = self.of_size(n)
        names = {
            (family.base, place): family.symbol(place)
            for family in (*(law.family for law in self.laws), *self.parameters)
            for place in family.places(self.size, n)
            if family.ranges
        }
        odd = {f.base for f in (*(law.family for law in self.laws), *self.parameters) if f.antisymmetric}
        rhs = tuple(
            _written_out(law.rate, {self.size: n} | dict(zip(law.indices, place, strict=True)), names, odd)
            for law in self.laws
            for place in law.family.places(self.size, n)
        )
        return System(sized.name, self.time, sized.states, sized.parameters, rhs)


@dataclass(frozen=True)
class SizedSystem:
    """An :class:`IndexedSystem` with its size. It has the names of a :class:`.System`, and no written-out rates.

    States and parameters stand family by family, the last index running fastest.

    Raises:
        ValueError: ``n`` is below one, or leaves a family of states empty.
    """

    source: IndexedSystem
    n: int

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"system {self.source.name}: size {self.source.size}={self.n}; give 1 or more")
        for law in self.source.laws:
            if not law.family.places(self.source.size, self.n):
                raise ValueError(
                    f"system {self.source.name}: at {self.source.size}={self.n} there is no {law.family.name}; "
                    "give a larger size"
                )

    @property
    def name(self) -> str:
        """The name with the size."""
        return f"{self.source.name}, {self.source.size} = {self.n}"

    @property
    def time(self) -> sp.Symbol:
        """The time."""
        return self.source.time

    @cached_property
    def states(self) -> tuple[sp.Symbol, ...]:
        """All states as plain symbols."""
        return self._symbols(tuple(law.family for law in self.source.laws))

    @cached_property
    def parameters(self) -> tuple[sp.Symbol, ...]:
        """All parameters as plain symbols."""
        return self._symbols(self.source.parameters)

    def _symbols(self, families: tuple[Family, ...]) -> tuple[sp.Symbol, ...]:
        return tuple(f.symbol(place) for f in families for place in f.places(self.source.size, self.n))


def _used(expression: Any) -> set[Any]:
    """The symbols and bases in an expression, without the indices of its sums."""
    if isinstance(expression, sp.Symbol):
        return {expression}
    if isinstance(expression, sp.Indexed):
        return {expression.base}.union(*map(_used, expression.indices))
    if isinstance(expression, sp.Sum):
        inside: set[Any] = _used(expression.function)
        for k, *bounds in reversed(expression.limits):
            inside = (inside - {k}).union(*map(_used, bounds))
        return inside
    return set().union(*map(_used, expression.args))


def _integer(value: Any, size: sp.Symbol, n: int, what: str) -> int:
    number = sp.sympify(value).xreplace({size: sp.Integer(n)})
    if not number.is_Integer:
        raise ValueError(f"family {what}: the bound {value} is no integer at {size}={n}")
    return int(number)


def _written_out(rate: Any, values: dict[sp.Symbol, int], names: dict[Any, sp.Symbol], odd: set[Any]) -> Any:
    """The expression with numbers for indices, sums as additions, and a symbol for each entry."""
    if isinstance(rate, sp.Symbol):
        return sp.Integer(values[rate]) if rate in values else rate
    if isinstance(rate, sp.Indexed):
        place = tuple(int(_written_out(index, values, names, odd)) for index in rate.indices)
        if rate.base not in odd:
            return names[rate.base, place]
        first, second = place
        if first == second:
            return sp.Integer(0)
        return names[rate.base, place] if first < second else -names[rate.base, (second, first)]
    if isinstance(rate, sp.Sum):
        (k, low, high), *more = rate.limits
        if more:
            raise ValueError(f"{rate} has several limits; write one sum inside the other")
        first, last = (int(_written_out(bound, values, names, odd)) for bound in (low, high))
        return sp.Add(
            *(_written_out(rate.function, values | {k: i}, names, odd) for i in range(first, last + 1))
        )
    return rate.func(*(_written_out(part, values, names, odd) for part in rate.args)) if rate.args else rate
