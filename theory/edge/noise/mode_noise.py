"""W4: Dyson's and Bru's processes for any number of eigenvalues, from the second variation of a level.

One eigenvalue y_i is looked at; the other n − 1 are numbered by ℓ. Entries of the noise are taken in the
eigenvectors that the matrix has at that moment. For two eigenvalues the same is derived from the entries
alone, without this shortcut, in :mod:`.dyson` and :mod:`.bru`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

from ...derivation import Derivation, Ito, SolveFlow, Start, Substitute
from ...process import ItoProcess
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA, TIME
from ..eigenvalues.moving_frame import l_lv, n_lv
from ..notation import NOTATION, p, t
from ..relations import equal
from ..sources import project, thesis
from .bru import rows_noise
from .dyson import matrix_noise

_s, _f = NOTATION.symbol, NOTATION.function
_LEVEL, _DRIFT, _RATE = THETA**2, THETA**2 / TIME, THETA**4 / TIME

y_i = _s("y_i", _LEVEL, "any one eigenvalue of a matrix with noise")
y_l = _f("y_l", _LEVEL, "another eigenvalue of a matrix with noise", "y")
H_il = _f(
    "H_il",
    ONE / _LEVEL,
    "second derivative of an eigenvalue by the entry between its mode and another",
    "H_{i}",
)
drift_i = _s("drift_i", _DRIFT, "drift of the eigenvalue", r"\mu_i")
rate_i = _s("rate_i", _RATE, "rate at which the variance of the eigenvalue grows", r"\nu_i")
mean_i = _s("mean_i", _DRIFT, "drift of the entry of the noise in mode i", r"\bar{\mu}_i")
c_ii = _s("c_ii", _RATE, "rate of variance of the entry of the noise in mode i", "c_{ii}")
c_il = _f("c_il", _RATE, "rate of variance of the entry of the noise between mode i and another", "c_{i}")


def _those_of(who: str, latex: str) -> dict[Any, Any]:
    """The five quantities of a noise, named for one kind of noise."""
    return {
        drift_i: _s(f"drift_{who}", _DRIFT, f"drift of an eigenvalue, {who}", rf"\mu_i^{{{latex}}}"),
        rate_i: _s(f"rate_{who}", _RATE, f"rate of variance of an eigenvalue, {who}", rf"\nu_i^{{{latex}}}"),
        mean_i: _s(f"mean_{who}", _DRIFT, f"drift of the entry in a mode, {who}", rf"\bar\mu_i^{{{latex}}}"),
        c_ii: _s(f"c_{who}", _RATE, f"rate of variance in a mode, {who}", rf"c_{{ii}}^{{{latex}}}"),
        c_il: _f(f"c_{who}_l", _RATE, f"rate of variance between modes, {who}", rf"c_i^{{{latex}}}"),
    }


_dyson, _bru = _those_of("dyson", "D"), _those_of("bru", "B")
w_j = [_s(f"w_{i}", _LEVEL, f"eigenvalue {i} of three", f"y_{i}", positive=True) for i in (1, 2, 3)]
b_j = [_s(f"w_bru_{i}", _LEVEL, f"eigenvalue {i} of three, of G", f"z_{i}", positive=True) for i in (1, 2, 3)]
drift_dyson_trace = _s(
    "drift_dyson_trace", _DRIFT, "drift of the trace of three eigenvalues", r"\mu[\mathrm{tr}]"
)
drift_dyson_spread = _s(
    "drift_dyson_spread", _RATE, "drift of the sum of three squared eigenvalues", r"\mu[\Sigma y^2]"
)
drift_bru_trace = _s(
    "drift_bru_trace", _DRIFT, "drift of the trace of G for three rows", r"\mu[\mathrm{tr} G]"
)
y_moment = _f("y_moment", _LEVEL**2, "mean of the sum of three squared eigenvalues", "M")

_SECOND = Source(
    "T. Kato, Perturbation Theory for Linear Operators", "second-order formula, simple eigenvalues"
)
_BRU = Source("M.-F. Bru, J. Theor. Probab. 4 (1991) 725", "Wishart processes: eigenvalues")


def _others(term: sp.Expr) -> sp.Expr:
    return sp.Sum(term, (l_lv, 1, n_lv - 1))


_y, _curvature = y_l(l_lv), 2 / (y_i - y_l(l_lv))
CURVATURE = Statement(
    id="D.entry-curvature",
    kind=Kind.DEFINITION,
    title="Second derivative of an eigenvalue by one entry",
    says="An entry between two modes moves an eigenvalue only at second order, by the square of the entry "
    "over the distance (W3.acceleration with one matrix element); diagonal entries move it one to one.",
    content=(equal(H_il(l_lv), _curvature),),
    source=_SECOND,
    uses=("W3.acceleration",),
)
MODE_ITO = Statement(
    id="D.mode-ito",
    kind=Kind.DEFINITION,
    title="Itô's rule for an eigenvalue, in the eigenvectors of the moment",
    says="The drift is that of the entry in the mode plus half the second derivatives times the rates of "
    "variance of the entries between the modes, which are uncorrelated; the variance is that of the entry "
    "in the mode.",
    content=(equal(drift_i, mean_i + _others(c_il(l_lv) * H_il(l_lv) / 2)), equal(rate_i, c_ii)),
    generic=((drift_i, rate_i, mean_i, c_ii, c_il),),
    source=project("Itô's rule with the first and second variation of an eigenvalue"),
    uses=("D.entry-curvature",),
)
DYSON_MODES = Statement(
    id="D.dyson-modes",
    kind=Kind.DEFINITION,
    title="Symmetric Brownian noise, seen in the modes",
    says="In every orthonormal basis, so in that of the modes: variance s² on the diagonal, s²/2 beside it, "
    "no drift.",
    content=(
        equal(_dyson[mean_i], 0),
        equal(_dyson[c_il](l_lv), matrix_noise**2 / 2),
        equal(_dyson[c_ii], matrix_noise**2),
    ),
    source=Source(
        "F. J. Dyson, J. Math. Phys. 3 (1962) 1191", "Brownian motion of a symmetric matrix, β = 1"
    ),
)
BRU_MODES = Statement(
    id="D.bru-modes",
    kind=Kind.DEFINITION,
    title="Brownian noise on the rows, seen in the modes of G",
    says="The covariances of W4.gram-noise where G is diagonal: drift ps², variance 4s²λ on the diagonal "
    "and s² times the sum of two eigenvalues beside it.",
    content=(
        equal(_bru[mean_i], p * rows_noise**2),
        equal(_bru[c_il](l_lv), rows_noise**2 * (y_i + _y)),
        equal(_bru[c_ii], 4 * rows_noise**2 * y_i),
    ),
    source=_BRU,
    uses=("W4.gram-noise",),
)


def _drift(names: dict[Any, Any], using: str, mean: sp.Expr, covariance: sp.Expr, part: int) -> Derivation:
    drift = names[drift_i]
    return Derivation(
        (
            Start(
                using="D.mode-ito",
                where=names,
                to=equal(drift, names[mean_i] + _others(names[c_il](l_lv) * H_il(l_lv) / 2)),
                says="Itô's rule in the modes.",
            ),
            Substitute(
                using=using,
                part=0,
                to=equal(drift, mean + _others(names[c_il](l_lv) * H_il(l_lv) / 2)),
                says="The drift of the diagonal entry,",
            ),
            Substitute(
                using=using,
                part=1,
                to=equal(drift, mean + _others(covariance * H_il(l_lv) / 2)),
                says="and the variance beside the diagonal.",
            ),
            Substitute(
                using="D.entry-curvature",
                to=equal(drift, mean + _others(covariance / (y_i - _y))),
                says="Put in the second derivatives.",
            ),
        ),
        part=part,
    )


def _variance(names: dict[Any, Any], using: str, value: sp.Expr, part: int) -> Derivation:
    rate = names[rate_i]
    return Derivation(
        (
            Start(
                using="D.mode-ito",
                part=1,
                where=names,
                to=equal(rate, names[c_ii]),
                says="The entry in the mode.",
            ),
            Substitute(using=using, part=2, to=equal(rate, value), says="Put in its variance."),
        ),
        part=part,
    )


_between = rows_noise**2 * (y_i + _y)
W4 = Statement(
    id="W4",
    kind=Kind.THEOREM,
    title="Dyson's and Bru's processes",
    says="Symmetric Brownian noise on the matrix drives every eigenvalue with s dB and pushes it from every "
    "other by s²/2 over the distance. Brownian noise on the rows drives it with 2s√λ dB, lets it drift at "
    "ps², and pushes it by s² times the sum over the difference.",
    content=(
        equal(_dyson[drift_i], _others(matrix_noise**2 / 2 / (y_i - _y))),
        equal(_dyson[rate_i], matrix_noise**2),
        equal(_bru[drift_i], p * rows_noise**2 + _others(_between / (y_i - _y))),
        equal(_bru[rate_i], 4 * rows_noise**2 * y_i),
    ),
    source=thesis("what Dyson-type can mean with noise; the formulas are textbook ones"),
    refuted_if="In simulations of the matrix or of the rows, eigenvalues drift or vary at other rates.",
    uses=("D.mode-ito",),
    derivations=(
        _drift(_dyson, "D.dyson-modes", sp.Integer(0), matrix_noise**2 / 2, 0),
        _variance(_dyson, "D.dyson-modes", matrix_noise**2, 1),
        _drift(_bru, "D.bru-modes", p * rows_noise**2, _between, 2),
        _variance(_bru, "D.bru-modes", 4 * rows_noise**2 * y_i, 3),
    ),
)


def law(part: int, eigenvalues: Sequence[sp.Symbol], i: int) -> sp.Expr:
    """The right side of relation ``part`` of W4 for eigenvalue number ``i`` of the ones given."""
    number = sp.Integer(len(eigenvalues))
    others = [y for k, y in enumerate(eigenvalues) if k != i]
    named = {y_i: eigenvalues[i]} | {y_l(place): y for place, y in enumerate(others, start=1)}
    return W4.content[part].rhs.xreplace({n_lv: number}).doit().xreplace(named)


def _process(states: Sequence[sp.Symbol], drift: int, noise: Callable[[sp.Symbol], sp.Expr]) -> ItoProcess:
    count = range(len(states))
    return ItoProcess(
        tuple(states),
        tuple(law(drift, states, i) for i in count),
        tuple(tuple(noise(states[i]) if i == m else sp.Integer(0) for m in count) for i in count),
    )


THREE_DYSON = Statement(
    id="D.dyson-three",
    kind=Kind.DEFINITION,
    title="Dyson's process of three eigenvalues",
    says="W4 for three eigenvalues in falling order, with independent noises.",
    content=(sp.Gt(w_j[0], w_j[1]), sp.Gt(w_j[1], w_j[2])),
    source=project("W4, three eigenvalues"),
    uses=("W4",),
    process=_process(w_j, 0, lambda _: matrix_noise),
)
THREE_BRU = Statement(
    id="D.bru-three",
    kind=Kind.DEFINITION,
    title="Bru's process of three eigenvalues",
    says="W4 for three rows, with independent noises.",
    content=(sp.Gt(b_j[0], b_j[1]), sp.Gt(b_j[1], b_j[2])),
    source=project("W4, three rows"),
    uses=("W4",),
    process=_process(b_j, 2, lambda y: 2 * rows_noise * sp.sqrt(y)),
)
_MOMENTS = (
    (drift_dyson_trace, "D.dyson-three", sp.Add(*w_j), sp.Integer(0)),
    (drift_dyson_spread, "D.dyson-three", sp.Add(*(y**2 for y in w_j)), 6 * matrix_noise**2),
    (drift_bru_trace, "D.bru-three", sp.Add(*b_j), 3 * p * rows_noise**2),
)
MOMENTS = Statement(
    id="W4.moments",
    kind=Kind.THEOREM,
    title="What the pushes do to trace and spread",
    says="In both processes the pushes cancel in the trace, which drifts at 0 and at Wps². In Dyson's the "
    "sum of squares grows at the rate s²n(n + 1)/2, as the squared Frobenius norm must.",
    content=tuple(equal(name, value) for name, _, _, value in _MOMENTS),
    source=project("Itô's rule"),
    refuted_if="In a simulation, the means of trace or of squared Frobenius norm grow at other rates.",
    uses=("D.dyson-three", "D.bru-three"),
    derivations=tuple(
        Derivation(
            (
                Ito(
                    using=using,
                    function=function,
                    to=equal(name, value),
                    says="Itô's rule for a sum of powers.",
                ),
            ),
            part=part,
            scope="three eigenvalues",
        )
        for part, (name, using, function, value) in enumerate(_MOMENTS)
    ),
)
MEAN = Statement(
    id="D.mean-spread",
    kind=Kind.DEFINITION,
    title="Mean of the summed squares of three eigenvalues",
    says="A mean grows at the mean of the drift, and this drift, read off W4.moments, is constant.",
    content=(equal(sp.Derivative(y_moment(t), t), MOMENTS.content[1].rhs),),
    source=project("Dynkin's formula: noise has mean zero"),
    uses=("W4.moments",),
)
_linear = equal(y_moment(t), y_moment(0) + 6 * matrix_noise**2 * t)
GROWTH = Statement(
    id="W4.growth",
    kind=Kind.THEOREM,
    title="The spread grows linearly",
    says="The mean of the summed squares of three eigenvalues grows linearly in time.",
    content=(_linear,),
    source=project("integration of the mean drift"),
    refuted_if="In a simulation of the matrix, the mean of the squared Frobenius norm grows otherwise.",
    uses=("D.mean-spread",),
    derivations=(
        Derivation(
            (
                Start(using="D.mean-spread", to=MEAN.content[0], says="The mean drift."),
                SolveFlow(unknown=y_moment(t), by=t, to=_linear, says="Integrate it."),
            ),
            scope="three eigenvalues",
        ),
    ),
)

STATEMENTS = (CURVATURE, MODE_ITO, DYSON_MODES, BRU_MODES, W4, THREE_DYSON, THREE_BRU, MOMENTS, MEAN, GROWTH)
