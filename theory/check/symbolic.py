"""Deciding symbolically whether an expression is zero: the first way of checking.

Derivatives are carried out by SymPy, undefined functions and their derivatives become symbols of
their own, sums over one range are merged. What is then rational is decided completely by its
numerator. Radicals and exponentials are treated as algebraic generators; only where that does not
end the matter is SymPy's ``simplify`` asked, and then only its answer "zero" is believed.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp
from sympy.core.function import AppliedUndef

from .points import Decision

_SIMPLIFY_LIMIT = 4000
"""Largest operation count handed to ``simplify``; no source, it bounds the time of one step."""


def _carry_out(expression: sp.Basic) -> sp.Basic:
    """Carry out every derivative, innermost first, and nothing else (``doit`` would also try to sum)."""
    if not expression.has(sp.Derivative, sp.Subs):
        return expression
    arguments = [_carry_out(a) for a in expression.args]
    if isinstance(expression, sp.Derivative):
        return sp.diff(arguments[0], *expression.variable_count)
    if isinstance(expression, sp.Subs):
        return arguments[0].subs(dict(zip(expression.variables, expression.point, strict=True)))
    return expression.func(*arguments)


def _freeze(expression: sp.Expr) -> sp.Expr:
    """Replace undefined functions and their derivatives by symbols that share their assumptions."""
    atoms: Iterable[sp.Basic] = expression.atoms(sp.Derivative, AppliedUndef, sp.Subs)
    # The deepest first: a derivative contains the function that it differentiates.
    ordered = sorted(atoms, key=lambda a: (-sp.count_ops(a, visual=False), -len(str(a)), str(a)))
    for number, atom in enumerate(ordered):
        if not expression.has(atom):
            continue
        known = {k: v for k, v in atom.assumptions0.items() if k in ("real", "positive", "nonnegative", "integer") and v}
        expression = expression.xreplace({atom: sp.Dummy(f"a{number}", **known)})
    return expression


def _onto(reference: sp.Sum, total: sp.Sum) -> sp.Expr | None:
    """What ``total`` has beyond the same summand over the range of ``reference``: a few end terms.

    ``Σ_{i=a+1}^{b+1} f = Σ_{i=a}^{b} f + f(b+1) − f(a)``; None where the ends differ by no fixed number.
    """
    ((i, low, high),), ((j, low0, high0),) = total.limits, reference.limits
    before, after = sp.expand(low0 - low), sp.expand(high - high0)
    if i != j or not (before.is_Integer and after.is_Integer):
        return None
    ends = sp.Integer(0)
    for start, length, sign in ((low, before, 1), (low0, -before, -1), (high0 + 1, after, 1), (high + 1, -after, -1)):
        ends += sign * sum((total.function.xreplace({i: start + n}) for n in range(max(0, int(length)))), sp.Integer(0))
    return ends


def _merge_sums(expression: sp.Expr) -> sp.Expr:
    """Write a linear combination of sums over one range as one sum: ``a Σf + b Σg = Σ(af + bg)``."""
    merged: dict[sp.Sum, sp.Expr] = {}
    rest = sp.Integer(0)
    for term in sp.Add.make_args(sp.expand(expression)):
        sums = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.Sum)]
        if len(sums) != 1 or len(sums[0].limits) != 1 or (term / sums[0]).has(*sums[0].bound_symbols):
            rest += term
            continue
        (total,) = sums
        factor = term / total
        for reference in merged:
            ends = _onto(reference, total)
            if ends is not None:
                merged[reference] += factor * total.function
                rest += factor * ends
                break
        else:
            merged[total] = factor * total.function
    for reference, summand in merged.items():
        if vanishes(summand).agrees is not True:
            rest += sp.Sum(summand, *reference.limits)
    return rest


def _generators(expression: sp.Expr) -> tuple[sp.Expr, list[sp.Expr], list[sp.Dummy]]:
    """Replace roots and exponentials by symbols; return also their defining polynomials."""
    relations: list[sp.Expr] = []
    symbols: list[sp.Dummy] = []
    expression = sp.powsimp(sp.expand_power_exp(expression))
    # A radicand in factors shows its perfect squares: √((p+q)²) = p + q.
    expression = expression.replace(
        lambda e: isinstance(e, sp.Pow) and e.exp.is_Rational and not e.exp.is_Integer,
        lambda e: sp.factor(e.base) ** e.exp,
    )
    replaced: dict[sp.Basic, sp.Dummy] = {}
    while True:
        roots = [
            p for p in expression.atoms(sp.Pow) if p.exp.is_Rational and not p.exp.is_Integer and p.base.is_number is False
        ]
        if not roots:
            break
        # Innermost first, so that a defining polynomial holds no root that was not replaced.
        power = min(roots, key=lambda p: (sp.count_ops(p), str(p)))
        base, q = power.base, power.exp.q
        if base not in replaced:
            replaced[base] = sp.Dummy(f"r{len(replaced)}", positive=True)
            symbols.append(replaced[base])
            relations.append(replaced[base] ** q - base)
        root = replaced[base]
        expression = expression.replace(
            lambda e, base=base, q=q: isinstance(e, sp.Pow) and e.base == base and e.exp.is_Rational and e.exp.q == q,
            lambda e, root=root: root**e.exp.p,
        )
    return expression, relations, symbols


def _numerator_is_zero(expression: sp.Expr) -> bool | None:
    numerator = sp.expand(sp.fraction(sp.together(expression))[0])
    if numerator == 0:
        return True
    if numerator.atoms(sp.Function, sp.Sum, sp.Product, sp.Integral, sp.Derivative):
        return None
    powers = numerator.atoms(sp.Pow)
    if all(p.exp.is_Integer for p in powers):
        return False
    return None


def vanishes(expression: sp.Expr, thorough: bool = True) -> Decision:
    """Whether ``expression`` is identically zero under the assumptions of its symbols.

    ``thorough=False`` leaves out SymPy's ``simplify``, and may so leave a zero undecided.
    """
    expression = _carry_out(expression)
    if expression.has(sp.Sum):
        expression = _merge_sums(expression)
    frozen = _freeze(expression)
    answer = _numerator_is_zero(frozen)
    if answer is not None:
        return Decision(answer, "" if answer else f"left over: {frozen}")
    algebraic, relations, symbols = _generators(frozen)
    numerator = sp.expand(sp.fraction(sp.together(algebraic))[0])
    # Newest root first: its defining polynomial may contain older ones.
    for relation, symbol in zip(reversed(relations), reversed(symbols), strict=True):
        numerator = sp.expand(sp.fraction(sp.together(sp.rem(numerator, sp.fraction(sp.together(relation))[0], symbol)))[0])
    if numerator == 0:
        return Decision(True)
    if thorough and sp.count_ops(frozen) <= _SIMPLIFY_LIMIT:
        for attempt in (sp.simplify, lambda e: sp.simplify(e.rewrite(sp.exp))):
            if attempt(frozen) == 0:
                return Decision(True)
    return Decision(None, f"could not show that {frozen} is zero")
