"""Altered copies of a step, every one of which the checker must reject.

A mutant changes what the step claims: a sign, a factor two, a dropped term, two symbols of one unit
swapped (a wrong index), an exponent, or a factor that spoils the units. A copy that is equal to the
original (``(a − b)²`` with a and b swapped) is no mutant and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from itertools import pairwise

import sympy as sp
from sympy.core.function import AppliedUndef

from ..derivation import Bound, Ito, Named, Rearrange, Step
from ..units import ONE, UnitError, Units, unit_of
from . import points
from .points import name
from .renaming import rebuilt
from .setting import Setting
from .steps import StepResult, check_step

RELATIONS = (sp.Eq, sp.Le, sp.Lt, sp.Ge, sp.Gt)
BOTH_WAYS = 1
"""So many mutants of each step are tried both ways; of the others, those that the points let pass."""
_REVERSED = {sp.Le: sp.Ge, sp.Lt: sp.Gt, sp.Ge: sp.Le, sp.Gt: sp.Lt}


@dataclass(frozen=True)
class Mutant:
    """One altered relation and which checks rejected it; ``by_symbols`` is None where it was not asked."""

    change: str
    to: sp.Basic
    by_symbols: bool | None
    by_points: bool
    by_units: bool
    by_arrival: bool = False
    """The step passes, but the derivation no longer arrives at the statement."""

    @property
    def caught(self) -> bool:
        """Whether anything rejected it."""
        return bool(self.by_symbols) or self.by_points or self.by_units or self.by_arrival


def _terms(relation: sp.Basic) -> Iterator[tuple[sp.Add, sp.Expr]]:
    for total in sorted(relation.atoms(sp.Add), key=name):
        for term in total.args:
            yield total, term


def _exchanged(relation: sp.Basic, exchange: Mapping[sp.Basic, sp.Basic]) -> sp.Basic:
    return rebuilt(relation, lambda side: side.xreplace(exchange))


def _swaps(relation: sp.Basic, units: Units) -> Iterator[tuple[str, sp.Basic]]:
    """Each symbol or function value exchanged with the next of its unit, so that every one is moved once."""
    alike: dict[tuple[bool, object], list[sp.Basic]] = {}
    for atom in sorted((a for a in relation.atoms(sp.Symbol, AppliedUndef) if not a.is_integer), key=name):
        try:
            alike.setdefault((atom.is_Symbol, unit_of(atom, units)), []).append(atom)
        except UnitError:
            continue
    for group in alike.values():
        for first, second in pairwise(group):
            yield f"{first} and {second} swapped", _exchanged(relation, {first: second, second: first})


def _altered(relation: sp.Basic, units: Units, done: Set[str]) -> Iterator[tuple[str, str, sp.Basic]]:
    """Kind of the change, the change in words, and the altered relation; the kinds ``done`` are left out."""
    for total, term in _terms(relation):
        if "sign" not in done:
            yield "sign", f"sign of {name(term)}", _exchanged(relation, {total: total - 2 * term})
        if "factor" not in done:
            yield "factor", f"factor 2 on {name(term)}", _exchanged(relation, {total: total + term})
        if "dropped" not in done:
            yield "dropped", f"{name(term)} dropped", _exchanged(relation, {total: total - term})
    if isinstance(relation, RELATIONS) and not isinstance(relation.rhs, sp.MatrixBase):
        kind, lhs, rhs = type(relation), relation.lhs, relation.rhs
        yield "right side", "sign of the right side", kind(lhs, -rhs, evaluate=False)
        yield "right side", "factor 2 on the right side", kind(lhs, 2 * rhs, evaluate=False)
        yield "left side", "half of the left side", kind(lhs / 2, rhs, evaluate=False)
        for symbol in sorted(relation.free_symbols, key=str):
            if symbol.name in units and units[symbol.name] != ONE:
                yield "unit", f"unit of {symbol} too many", kind(lhs, rhs * symbol, evaluate=False)
                break
    if isinstance(relation, sp.Rel) and type(relation) in _REVERSED:
        reverse = _REVERSED[type(relation)]
        yield "direction", "direction reversed", reverse(relation.lhs, relation.rhs, evaluate=False)
    if isinstance(relation, sp.Or):
        for part in relation.args:
            rest = [p for p in relation.args if p != part]
            yield "solution", f"solution {part} dropped", sp.Or(*rest)
    for power in sorted(relation.atoms(sp.Pow), key=name):
        if "exponent" not in done and power.exp.is_Rational and not power.base.is_number:
            changed = {power: power.base ** (power.exp + 1)}
            yield "exponent", f"exponent of {power}", _exchanged(relation, changed)
    for change, swapped in _swaps(relation, units):
        yield "swap", change, swapped


def _equivalent(relation: sp.Basic, mutant: sp.Basic) -> bool:
    if relation == mutant:
        return True
    if not isinstance(relation, RELATIONS) or type(relation) is not type(mutant):
        return False
    pairs = list(zip(relation.args, mutant.args, strict=True))
    if any(isinstance(a, sp.MatrixBase) or isinstance(b, sp.MatrixBase) for a, b in pairs):
        differences = [e for a, b in pairs for e in (a - b if isinstance(a, sp.MatrixBase) else [a - b])]
    else:
        differences = [a - b for a, b in pairs]
    return points.vanishes(differences).agrees is True


def _other_settings(step: Step) -> Iterator[tuple[str, Step]]:
    """Copies of ``step`` that claim the same but give another reason."""
    if isinstance(step, Named) and len(step.where) > 1:
        for old in step.where:
            yield f"{old} not renamed", replace(step, where={o: n for o, n in step.where.items() if o != old})
    if isinstance(step, Rearrange):
        yield "factor 2 on the multiplier", replace(step, times=2 * step.times)
    if isinstance(step, Bound):
        yield "factor 2 on the certificate", replace(step, certificate=2 * step.certificate)
        yield "sign of the certificate", replace(step, certificate=-step.certificate)
    if isinstance(step, Ito) and step.to.rhs != 0:  # twice a function without drift has none either
        yield "factor 2 on the function", replace(step, function=2 * step.function)


def mutants_of(
    before: sp.Basic | None, step: Step, after: Step | None, setting: Setting, every: bool = False
) -> list[Mutant]:
    """Altered copies of ``step`` that differ from it, with what each check said of it.

    One of each kind of change (the first that differs), or, with ``every``, all of them. A change can
    turn one true identity into another; then the step ``after`` it must refuse to go on from there. After
    the last step (``after`` is None) the derivation no longer arrives.
    """
    made: list[Mutant] = []
    seen: set[sp.Basic] = set()
    kinds: set[str] = set()
    for kind, change, relation in _altered(step.to, setting.units, frozenset() if every else kinds):
        if relation in seen or not isinstance(relation, (*RELATIONS, sp.Or)) or (kind in kinds and not every):
            continue
        seen.add(relation)
        both = len(made) < BOTH_WAYS
        result = check_step(
            before, replace(step, to=relation), setting, thorough=False, both=both, explain=False
        )
        # What the points found wrong differs from the step; only of the others it has to be asked.
        if result.points is not False and result.units and _equivalent(step.to, relation):
            continue
        kinds.add(kind)
        made.append(_tried(change, relation, result, after, setting, both))
    for change, other in _other_settings(step):
        # A symbol may be absent from what is renamed; leaving it out then changes nothing.
        result = check_step(before, other, setting, thorough=False, explain=False)
        if not (result.passed and change.endswith("not renamed")):
            made.append(_verdict(change, step.to, result))
    return made


def _tried(
    change: str, relation: sp.Basic, result: StepResult, after: Step | None, setting: Setting, both: bool
) -> Mutant:
    """What became of a mutant: rejected at once, by the step after it, or because nothing is reached."""
    if not result.passed:
        return _verdict(change, relation, result, both)
    if after is None:
        return Mutant(change, relation, by_symbols=False, by_points=False, by_units=False, by_arrival=True)
    return _verdict(change, relation, check_step(relation, after, setting, thorough=False, explain=False))


def _verdict(change: str, relation: sp.Basic, result: StepResult, both: bool = True) -> Mutant:
    asked = both or result.points is True
    rejected = result.symbolic is not True if asked else None
    return Mutant(change, relation, rejected, result.points is not True, not result.units)
