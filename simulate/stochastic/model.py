"""What every engine computes with: the pieces of one process, lowered once."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from ...theory.pair_process import Coordinate, PairProcess, with_constant_noise
from ...theory.process import ItoProcess
from ..lowering.lower import lower, symbolic
from ..lowering.program import Program

METHODS = ("euler", "milstein", "implicit", "trapezoidal")
"""By name: what :func:`.simulate.simulate_paths` says of each."""

_THETA2 = {"euler": 0, "milstein": 0, "implicit": 2, "trapezoidal": 1}


class MethodError(ValueError):
    """The method cannot be used for this process."""


@dataclass(frozen=True)
class PairModel:
    """A :class:`.PairProcess` in the coordinate it is computed in, as programs.

    ``pair (x, other, *parameters)`` gives k, ∂k/∂x, ∂k/∂other; ``law (x, push, *parameters)`` gives the drift f,
    ∂f/∂x, ∂f/∂push; ``noise (x, *parameters)`` gives b and ``½ b ∂b/∂x``; ``above (*parameters)`` a wall. ``parity``
    is −1 or 1 if exchanging the two particles changes the sign of k, or nothing; else 0. ``symmetric`` tells whether
    the Jacobian of the drift is.
    """

    name: str
    parameters: tuple[str, ...]
    theta2: int
    milstein: bool
    n: int
    pair: Program | None
    law: Program
    noise: Program
    above: Program | None
    ordered: bool
    parity: int
    symmetric: bool

    @property
    def m(self) -> int:
        """The number of Brownian motions."""
        return self.n


@dataclass(frozen=True)
class PlainModel:
    """An :class:`.ItoProcess` as programs of ``(*states, *parameters)``.

    ``drift`` gives n numbers, ``jacobian`` n², row by row (None unless the method asks for it), ``noise`` n m numbers,
    row by row, and ``correction`` n, ``½ b ∂b/∂x`` of each state (None unless the method asks for it).
    """

    name: str
    parameters: tuple[str, ...]
    theta2: int
    n: int
    m: int
    drift: Program
    jacobian: Program | None
    noise: Program
    correction: Program | None

    @property
    def milstein(self) -> bool:
        """Whether Milstein's term is added."""
        return self.correction is not None


Model = PairModel | PlainModel


def pair_model(process: PairProcess, n: int, method: str) -> tuple[PairModel, Coordinate]:
    """The process of n particles, lowered for a method; and the coordinate it is computed in.

    Raises:
        MethodError: the method needs constant noise, and no coordinate gives it.
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    x = process.particle
    coordinate = Coordinate(x, x, x)
    if _THETA2[method]:
        try:
            process, coordinate = with_constant_noise(process)
        except ValueError as problem:
            raise MethodError(f"method={method!r}: {problem}") from None
    x, other, push, known = process.particle, process.other, process.push, process.parameters
    # What does not depend on the particles is taken out of the sum; that is exact.
    factor, kernel = symbolic(process.pair).as_independent(x, other, as_Add=False)
    drift = process.drift.xreplace({push: factor * push})
    alone = kernel == 0 or factor == 0
    exchanged = kernel.xreplace({x: other, other: x})
    parity = 0
    if not alone:
        parity = next((s for s in (-1, 1) if sp.simplify(kernel - s * exchanged) == 0), 0)
    slope = sp.diff(drift, push) * sp.diff(kernel, other)
    symmetric = sp.simplify(slope - slope.xreplace({x: other, other: x})) == 0 and not slope.has(push)
    noise = process.noise
    model = PairModel(
        name=process.name,
        parameters=tuple(symbol.name for symbol in known),
        theta2=_THETA2[method],
        milstein=method == "milstein" and noise.has(x),
        n=n,
        pair=None
        if alone
        else lower((kernel, sp.diff(kernel, x), sp.diff(kernel, other)), (x, other, *known)),
        law=lower((drift, sp.diff(drift, x), sp.diff(drift, push)), (x, push, *known)),
        noise=lower((noise, noise * sp.diff(noise, x) / 2), (x, *known)),
        above=None if process.above is None else lower((process.above,), known),
        ordered=process.ordered,
        parity=parity,
        symmetric=bool(symmetric),
    )
    return model, coordinate


def plain_model(process: ItoProcess, name: str, method: str) -> PlainModel:
    """The process, lowered for a method.

    Raises:
        MethodError: an implicit method and noise that depends on the state; or Milstein's and noise that mixes.
        LoweringError: an expression has no exact counterpart in floating-point operations.
    """
    states, n, m = process.states, len(process.states), len(process.noise[0])
    known = parameters_of(process)
    arguments = (*states, *known)
    entries = [symbolic(entry) for row in process.noise for entry in row]
    if _THETA2[method] and any(entry.free_symbols & set(states) for entry in entries):
        raise MethodError(
            f"method={method!r} needs noise that does not depend on the states; take 'euler' or 'milstein'"
        )
    drift = tuple(symbolic(expression) for expression in process.drift)
    return PlainModel(
        name=name,
        parameters=tuple(symbol.name for symbol in known),
        theta2=_THETA2[method],
        n=n,
        m=m,
        drift=lower(drift, arguments),
        jacobian=lower(sp.Matrix(drift).jacobian(sp.Matrix(states)), arguments) if _THETA2[method] else None,
        noise=lower(entries, arguments),
        correction=lower(_corrections(process), arguments) if method == "milstein" else None,
    )


def parameters_of(process: ItoProcess) -> tuple[sp.Symbol, ...]:
    """Every symbol of a process that is no state, by name."""
    used: set[sp.Symbol] = set()
    for expression in (*process.drift, *(entry for row in process.noise for entry in row)):
        used |= symbolic(expression).free_symbols
    return tuple(sorted(used - set(process.states), key=lambda symbol: symbol.name))


def _corrections(process: ItoProcess) -> list[sp.Expr]:
    """``½ b_i ∂b_i/∂x_i`` where state i alone has motion i, and its noise depends on no other state."""
    states = process.states
    for i, row in enumerate(process.noise):
        own = [entry == 0 for m, entry in enumerate(row) if m != i]
        strange = set() if i >= len(row) else symbolic(row[i]).free_symbols & (set(states) - {states[i]})
        if not all(own) or strange or len(row) != len(states):
            raise MethodError(
                f"method='milstein' needs a Brownian motion of its own for each state, with noise that depends on that "
                f"state alone; the noise of {states[i]} is {row}: take 'euler'"
            )
    return [symbolic(process.noise[i][i]) * sp.diff(process.noise[i][i], x) / 2 for i, x in enumerate(states)]
