"""Three modes of a rotating kernel, written out: ċ = −(ηΛ + Ω)c with an antisymmetric Ω.

``Q̇ = Q Ω``; ``T_ij = Ω_ji`` is how fast mode i turns towards mode j. The residual may have any number of
components; the three modes turn among themselves.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...system import System
from ..notation import NOTATION, eta, j, t
from ..relations import equal, rate_of
from ..sources import project
from .rotating_kernel import PER_TIME, N, c, mode, push, r, value, x_a

_f = NOTATION.function

T_12 = _f("T_12", PER_TIME, "how fast mode 1 turns towards mode 2", r"\Omega_{21}")
T_13 = _f("T_13", PER_TIME, "how fast mode 1 turns towards mode 3", r"\Omega_{31}")
T_21 = _f("T_21", PER_TIME, "how fast mode 2 turns towards mode 1", r"\Omega_{12}")
T_23 = _f("T_23", PER_TIME, "how fast mode 2 turns towards mode 3", r"\Omega_{32}")


def _over(expression: sp.Expr) -> sp.Expr:
    """Sum over the training examples."""
    return sp.Sum(expression, (x_a, 1, N))


_r = r(x_a, t)
_q1, _q2, _q3 = (mode(k, x_a, t) for k in (1, 2, 3))
RIGHT_ANGLES = Statement(
    id="A.right-angles",
    kind=Kind.ASSUMPTION,
    title="Two modes are at right angles",
    says="The inner product of mode 1 and mode 2 is zero at all times.",
    content=(equal(_over(_q1 * _q2), 0),),
    source=project("property of the eigenvectors of a symmetric matrix"),
)
TURNS = Statement(
    id="D.turning-rates",
    kind=Kind.DEFINITION,
    title="Turning rates of two modes",
    says="How fast each mode turns towards the other: Ω = QᵀQ̇.",
    content=(equal(T_12(t), _over(rate_of(_q1) * _q2)), equal(T_21(t), _over(_q1 * rate_of(_q2)))),
    source=project("definition"),
)
ANTISYMMETRIC = Statement(
    id="S5.antisymmetric",
    kind=Kind.THEOREM,
    title="Ω is antisymmetric",
    says="One mode turns towards another as fast as that one turns away from it.",
    content=(equal(T_21(t), -T_12(t)),),
    source=project("step of the rotating kernel"),
    refuted_if="Eigenvectors of a recorded kernel that turn towards each other.",
    uses=("D.turning-rates",),
    derivations=(
        Derivation(
            (
                Start(
                    using="A.right-angles",
                    to=equal(_over(_q1 * _q2), 0),
                    says="The two modes are at right angles.",
                ),
                Differentiate(
                    by=t,
                    to=equal(_over(rate_of(_q1) * _q2) + _over(_q1 * rate_of(_q2)), 0),
                    says="They stay so.",
                ),
                Substitute(
                    using="D.turning-rates",
                    to=equal(T_12(t) + _over(_q1 * rate_of(_q2)), 0),
                    says="Mode 1 turns towards mode 2.",
                ),
                Substitute(
                    using="D.turning-rates",
                    part=1,
                    to=equal(T_12(t) + T_21(t), 0),
                    says="Mode 2 towards mode 1.",
                ),
                Rearrange(to=equal(T_21(t), -T_12(t)), says="Solve for the second rate."),
            )
        ),
    ),
)

_velocities = (
    T_12(t) * _q2 + T_13(t) * _q3,
    -T_12(t) * _q1 + T_23(t) * _q3,
    -T_13(t) * _q1 - T_23(t) * _q2,
)
ROTATION = Statement(
    id="A.rotation",
    kind=Kind.ASSUMPTION,
    title="Three modes that turn among themselves",
    says="Q̇ = QΩ with an antisymmetric Ω, written out for three modes.",
    content=tuple(equal(rate_of(q), v) for q, v in zip((_q1, _q2, _q3), _velocities, strict=True)),
    source=project("assumption; the antisymmetry is that of S5.antisymmetric"),
    uses=("S5.antisymmetric",),
)
_c1, _c2, _c3 = (c(k, t) for k in (1, 2, 3))
_fed = (
    T_12(t) * _c2 + T_13(t) * _c3,
    -T_12(t) * _c1 + T_23(t) * _c3,
    -T_13(t) * _c1 - T_23(t) * _c2,
)


def _three(k: int) -> Derivation:
    """From the frame of all modes to mode k of three, with its turning written out."""
    own, name = rate_of(c(k, t)), -eta * value(k, t) * c(k, t)
    first, second = (i for i in (1, 2, 3) if i != k)
    sums = [_over(mode(i, x_a, t) * _r) for i in (first, second)]
    fed = _fed[k - 1].xreplace({c(first, t): sums[0], c(second, t): sums[1]})
    half = _fed[k - 1].xreplace({c(second, t): sums[1]})
    return Derivation(
        (
            Start(
                using="S5.frame",
                where={j: sp.Integer(k)},
                to=equal(own, name - push(k, t)),
                says=f"Mode {k}.",
            ),
            Substitute(
                using="D.push",
                where={j: sp.Integer(k)},
                to=equal(own, name + _over(rate_of(mode(k, x_a, t)) * _r)),
                says="What the rotation takes.",
            ),
            Substitute(using="A.rotation", part=k - 1, to=equal(own, name + fed), says="The mode turns."),
            Substitute(
                using="D.amplitude",
                where={j: sp.Integer(first)},
                to=equal(own, name + half),
                says=f"Name the amplitude of mode {first}.",
            ),
            Substitute(
                using="D.amplitude",
                where={j: sp.Integer(second)},
                to=equal(own, name + _fed[k - 1]),
                says=f"And that of mode {second}.",
            ),
        ),
        part=k - 1,
        scope="n = 3",
    )


THREE = Statement(
    id="S5.frame-three",
    kind=Kind.THEOREM,
    title="Three modes in their own frame",
    says="ċ = −(ηΛ + Ω)c, written out: eigenvalues on the diagonal, rotation off it.",
    content=tuple(equal(rate_of(c(k, t)), -eta * value(k, t) * c(k, t) + _fed[k - 1]) for k in (1, 2, 3)),
    source=project("section on 𝒜: generator of the rotating kernel"),
    refuted_if="Amplitudes of an integrated rotating kernel leave this flow.",
    uses=("D.amplitude",),
    derivations=(_three(1), _three(2), _three(3)),
)

STATEMENTS = (RIGHT_ANGLES, TURNS, ANTISYMMETRIC, ROTATION, THREE)


def rotating_system(modes: int) -> System:
    """ċ = −(ηΛ + Ω)c for modes that turn at constant rates; for three modes it is S5.frame-three.

    States ``c_1 … c_n``; parameters ``eta``, ``Lambda_i`` [L/θ²] and, for i < j, ``T_i_j = Ω_ji`` [1/t].

    Raises:
        ValueError: fewer than two modes.
    """
    if modes < 2:
        raise ValueError(f"a rotation needs two modes or more; modes={modes}")
    states = sp.symbols(f"c_1:{modes + 1}", real=True)
    values = sp.symbols(f"Lambda_1:{modes + 1}", real=True)
    pairs = [(i, k) for i in range(modes) for k in range(i + 1, modes)]
    turns = {(i, k): sp.Symbol(f"T_{i + 1}_{k + 1}", real=True) for i, k in pairs}
    flow = [-eta * v * x for v, x in zip(values, states, strict=True)]
    for (i, k), turn in turns.items():
        flow[i] += turn * states[k]
        flow[k] -= turn * states[i]
    return System(f"rotating kernel, {modes} modes", t, states, (eta, *values, *turns.values()), tuple(flow))
