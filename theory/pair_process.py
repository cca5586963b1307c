"""Itô processes of many particles that obey one law, at any number of particles."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from .given import expression
from .process import ItoProcess


@dataclass(frozen=True)
class PairProcess:
    """``dx_i = drift(x_i, P_i) dt + noise(x_i) dB_i`` with ``P_i = Σ_{j≠i} pair(x_i, x_j)``, in Itô's sense.

    The Brownian motions B_i are independent. ``drift`` uses ``particle`` and ``push`` (which stands for P_i),
    ``pair`` uses ``particle`` and ``other``, ``noise`` uses ``particle``; what else they use are parameters. With
    ``ordered`` the process lives where x_1 > x_2 > … > x_n, with ``above`` where every x_i exceeds that expression of
    the parameters; without both, everywhere.

    Raises:
        ValueError: an expression uses a symbol that has no meaning there, or is no SymPy expression or number.
    """

    name: str
    particle: sp.Symbol
    other: sp.Symbol
    push: sp.Symbol
    drift: sp.Expr
    pair: sp.Expr
    noise: sp.Expr
    ordered: bool = False
    above: sp.Expr | None = None

    def __post_init__(self) -> None:
        mine = {self.particle, self.other, self.push}
        if len(mine) < 3:
            raise ValueError(f"process {self.name}: particle, other and push have to be three symbols")
        allowed = {"drift": {self.particle, self.push}, "pair": {self.particle, self.other}}
        allowed |= {"noise": {self.particle}, "above": set()}
        for where, may in allowed.items():
            given = getattr(self, where)
            found = expression(0 if given is None else given, f"process {self.name}: {where}")
            wrong = sorted(s.name for s in (found.free_symbols & mine) - may)
            if wrong:
                raise ValueError(f"process {self.name}: {where}={found} must not use {wrong}")

    @property
    def parameters(self) -> tuple[sp.Symbol, ...]:
        """Every symbol that is not the particle's, another's or their push, by name."""
        used: set[sp.Symbol] = set()
        for part in (self.drift, self.pair, self.noise, 0 if self.above is None else self.above):
            used |= expression(part, f"process {self.name}").free_symbols
        return tuple(sorted(used - {self.particle, self.other, self.push}, key=lambda symbol: symbol.name))

    def states(self, n: int) -> tuple[sp.Symbol, ...]:
        """The names of n particles: those of ``particle`` with a number, and its assumptions."""
        return tuple(
            sp.Symbol(f"{self.particle.name}_{i}", **self.particle.assumptions0) for i in range(1, n + 1)
        )

    def written_out(self, n: int) -> ItoProcess:
        """The process of n particles, every sum written out."""
        states = self.states(n)

        def drift(i: int) -> sp.Expr:
            pushes = [
                self.pair.xreplace({self.particle: states[i], self.other: x})
                for j, x in enumerate(states)
                if j != i
            ]
            return self.drift.xreplace({self.particle: states[i], self.push: sp.Add(*pushes)})

        zero = sp.Integer(0)
        noise = [self.noise.xreplace({self.particle: x}) for x in states]
        return ItoProcess(
            states,
            tuple(drift(i) for i in range(n)),
            tuple(tuple(noise[i] if i == m else zero for m in range(n)) for i in range(n)),
        )


@dataclass(frozen=True)
class Coordinate:
    """A coordinate ``y = forward(x)`` with ``x = backward(y)``, both rising, both in the symbol ``particle``."""

    particle: sp.Symbol
    forward: sp.Expr
    backward: sp.Expr


def with_constant_noise(process: PairProcess) -> tuple[PairProcess, Coordinate]:
    """The process in the coordinate in which its noise does not depend on the state, by Itô's rule.

    With noise ``s b(x)``, s free of x, that is ``y = ∫ dx / b(x)`` (J. Lamperti, J. Math. Anal. Appl. 6, 1964). A
    process whose noise is constant is returned as it is.

    Raises:
        ValueError: the noise vanishes, or the integral or its inverse is not found in closed form.
    """
    x = process.particle
    strength, shape = process.noise.as_independent(x, as_Add=False)
    if shape == 1:
        return process, Coordinate(x, x, x)
    # The symbol is positive while the integral is taken: noise such as √x lives there.
    positive = sp.Symbol(x.name, positive=True)
    forward = sp.integrate(1 / shape.xreplace({x: positive}), positive)
    y = sp.Symbol(x.name, real=True)
    try:
        solutions = (
            [] if forward.has(sp.Integral) else sp.solve(sp.Eq(forward, sp.Dummy(positive=True)), positive)
        )
    except NotImplementedError:  # how SymPy says that it finds no inverse
        solutions = []
    image = next(iter(solutions[0].atoms(sp.Dummy)), None) if len(solutions) == 1 else None
    if image is None:
        raise ValueError(
            f"process {process.name}: no coordinate in closed form makes the noise {process.noise} constant; "
            "take a method that does not need one"
        )
    forward = forward.xreplace({positive: x})
    backward = solutions[0].xreplace({image: y})
    one = ItoProcess((x,), (process.drift,), ((process.noise,),))
    drift = one.drift_of(forward).doit()
    other = sp.Symbol(process.other.name, real=True)
    above = process.above
    changed = PairProcess(
        f"{process.name}, constant noise",
        y,
        other,
        process.push,
        _tidy(drift.xreplace({x: backward})),
        _tidy(process.pair.xreplace({x: backward, process.other: backward.xreplace({y: other})})),
        strength,
        process.ordered,
        None if above is None else _image(forward, x, above),
    )
    return changed, Coordinate(y, forward.xreplace({x: y}), backward)


def _image(forward: sp.Expr, x: sp.Symbol, bound: sp.Expr) -> sp.Expr | None:
    """Where the bound goes to; None if to minus infinity, which bounds nothing."""
    value = sp.limit(forward, x, bound, "+")
    return None if value == -sp.oo else value


def _tidy(expression: sp.Expr) -> sp.Expr:
    """Powers of roots taken together: the coordinate is put in as it is, and √(y²) for y > 0 is y."""
    positive = {s: sp.Dummy(positive=True) for s in expression.free_symbols}
    simple = sp.simplify(expression.xreplace(positive))
    return simple.xreplace({dummy: symbol for symbol, dummy in positive.items()})
