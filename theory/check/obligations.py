"""What a step owes: claims that are decided symbolically and, independently, at exact points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from flint import arb, ctx, fmpq

from . import points, symbolic
from .evaluate import NotEvaluable, evaluate
from .points import Decision
from .series import Undecidable

Hypotheses = Sequence[sp.Basic]


@dataclass(frozen=True)
class Zero:
    """``expression`` vanishes identically."""

    expression: sp.Expr

    def by_symbols(self, hypotheses: Hypotheses, thorough: bool) -> Decision:
        """The first way."""
        return symbolic.vanishes(self.expression, thorough=thorough)

    def by_points(self, hypotheses: Hypotheses) -> Decision:
        """The second way."""
        return points.vanishes([self.expression], hypotheses)


@dataclass(frozen=True)
class NonZero:
    """``expression`` does not vanish identically; if ``everywhere``, that it vanishes nowhere is a side condition."""

    expression: sp.Expr
    everywhere: bool = True

    def by_symbols(self, hypotheses: Hypotheses, thorough: bool) -> Decision:
        """The first way."""
        zero = symbolic.vanishes(self.expression, thorough=False).agrees
        return Decision(False, lambda: f"{self.expression} is zero") if zero else Decision(True)

    def by_points(self, hypotheses: Hypotheses) -> Decision:
        """The second way."""
        if points.vanishes([self.expression], hypotheses).agrees is False:
            return Decision(True)
        return Decision(False, lambda: f"{self.expression} was not seen to differ from zero")


@dataclass(frozen=True)
class Sign:
    """``certificate`` is manifestly at least zero (or above it, if ``strict``): its form shows it.

    The symbolic way wants a certificate whose sign follows from the assumptions on its symbols and
    from hypotheses of the form ``symbol ≥ expression``; squares, sums and products of such are understood.
    """

    certificate: sp.Expr
    strict: bool = False

    def by_symbols(self, hypotheses: Hypotheses, thorough: bool) -> Decision:
        """The first way."""
        form = self.certificate
        for hypothesis in hypotheses:
            lower = {sp.Ge: False, sp.Gt: True}.get(type(hypothesis))
            if lower is None or not hypothesis.lhs.is_Symbol or hypothesis.rhs.has(hypothesis.lhs):
                continue
            excess = sp.Dummy("excess", positive=True) if lower else sp.Dummy("excess", nonnegative=True)
            form = form.xreplace({hypothesis.lhs: hypothesis.rhs + excess})
        for shape in (form, sp.expand(form), sp.factor(form)):
            if shape.is_positive or (not self.strict and shape.is_nonnegative):
                return Decision(True)
        return Decision(None, lambda: f"the sign of {self.certificate} cannot be read off its form")

    def by_points(self, hypotheses: Hypotheses) -> Decision:
        """The second way."""
        relation = sp.Gt if self.strict else sp.Ge
        return points.never_violated(relation(self.certificate, 0, evaluate=False), hypotheses)


@dataclass(frozen=True)
class Tends:
    """``expression`` tends to ``value`` as ``variable`` goes to ``to`` (from above, or to infinity)."""

    expression: sp.Expr
    variable: sp.Symbol
    to: sp.Expr
    value: sp.Expr

    def by_symbols(self, hypotheses: Hypotheses, thorough: bool) -> Decision:
        """The first way."""
        try:
            found = sp.limit(self.expression, self.variable, self.to, "+")
        except (NotImplementedError, ValueError) as error:
            return Decision(None, f"the limit of {self.expression} was not found: {error}")
        if found.has(sp.Limit, sp.AccumBounds) or found in (sp.oo, -sp.oo, sp.zoo, sp.nan):
            return Decision(None, f"the limit of {self.expression} was not found")
        return symbolic.vanishes(found - self.value, thorough=thorough)

    def by_points(self, hypotheses: Hypotheses) -> Decision:
        """The second way: distances at three points, each far nearer than the last, must fall to nothing."""
        with ctx.workprec(4 * points.PRECISION):
            try:
                return self._approach(hypotheses)
            except NotEvaluable as error:
                return Decision(None, str(error))

    def _approach(self, hypotheses: Hypotheses) -> Decision:
        decided = 0
        for point in points.random_points(
            [self.expression, self.value, self.to], hypotheses, points.POINTS, 1
        ):
            distances = []
            near = fmpq(0)
            try:
                for exponent in (40, 80, 160):
                    near = (
                        fmpq(2) ** exponent
                        if self.to is sp.oo
                        else evaluate(self.to, point) + fmpq(1, 2**exponent)
                    )
                    there = evaluate(self.expression, point.at(self.variable, near))
                    distances.append(abs(arb(there) - arb(evaluate(self.value, point))))
            except Undecidable:
                continue
            first, second, last = distances
            if not last < arb(2) ** -20:
                return Decision(
                    False,
                    f"{self.expression} stays {last} away from {self.value} at {self.variable} = {near}",
                )
            if not (last <= second or last < arb(2) ** -points.PRECISION) or not (
                second <= first or second < arb(2) ** -20
            ):
                return Decision(None, f"{self.expression} does not approach {self.value} steadily")
            decided += 1
        return (
            Decision(True)
            if decided >= points.POINTS // 2
            else Decision(None, f"only {decided} points could be decided")
        )


Obligation = Zero | NonZero | Sign | Tends
