"""Pechukas–Yukawa: the levels of A(t) = A_0 + tB and their couplings close into one system of equations.

Two of the n levels are looked at, j and k; the other n − 2 are numbered by ℓ. :mod:`.moving_frame` has the
laws for the matrix elements from which this follows.
"""

from __future__ import annotations

from itertools import combinations

import sympy as sp

from ...derivation import Derivation, Differentiate, Identity, Start, Substitute
from ...statement import Kind, Source, Statement
from ...system import System
from ...units import THETA, TIME
from ..notation import NOTATION, t
from ..relations import equal, rate_of
from ..sources import project
from .moving_frame import (
    ACCELERATION,
    ANY_MODE,
    ELEMENTS,
    SWAP,
    B_jj,
    B_jk,
    B_jl,
    B_kk,
    B_kl,
    l_lv,
    n_lv,
    others,
    xi_j,
    xi_k,
    xi_l,
)

_s, _f = NOTATION.symbol, NOTATION.function
_LEVEL, _SPEED, _COUPLING = THETA**2, THETA**2 / TIME, THETA**4 / TIME

f_jk = _f("f_jk", _COUPLING, "commutator of A and B between modes j and k", "f_{jk}")
f_jl = _f("f_jl", _COUPLING, "commutator of A and B between mode j and another", "f_{j}")
f_kl = _f("f_kl", _COUPLING, "commutator of A and B between mode k and another", "f_{k}")
_three_levels = {i: _s(f"xi_{i}", _LEVEL, f"level {i} of three", rf"\xi_{i}") for i in (1, 2, 3)}
_three_elements = {
    (i, k): _s(f"B_{i}{k}", _SPEED, f"matrix element ({i}, {k}) of B, for three levels", f"B_{{{i}{k}}}")
    for i in (1, 2, 3)
    for k in range(i, 4)
}

_AND = (f_jl,), (f_kl,)
_ANY = tuple((*group, *couplings) for group, couplings in zip(ANY_MODE, _AND, strict=True))
_SWAP = SWAP | {f_jl: f_kl, f_kl: f_jl}


_x, _y, _z = xi_j(t), xi_k(t), xi_l(l_lv, t)
_bjl, _bkl, _fjl, _fkl = B_jl(l_lv, t), B_kl(l_lv, t), f_jl(l_lv, t), f_kl(l_lv, t)
_second, _changing = ACCELERATION.content[0].rhs, ELEMENTS.content[0].rhs
_element = others(_bjl * _bkl * (1 / (_x - _z) + 1 / (_y - _z)))

_PECHUKAS = Source("P. Pechukas, Phys. Rev. Lett. 51 (1983) 943", "variables of the closed system")
COUPLINGS = Statement(
    id="D.couplings",
    kind=Kind.DEFINITION,
    title="Couplings of a level to the others",
    says="The coupling of two levels is the matrix element of B between their modes times the distance of "
    "the levels.",
    content=(equal(_bjl, _fjl / (_x - _z)),),
    generic=_ANY,
    source=_PECHUKAS,
)
PAIR = Statement(
    id="D.pair-coupling",
    kind=Kind.DEFINITION,
    title="Coupling of two levels",
    says="The same for levels j and k. It is the commutator of A and B, taken between the two modes.",
    content=(equal(f_jk(t), (_x - _y) * B_jk(t)), equal(B_jk(t), f_jk(t) / (_x - _y))),
    source=_PECHUKAS,
)
_push = 2 * f_jk(t) ** 2 / (_x - _y) ** 3 + 2 * others(_fjl**2 / (_x - _z) ** 3)
_mixing = others(_fjl * _fkl * ((_y - _z) ** -2 - (_x - _z) ** -2))
_before_mixing = (B_jj(t) - B_kk(t)) * B_jk(t) + (_x - _y) * rate_of(B_jk(t))
PECHUKAS_YUKAWA = Statement(
    id="W3.pechukas-yukawa",
    kind=Kind.THEOREM,
    title="The Pechukas–Yukawa system",
    says="Levels, their speeds and the couplings obey a closed system: particles on a line that repel each "
    "other with the inverse cube of their distance, with couplings that change through every third level.",
    content=(equal(rate_of(_x), B_jj(t)), equal(rate_of(B_jj(t)), _push), equal(rate_of(f_jk(t)), _mixing)),
    source=Source("T. Yukawa, Phys. Rev. Lett. 54 (1985) 1883", "the closed system of levels"),
    refuted_if="Integrated from the eigenvectors of A_0, it leaves the eigenvalues of A_0 + tB.",
    uses=("D.couplings", "D.pair-coupling"),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.moving-frame",
                    part=0,
                    to=equal(rate_of(_x), B_jj(t)),
                    says="The first variation.",
                ),
            ),
            part=0,
        ),
        Derivation(
            (
                Start(
                    using="W3.acceleration", to=equal(rate_of(B_jj(t)), _second), says="The second variation."
                ),
                Substitute(
                    using="D.pair-coupling",
                    part=1,
                    to=equal(
                        rate_of(B_jj(t)), 2 * f_jk(t) ** 2 / (_x - _y) ** 3 + 2 * others(_bjl**2 / (_x - _z))
                    ),
                    says="Name the coupling to level k,",
                ),
                Substitute(
                    using="D.couplings", to=equal(rate_of(B_jj(t)), _push), says="and those to the others."
                ),
            ),
            part=1,
        ),
        Derivation(
            (
                Start(
                    using="D.pair-coupling",
                    to=equal(f_jk(t), (_x - _y) * B_jk(t)),
                    says="The coupling of levels j and k.",
                ),
                Differentiate(
                    by=t,
                    to=equal(
                        rate_of(f_jk(t)), (rate_of(_x) - rate_of(_y)) * B_jk(t) + (_x - _y) * rate_of(B_jk(t))
                    ),
                    says="Differentiate.",
                ),
                Substitute(
                    using="D.moving-frame",
                    part=0,
                    to=equal(
                        rate_of(f_jk(t)), (B_jj(t) - rate_of(_y)) * B_jk(t) + (_x - _y) * rate_of(B_jk(t))
                    ),
                    says="Level j moves with its speed,",
                ),
                Substitute(
                    using="D.moving-frame",
                    part=0,
                    where=SWAP,
                    to=equal(rate_of(f_jk(t)), _before_mixing),
                    says="and so does level k.",
                ),
                Substitute(
                    using="W3.elements",
                    to=equal(rate_of(f_jk(t)), (_x - _y) * _element),
                    says="The difference of the speeds cancels; only third levels are left.",
                ),
                Substitute(
                    using="D.couplings",
                    to=equal(
                        rate_of(f_jk(t)),
                        (_x - _y) * others(_fjl * _bkl * (1 / (_x - _z) + 1 / (_y - _z)) / (_x - _z)),
                    ),
                    says="Name the couplings of level j to the others,",
                ),
                Substitute(
                    using="D.couplings",
                    where=_SWAP,
                    to=equal(rate_of(f_jk(t)), _mixing),
                    says="and those of level k.",
                ),
            ),
            part=2,
        ),
    ),
)


def _written_out(
    law: sp.Expr,
    n: int,
    j: int,
    k: int,
    level: dict[int, sp.Expr],
    element: dict[tuple[int, int], sp.Expr],
    odd: bool,
) -> sp.Expr:
    """``law`` of levels j and k among n, with a name for each level and for each pair.

    ``element[i, m]`` is given for i ≤ m; with ``odd`` it changes sign when i and m change places.
    """
    others = [i for i in range(1, n + 1) if i not in (j, k)]

    def pair(i: int, m: int) -> sp.Expr:
        return element[i, m] if i <= m else (-1 if odd else 1) * element[m, i]

    names: dict[sp.Basic, sp.Expr] = {_x: level[j], _y: level[k], B_jj(t): pair(j, j), B_kk(t): pair(k, k)}
    names |= {B_jk(t): pair(j, k), f_jk(t): pair(j, k)}
    for place, i in enumerate(others, start=1):
        names |= {xi_l(place, t): level[i]}
        names |= {B_jl(place, t): pair(j, i), B_kl(place, t): pair(k, i)}
        names |= {f_jl(place, t): pair(j, i), f_kl(place, t): pair(k, i)}
    return law.xreplace({n_lv: sp.Integer(n)}).doit().xreplace(names)


def _three(law: sp.Expr, j: int, k: int) -> sp.Expr:
    return _written_out(law, 3, j, k, _three_levels, _three_elements, odd=False)


_energy_rate = sp.Add(
    *(_three_elements[i, i] * _three(_second, i, 1 + i % 3) for i in (1, 2, 3)),
    *(2 * _three_elements[i, k] * _three(_changing, i, k) for i, k in combinations((1, 2, 3), 2)),
)
CONSERVED = Statement(
    id="W3.conserved",
    kind=Kind.THEOREM,
    title="Three levels conserve their energy",
    says="Half the sum of all squared matrix elements does not change: kinetic energy of the levels plus the energy "
    "of their repulsion. It is half the trace of B squared, and B is constant.",
    content=(equal(_energy_rate, 0),),
    source=project("the rates are those of W3.acceleration and W3.elements, written out"),
    refuted_if="The Frobenius norm of the matrix elements drifts along an integrated trajectory.",
    uses=("W3.acceleration", "W3.elements"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_energy_rate, 0), says="Work done on the speeds is taken from the repulsion."
                ),
            ),
            scope="three levels",
        ),
    ),
)

STATEMENTS = (COUPLINGS, PAIR, PECHUKAS_YUKAWA, CONSERVED)


def pechukas_yukawa_system(n: int) -> System:
    """The Pechukas–Yukawa system of ``n`` levels, read off its statement; it has no parameters.

    States, in this order: levels ``x1 … xn`` (unit θ²), their speeds ``p1 … pn`` (θ²/t), and the couplings
    ``f12, f13, …`` of each pair (θ⁴/t), ``f_ij = (x_i − x_j) v_i·B v_j``. Started from the eigenvectors of A_0, the
    levels are the eigenvalues of A_0 + tB for as long as no two of them meet.

    Raises:
        ValueError: fewer than two levels.
    """
    if n < 2:
        raise ValueError(f"a Pechukas–Yukawa system needs at least two levels, not {n}")
    number = range(1, n + 1)
    level = {i: sp.Symbol(f"x{i}", real=True) for i in number}
    speed = {i: sp.Symbol(f"p{i}", real=True) for i in number}
    pairs = list(combinations(number, 2))
    coupling = {(i, k): sp.Symbol(f"f{i}_{k}", real=True) for i, k in pairs}
    named = coupling | {(i, i): speed[i] for i in number}

    def law(part: int, j: int, k: int) -> sp.Expr:
        return _written_out(PECHUKAS_YUKAWA.content[part].rhs, n, j, k, level, named, odd=True)

    flow = [law(0, j, 1 + j % n) for j in number] + [law(1, j, 1 + j % n) for j in number]
    flow += [law(2, j, k) for j, k in pairs]
    states = (*level.values(), *speed.values(), *coupling.values())
    return System(f"Pechukas–Yukawa, {n} levels", t, states, (), tuple(flow))
