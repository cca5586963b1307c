"""Deciding symbolically whether an expression is zero: the first way of checking.

Derivatives are carried out by SymPy, sums are brought into a normal form, undefined functions and what
is left of derivatives and sums become symbols of their own. What is then rational is decided completely by
its numerator. Radicals are treated as algebraic generators; only where that does not end the matter is
SymPy's ``simplify`` asked, and then only its answer "zero" is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import sympy as sp
from sympy.core.function import AppliedUndef

from .points import Decision
from .rational import numerator_of
from .sums import aligned, from_zero, is_sound, merged, own_indices, spread

_SIMPLIFY_LIMIT = 4000
"""Largest operation count handed to ``simplify``; no source, it bounds the time of one step."""
_BINDING = (sp.Sum, sp.Product, sp.Integral)
_KEPT = ("real", "positive", "negative", "nonnegative", "nonpositive", "integer")
"""What a symbol that stands for a function keeps of the function's assumptions."""


def carried_out(expression: sp.Basic) -> sp.Basic:
    """Carry out every derivative, innermost first, and nothing else (``doit`` would also try to sum)."""
    if not expression.has(sp.Derivative, sp.Subs):
        return expression
    arguments = [carried_out(a) for a in expression.args]
    if isinstance(expression, sp.Derivative):
        return sp.diff(arguments[0], *expression.variable_count)
    if isinstance(expression, sp.Subs):
        pairs = list(zip(expression.variables, expression.point, strict=True))
        return _renamed(arguments[0].subs(pairs, simultaneous=True))
    return expression.func(*arguments)


def _renamed(expression: sp.Basic) -> sp.Basic:
    """The derivative by t at t = x is the derivative by x, where x is a symbol that does not occur otherwise."""
    if not isinstance(expression, sp.Subs):
        return expression
    points = set(expression.point)
    if not all(p.is_Symbol for p in points) or points & expression.expr.free_symbols:
        return expression
    if len(points) < len(expression.point):
        return expression
    return expression.expr.xreplace(dict(zip(expression.variables, expression.point, strict=True)))


def _by_absolute_value(extreme: sp.Max | sp.Min) -> sp.Expr:
    """max(a, b) = (a + b + |a − b|)/2, and min(a, b) = (a + b − |a − b|)/2, for real numbers."""
    sign = 1 if isinstance(extreme, sp.Max) else -1
    first, *others = extreme.args
    for other in others:
        first = (first + other + sign * sp.Abs(first - other)) / 2
    return first


def _tidy(expression: sp.Basic) -> sp.Basic:
    """Multiply out the arguments of undefined functions: f((a + b)²) and f(a² + 2ab + b²) are one."""
    expression = expression.replace(
        lambda e: isinstance(e, AppliedUndef), lambda e: e.func(*(sp.expand(a) for a in e.args))
    )
    return expression.replace(
        lambda e: isinstance(e, (sp.Max, sp.Min)) and all(a.is_real for a in e.args), _by_absolute_value
    )


def _freeze(expression: sp.Expr, *opaque: type) -> tuple[sp.Expr, bool]:
    """Replace undefined functions, their derivatives and whatever is ``opaque`` by symbols.

    The symbols share the assumptions. What depends on a bound variable stays: it is part of a sum. The
    second value says whether the new symbols are known to be independent, so that an expression in them
    is zero only if it is zero for all of their values.
    """
    bound = {v for total in expression.atoms(*_BINDING) for v in total.bound_symbols}
    atoms = expression.atoms(sp.Derivative, AppliedUndef, sp.Subs, sp.Limit, *opaque)
    symbols = {atom: stand_in(atom) for atom in atoms if not atom.free_symbols & bound}
    # From the outside in: a derivative contains the function that it differentiates, a sum its summand.
    frozen = expression.xreplace(symbols)
    left = frozen.free_symbols
    return frozen, all(_is_plain(atom) for atom, symbol in symbols.items() if symbol in left)


@lru_cache(maxsize=16384)
def stand_in(atom: sp.Basic) -> sp.Dummy:
    """A symbol for ``atom``, of which as much is assumed; the same whenever it is asked for."""
    return sp.Dummy("a", **{name: True for name in _KEPT if getattr(atom, f"is_{name}")})


@lru_cache(maxsize=16384)
def _is_plain(atom: sp.Basic) -> bool:
    """Whether ``atom`` is a function, or its derivative by symbols, of arguments in normal form."""
    if not isinstance(atom, (AppliedUndef, sp.Derivative)):
        return False
    if isinstance(atom, sp.Derivative) and not all(
        v.is_Symbol and n.is_Integer for v, n in atom.variable_count
    ):
        return False
    arguments = [a for f in atom.atoms(AppliedUndef) for a in f.args]
    return all(_is_polynomial(a) for a in arguments)


def _roots(expression: sp.Expr) -> list[sp.Pow]:
    return [
        p
        for p in expression.atoms(sp.Pow)
        if p.exp.is_Rational and not p.exp.is_Integer and p.base.is_number is False
    ]


def _root_as(symbol: sp.Dummy, base: sp.Expr, q: int) -> Callable[[sp.Pow], sp.Expr]:
    return lambda power: symbol ** int(power.exp * q) if power.base == base else power


def _generators(expression: sp.Expr) -> tuple[sp.Expr, list[sp.Expr], list[sp.Dummy]]:
    """Replace roots by symbols; return also their defining polynomials.

    All roots of one base become powers of one symbol r = base^(1/q), q their common denominator.
    """
    relations: list[sp.Expr] = []
    symbols: list[sp.Dummy] = []
    expression = sp.powsimp(sp.expand_power_exp(expression))
    # A radicand in factors shows its perfect squares: √((p+q)²) = p + q.
    expression = expression.replace(
        lambda e: isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer,
        lambda e: sp.factor(e.base) ** e.exp,
    )
    while roots := _roots(expression):
        # Innermost first, so that a defining polynomial holds no root that was not replaced.
        base = min(roots, key=lambda p: (sp.count_ops(p), str(p))).base
        q = int(sp.ilcm(1, *(p.exp.q for p in roots if p.base == base)))
        root = sp.Dummy(f"r{len(symbols)}", **({"nonnegative": True} if base.is_nonnegative else {}))
        symbols.append(root)
        relations.append(root**q - base)
        expression = expression.replace(
            lambda e: isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer,
            _root_as(root, base, q),
        )
    return expression, relations, symbols


def _numerator(expression: sp.Expr) -> sp.Expr:
    return sp.expand(sp.fraction(sp.together(expression))[0])


def _is_polynomial(expression: sp.Expr) -> bool:
    """Whether only symbols and rationals are added, multiplied and raised to whole powers."""
    return all(
        part.is_Symbol
        or part.is_Rational
        or part.is_Add
        or part.is_Mul
        or (part.is_Pow and part.exp.is_Integer and part.exp.is_nonnegative)
        for part in sp.preorder_traversal(expression)
    )


def _algebraically_zero(expression: sp.Expr) -> bool:
    """Whether the numerator lies in the ideal of the roots' defining polynomials: zero on every branch."""
    expression, relations, symbols = _generators(expression)
    numerator = _numerator(expression)
    # Newest root first: its defining polynomial may contain older ones.
    for relation, symbol in zip(reversed(relations), reversed(symbols), strict=True):
        if numerator.is_polynomial(symbol):
            numerator = _numerator(sp.rem(numerator, _numerator(relation), symbol))
    return bool(numerator == 0)


def _algebra(expression: sp.Expr) -> Decision:
    frozen, independent = _freeze(_tidy(expression), *_BINDING)
    rational = numerator_of(frozen)
    if rational is not None:
        if not rational:
            return Decision(True)
        if independent:
            return Decision(False, lambda: f"left over: {expression}")
        return Decision(None, lambda: f"could not show that {expression} is zero")
    numerator = _numerator(frozen)
    if numerator == 0 or (not _is_polynomial(numerator) and _algebraically_zero(frozen)):
        return Decision(True)
    if independent and _is_polynomial(numerator):
        return Decision(False, lambda: f"left over: {expression}")
    return Decision(None, lambda: f"could not show that {expression} is zero")


def _forms(expression: sp.Expr) -> Iterator[sp.Expr]:
    """Ways to write the sums of ``expression``; equal sums look alike in at least one of them, as a rule."""
    yield expression
    if expression.has(sp.Sum):
        yield merged(expression, _is_zero_by_algebra)
        for shifted in (aligned(expression), from_zero(expression)):
            yield merged(own_indices(spread(own_indices(shifted))), _is_zero_by_algebra)


def _by_algebra(expression: sp.Expr) -> Decision:
    decisions = []
    for form in _forms(expression):
        decisions.append(_algebra(form))
        if decisions[-1].agrees is not None:
            return decisions[-1]
    return decisions[0]


def _is_zero_by_algebra(expression: sp.Expr) -> bool:
    return _by_algebra(expression).agrees is True


def _for_simplify(expression: sp.Expr) -> Iterator[sp.Expr]:
    """What ``simplify`` could still find to be zero, in symbols that hide what it need not see."""
    opaque = _freeze(expression, *_BINDING)[0]
    # Polynomials in symbols were decided by algebra.
    if not _is_polynomial(_numerator(opaque)):
        yield opaque
    totals = expression.atoms(*_BINDING)
    # Of sums of undefined functions SymPy knows no more than the normal form does; and sums are shown to
    # it only where it means the same by them.
    if totals and not any(total.has(AppliedUndef) for total in totals) and is_sound(expression):
        yield _freeze(expression)[0]


def _by_simplifying(expression: sp.Expr) -> bool:
    for form in _for_simplify(_tidy(expression)):
        if sp.count_ops(form) > _SIMPLIFY_LIMIT:
            continue
        for attempt in (form, form.rewrite(sp.exp)):
            try:
                if sp.simplify(attempt) == 0:
                    return True
            except (ValueError, TypeError, NotImplementedError, AttributeError, sp.PolynomialError):
                continue  # SymPy gave up; that decides nothing
    return False


def vanishes(expression: sp.Expr, thorough: bool = True) -> Decision:
    """Whether ``expression`` is identically zero under the assumptions of its symbols.

    ``thorough=False`` leaves out SymPy's ``simplify``, and may so leave a zero undecided.
    """
    expression = sp.sympify(expression)
    if expression.has(sp.nan, sp.zoo):
        return Decision(None, f"{expression} has no value")
    prepared = own_indices(spread(own_indices(carried_out(own_indices(expression)))))
    decision = _by_algebra(prepared)
    if decision.agrees is None and thorough and _by_simplifying(prepared):
        return Decision(True)
    return decision
