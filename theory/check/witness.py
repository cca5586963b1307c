"""A witness for a theorem: one point at which everything that it rests on holds, so that it says something.

From premises that contradict one another anything follows. A theorem counts as proved only with numbers
for all that occurs in its hypotheses, in its side conditions, and in the definitions and assumptions
below it, however far down; functions and their derivatives at a point count as numbers of their own.
Running symbols take two values at once, since a premise must hold for all of them.

The point is found by chance: what a definition gives in terms of the rest is solved for, the rest is
drawn. Whether it is one is decided afterwards, in exact or ball arithmetic, by all premises anew. Where
chance does not find one, a statement gives some of the values itself (``Statement.witness``).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy as sp
from flint import arb, ctx, fmpq
from sympy.core.function import AppliedUndef

from ..derivation import Ito, Named
from ..statement import Kind, Statement
from ..theory import Theory
from . import points
from .assumptions import admits
from .evaluate import NotEvaluable, Point, evaluate
from .instances import Sizes, instance, unknowns
from .renaming import Malformed, rebuilt, renamed
from .roots import root_of
from .series import Number, Undecidable
from .symbolic import carried_out

ATTEMPTS = 150
"""Points tried before a statement is asked to give one; no source, generous on purpose."""
_REDRAWS = 12
"""Draws of the values of one premise before the attempt is given up; no source."""
_VARIANTS = 6
"""Choices of sizes; no source."""
_SIZES = (1, 4)
"""Sizes and indices: small, since sums are written out."""
_SMALL = (7, (1, 1, 2, 3, 4, 12))
"""Largest numerator, and denominators, of a value, so that a reader can follow the point by hand."""


_KINKED = (sp.Abs, sp.sign, sp.Max, sp.Min, sp.Piecewise, sp.Limit)
"""What has no derivative everywhere, or none that is known here."""


@dataclass(frozen=True)
class Premise:
    """``relation`` holds wherever all ``hypotheses`` hold."""

    relation: sp.Basic
    hypotheses: tuple[sp.Basic, ...] = ()


def foundations(statement: Statement, theory: Theory) -> list[Statement]:
    """The definitions and assumptions below ``statement``, by meaning and by proof, however far down."""
    return [s for s in theory.below(statement) if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)]


def premises(statement: Statement, theory: Theory) -> list[Premise]:
    """All that ``statement`` rests on: its foundations as they stand, and as its steps use them, renamed."""
    below = theory.below(statement)
    found = [
        Premise(c, s.hypotheses)
        for s in below
        if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)
        for c in s.content
    ]
    for one in (statement, *(s for s in below if s.kind is Kind.THEOREM)):
        for derivation in one.derivations:
            for step in derivation.steps:
                if isinstance(step, Named) and step.where and not isinstance(step, Ito):
                    found += _as_used(step, theory)
    return list(dict.fromkeys(found))


def _as_used(step: Named, theory: Theory) -> Iterator[Premise]:
    used, running = theory.by_id.get(step.using), theory.notation.running
    if used is None or used.kind is Kind.THEOREM or not 0 <= step.part < len(used.content):
        return
    try:
        hypotheses = [renamed(h, step.where, used.generic, running) for h in used.hypotheses]
        yield Premise(renamed(used.content[step.part], step.where, used.generic, running), tuple(hypotheses))
    except Malformed:
        return  # the step itself fails for the same reason


@dataclass
class _Draw:
    """One attempt: the values so far, and what has to hold of them."""

    rng: random.Random
    values: dict[sp.Basic, Number]
    bounds: Sequence[sp.Basic]
    universal: frozenset[sp.Basic]
    """Symbols that run: what holds for some value of them alone does not hold."""

    def draw(self, unknown: sp.Expr) -> bool:
        """Give ``unknown`` a value that breaks no bound; says whether there was one."""
        for _ in range(_REDRAWS):
            value = fmpq(self.rng.randint(1, _SMALL[0]), self.rng.choice(_SMALL[1]))
            self.values[unknown] = value if unknown.is_nonnegative or self.rng.random() < 0.6 else -value
            if admits(unknown, self.values[unknown]) and self.keeps(unknown):
                return True
        del self.values[unknown]
        return False

    def keeps(self, unknown: sp.Expr) -> bool:
        """Whether no bound that has all its values, ``unknown`` among them, is broken."""
        return all(
            _holds(b, Point(self.values)) is not False
            for b in self.bounds
            if unknown in unknowns(b) and unknowns(b) <= self.values.keys()
        )

    def solve(self, equation: sp.Eq, unknown: sp.Expr) -> bool:
        """Give ``unknown`` the value that makes ``equation`` true; says whether there is a proper one."""
        for value in root_of(equation.lhs - equation.rhs, unknown, self.values):
            self.values[unknown] = value
            proper = admits(unknown, value) and self.keeps(unknown)
            if proper and _holds(equation, Point(self.values)) is True:
                return True
            del self.values[unknown]
        return False

    def satisfy(self, equation: sp.Eq, preferred: sp.Expr | None) -> bool:
        """Draw what ``equation`` still needs, but one, and solve for that."""
        missing = sorted(unknowns(equation) - self.values.keys(), key=_name)
        if not missing:
            return _holds(equation, Point(self.values)) is True
        self.rng.shuffle(missing)
        missing.sort(key=lambda a: (a != preferred, a != equation.lhs))
        for target in (a for a in missing if a not in self.universal):
            for _ in range(_REDRAWS):
                others = [a for a in missing if a != target]
                if all(self.draw(a) for a in others) and self.solve(equation, target):
                    return True
                for a in others:
                    self.values.pop(a, None)
                if not others:
                    break
        # It may hold whatever they are.
        return all(self.draw(a) for a in missing) and _holds(equation, Point(self.values)) is True


@lru_cache(maxsize=16384)
def _name(expression: sp.Basic) -> str:
    return str(expression)


def _holds(relation: sp.Basic, point: Point) -> bool | None:
    try:
        return points.holds(relation, point)
    except NotEvaluable:
        return None


def _scalar(relation: sp.Basic) -> list[sp.Basic]:
    if isinstance(relation, sp.Eq) and isinstance(relation.lhs, sp.MatrixBase):
        return [sp.Eq(a, b, evaluate=False) for a, b in zip(relation.lhs, relation.rhs, strict=True)]
    return list(relation.args) if isinstance(relation, sp.And) else [relation]


def _plan(equations: Sequence[sp.Eq]) -> list[tuple[sp.Eq, sp.Expr | None]]:
    """The equations in an order in which each can be solved for something that no earlier one speaks of.

    Equations that share all their unknowns with others come first, without such a thing.
    """
    left, last = list(equations), list[tuple[sp.Eq, sp.Expr | None]]()
    while left:
        counts = Counter(unknown for equation in left for unknown in unknowns(equation))
        # What a definition is the definition of, before what could also be had from it.
        alone = [
            (unknown != equation.lhs, _name(unknown), number)
            for number, equation in enumerate(left)
            for unknown in unknowns(equation)
            if counts[unknown] == 1
        ]
        if not alone:
            break
        _, name, number = min(alone)
        equation = left.pop(number)
        last.append((equation, next(u for u in unknowns(equation) if _name(u) == name and counts[u] == 1)))
    return [*((e, None) for e in left), *reversed(last)]


def _differentiated(premise: Premise, running: frozenset[str]) -> Iterator[sp.Basic]:
    """The derivative of an equation by each real symbol that runs: where the equation holds, so does this."""
    relation = premise.relation
    if not isinstance(relation, sp.Eq) or isinstance(relation.lhs, sp.MatrixBase) or premise.hypotheses:
        return
    # Once is enough to see that a constant does not move; flows are not differentiated again.
    if relation.has(sp.Derivative, *_KINKED):
        return
    for symbol in sorted(relation.free_symbols, key=_name):
        if symbol.name in running and not symbol.is_integer:
            left, right = (_rate(side, symbol) for side in relation.args)
            if left != right:
                yield sp.Eq(left, right, evaluate=False)


@lru_cache(maxsize=4096)
def _rate(side: sp.Expr, by: sp.Symbol) -> sp.Expr:
    return carried_out(sp.Derivative(side, by))


def _clones(relation: sp.Basic, running: frozenset[str]) -> sp.Basic:
    """``relation`` at a second value of each running symbol."""
    second = {s: _second(s) for s in relation.free_symbols if isinstance(s, sp.Symbol) and s.name in running}
    return rebuilt(relation, lambda side: side.xreplace(second)) if second else relation


@lru_cache(maxsize=1024)
def _second(symbol: sp.Symbol) -> sp.Symbol:
    return sp.Symbol(f"{symbol.name}′", **symbol.assumptions0)


def _sizes(relations: Sequence[sp.Basic], given: Mapping[sp.Expr, sp.Expr], variant: int) -> Sizes:
    """A size for each integer symbol: the same in every theorem, so that instances can be shared."""
    symbols = {s for r in relations for s in r.free_symbols if isinstance(s, sp.Symbol) and s.is_integer}
    found = []
    for symbol in sorted(symbols, key=lambda s: s.name):
        drawn = random.Random(f"{symbol.name} {variant}").randint(*_SIZES)
        found.append((symbol, int(given[symbol]) if symbol in given else drawn))
    return tuple(found)


def _of(relation: sp.Basic, sizes: Sizes) -> sp.Basic:
    return instance(relation, tuple((s, n) for s, n in sizes if s in relation.free_symbols))


@dataclass(frozen=True)
class _System:
    """All that has to hold, for one choice of sizes, and the order in which it is looked at."""

    sizes: Sizes
    must: Sequence[sp.Basic]
    wanted: Sequence[tuple[sp.Basic, tuple[sp.Basic, ...]]]
    bounds: Sequence[sp.Basic]
    plan: Sequence[tuple[sp.Eq, sp.Expr | None]]

    @classmethod
    def of(
        cls,
        resting: Sequence[Premise],
        required: Sequence[sp.Basic],
        given: Mapping[sp.Expr, sp.Expr],
        variant: int,
    ) -> _System:
        everything = [*required, *(r for p in resting for r in (p.relation, *p.hypotheses))]
        sizes = _sizes(everything, given, variant)
        must = [part for r in required for part in _scalar(_of(r, sizes))]
        wanted = [
            (part, tuple(_of(h, sizes) for h in p.hypotheses))
            for p in resting
            for part in _scalar(_of(p.relation, sizes))
        ]
        relations = [r for r in (*must, *(r for r, _ in wanted)) if r is not sp.true]
        bounds = [r for r in relations if not isinstance(r, sp.Eq)]
        equations = list(dict.fromkeys(r for r in relations if isinstance(r, sp.Eq) and unknowns(r)))
        return cls(sizes, must, wanted, bounds, _plan(equations))


def _at_one_value(values: Mapping[sp.Basic, Number]) -> bool:
    """Whether a function has one value where its arguments are equal, however they are written."""
    known: dict[tuple[object, ...], Number] = {}
    for unknown, value in values.items():
        if not isinstance(unknown, AppliedUndef):
            continue
        try:
            arguments = tuple(str(evaluate(a, Point(values))) for a in unknown.args)
        except (NotEvaluable, Undecidable):
            continue
        if points.is_zero(known.setdefault((unknown.func, *arguments), value) - value) is not True:
            return False
    return True


@dataclass(frozen=True)
class Witness:
    """``values`` at which all holds; empty with a ``problem`` where none was found."""

    values: Mapping[sp.Basic, Number]
    problem: str = ""

    def __str__(self) -> str:
        return ", ".join(
            f"{a} = {v.str(6) if isinstance(v, arb) else v}"
            for a, v in sorted(self.values.items(), key=lambda item: str(item[0]))
        )


def _given(statement: Statement, theory: Theory) -> dict[sp.Expr, sp.Expr]:
    """Values that the statement gives itself, and those that its foundations give for what is left open."""
    given: dict[sp.Expr, sp.Expr] = {}
    below = {s.id for s in foundations(statement, theory)}
    # In the order of the theory: what comes later speaks of a more particular case.
    for one in (*(s for s in theory if s.id in below), statement):
        for key, value in one.witness.items():
            given[key] = value
            again = _clones(key, theory.notation.running)
            if not key.is_Symbol:  # a value of a function for one argument is meant for all
                given[again] = value
    return given


def find(statement: Statement, theory: Theory, conditions: Sequence[sp.Basic] = ()) -> Witness:
    """A point at which ``statement`` has all that it rests on; ``conditions`` are its side conditions."""
    resting = premises(statement, theory)
    required = [*statement.hypotheses, *conditions]
    running = theory.notation.running
    # Only what the statement does not restrict must hold at the second values.
    restricted = {s for h in required for s in h.free_symbols}
    moving = {
        s for p in resting for s in p.relation.free_symbols if isinstance(s, sp.Symbol) and s.name in running
    }
    tied = {s for h in statement.hypotheses if isinstance(h, sp.Eq) for s in h.free_symbols}
    universal = frozenset({*moving, *map(_second, moving)} - tied)
    resting += [Premise(r, p.hypotheses) for p in resting for r in _differentiated(p, running)]
    for premise in list(resting):
        again = Premise(_clones(premise.relation, running - {s.name for s in restricted}))
        if not premise.hypotheses and again.relation != premise.relation:
            resting.append(again)
    given = _given(statement, theory)
    problem = ""
    systems: dict[int, _System] = {}
    with ctx.workprec(points.PRECISION):
        for attempt in range(ATTEMPTS):
            variant = attempt % _VARIANTS
            if variant not in systems:
                systems[variant] = _System.of(resting, required, given, variant)
            values, failing = _attempt(systems[variant], given, universal, random.Random(attempt))
            if not failing:
                return Witness(values)
            problem = failing
    return Witness(
        {},
        f"no point was found at which all that it rests on holds, and so it may say nothing: {problem} failed "
        "last; give one (Statement.witness), or look for a contradiction",
    )


def _attempt(
    system: _System,
    given: Mapping[sp.Expr, sp.Expr],
    universal: frozenset[sp.Basic],
    rng: random.Random,
) -> tuple[Mapping[sp.Basic, Number], str]:
    """One try at a point: its values, and what does not hold there ("" if all does)."""
    values: dict[sp.Basic, Number] = {symbol: fmpq(number) for symbol, number in system.sizes}
    wrong = [s for s, n in system.sizes if not admits(s, fmpq(n))]
    if wrong:
        return {}, f"{wrong[0]} = {values[wrong[0]]}"
    numbers = {symbol: sp.Integer(number) for symbol, number in system.sizes}
    for key, number in given.items():
        if not (key.is_Symbol and key.is_integer):
            values[key.xreplace(numbers)] = evaluate(number, Point({}))
    state = _Draw(rng, values, system.bounds, universal)
    core = [e for e, target in system.plan if target is None]
    most = rng.choice((2, 1_000))
    rng.shuffle(core)
    while core:
        # What can be solved at once comes first; of the rest any, or in every other attempt the smallest.
        core.sort(key=lambda e: min(most, len(unknowns(e) - values.keys())))
        if not state.satisfy(core[0], None):
            return {}, str(core[0])
        core.pop(0)
    for equation, target in system.plan:
        if target is not None and not state.satisfy(equation, target):
            return {}, str(equation)
    for relation in system.bounds:
        for unknown in sorted(unknowns(relation) - values.keys(), key=_name):
            if not state.draw(unknown):
                return {}, str(relation)
    return _confirmed(state, system.must, system.wanted)


def _confirmed(
    state: _Draw, must: Sequence[sp.Basic], wanted: Sequence[tuple[sp.Basic, tuple[sp.Basic, ...]]]
) -> tuple[Mapping[sp.Basic, Number], str]:
    """Everything asked anew at the finished point, whatever way the values were found."""
    point = Point(state.values)
    for relation in must:
        if _holds(relation, point) is not True:
            return {}, str(relation)
    for relation, hypotheses in wanted:
        if _holds(relation, point) is not True and not any(_holds(h, point) is False for h in hypotheses):
            return {}, str(relation)
    broken = [a for a, v in state.values.items() if not admits(a, v)]
    if broken:
        return {}, f"what is assumed of {broken[0]}"
    if not _at_one_value(state.values):
        return {}, "a function has two values at one place"
    return state.values, ""
