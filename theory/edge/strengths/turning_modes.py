"""F1 without frozen modes: its damping term is exact while the modes turn.

Every row δ_i of the window follows its own flow in parameter space, dδ_i/dt = −η(H + ω)δ_i + s_i,
with a Hessian that may change and need not share eigenvectors with S. The mode v is an eigenvector
of S = Σ δ_i δ_iᵀ at each instant and turns with it. The source of F1 assumes frozen modes; for the
damping term they are not needed, since an eigenvector turns across itself and S has no entry
between it and any other one. What frozen modes do buy is that the curvature h stays constant: with
turning modes it is a function of time, and F1.closed does not follow.
"""

from __future__ import annotations

import sympy as sp

from ...derivation import Derivation, Differentiate, Rearrange, Start, Substitute
from ...statement import Kind, Statement
from ...units import THETA, TIME
from ..eigenvalues.eigenvalue_flow import image, images, matrix, test, trial, value, values, vector
from ..notation import CURVATURE, NOTATION, W, a, b, eta, i, omega, p, t
from ..relations import equal, rate_of
from ..sources import project

_f = NOTATION.function

row = _f("row", THETA, "entry a of row i of the window at a time", r"\delta")
fed = _f("fed", THETA / TIME, "entry a of the source of row i", "s")
hessian = _f("hessian", CURVATURE, "entry a, b of the Hessian of the loss at a time", "H")
bent = _f("bent", CURVATURE, "entry a of the Hessian applied to the mode", "b")
along = _f("along", THETA, "row i of the window along the mode", "y")
fed_along = _f("fed_along", THETA / TIME, "source of row i along the mode", r"s_{v}")
curvature = _f("curvature", CURVATURE, "curvature of the loss along the mode, where the mode points now", "h")


def _a(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (a, 1, p))


def _rows(summand: sp.Expr) -> sp.Expr:
    return sp.Sum(summand, (i, 1, W))


_v, _row, _y = vector(a, t), row(i, a, t), along(i, t)
_bent = bent(a, t)
_hessian_row = sp.Sum(hessian(a, b, t) * row(i, b, t), (b, 1, p))
_row_rate = -eta * (_hessian_row + omega * _row) + fed(i, a, t)

_ENTRIES = [(1, 1), (1, 2), (2, 1), (2, 2)]

ROW_FLOW = Statement(
    id="A.rows",
    kind=Kind.ASSUMPTION,
    title="Flow of the rows in parameter space",
    says="Every row of the window decays with the Hessian plus the decay, and is fed by its own source; the "
    "source may be anything, so that nothing is neglected.",
    content=(equal(rate_of(_row), _row_rate),),
    source=project(
        "A.flow, A.quadratic, A.update and D.source for all parameters at once, without frozen modes"
    ),
)
MODE = Statement(
    id="D.turning-mode",
    kind=Kind.DEFINITION,
    title="A mode of the window that turns",
    says="A row, and its source, along the mode; the eigenvalue equation of S, in an inner product with any "
    "vector; the Hessian applied to the mode, which can stand on either side of an inner product since the "
    "Hessian is symmetric; and the curvature where the mode points now.",
    content=(
        equal(_y, _a(_v * _row)),
        equal(_rows(_y * _a(test(a) * _row)), value(t) * _a(test(a) * _v)),
        equal(_a(_v * sp.Sum(hessian(a, b, t) * trial(b), (b, 1, p))), _a(_bent * trial(a))),
        equal(curvature(t), _a(_bent * _v)),
        equal(fed_along(i, t), _a(_v * fed(i, a, t))),
    ),
    source=project("definition"),
    uses=("D.eigenbasis",),
    # One row, along the mode, which turns; the eigenvalue is the square of its length.
    witness={
        W: sp.Integer(1),
        i: sp.Integer(1),
        row(1, 1, t): sp.Integer(2),
        row(1, 2, t): sp.Integer(0),
        rate_of(row(1, 1, t)): sp.Integer(1),
        rate_of(row(1, 2, t)): sp.Integer(4),
        value(t): sp.Integer(4),
        along(1, t): sp.Integer(2),
        rate_of(along(1, t)): sp.Integer(1),
        matrix(1, 1, t): sp.Integer(4),
        rate_of(matrix(1, 1, t)): sp.Integer(4),
        matrix(2, 2, t): sp.Integer(2),
        image(1, t): sp.Integer(4),
        images(1, 2, t): sp.Integer(2),
        values(1, t): sp.Integer(2),
        bent(1, t): sp.Integer(1),
        bent(2, t): sp.Integer(0),
        rate_of(bent(1, t)): sp.Integer(0),
        rate_of(bent(2, t)): sp.Integer(2),
    }
    | {hessian(entry, column, t): sp.KroneckerDelta(entry, column) for entry, column in _ENTRIES}
    | {rate_of(hessian(entry, column, t)): sp.Integer(0) for entry, column in _ENTRIES},
    generic=((test,), (trial,)),
)

_is_v = sp.Lambda(a, vector(a, t))
_is_swift = sp.Lambda(a, rate_of(vector(a, t)))
_is_row = sp.Lambda(a, row(i, a, t))
_is_bent = sp.Lambda(a, _bent)

STRENGTH = Statement(
    id="F1.rows",
    kind=Kind.THEOREM,
    title="The squared strength as a sum over rows",
    says="The eigenvalue is the sum of the squared rows along the mode, wherever the mode points.",
    content=(equal(value(t), _rows(_y**2)),),
    source=project("step towards F1.damping"),
    refuted_if="A step fails.",
    uses=("D.turning-mode",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.turning-mode",
                    part=1,
                    where={test: _is_v},
                    to=equal(_rows(_y * _a(_v * _row)), value(t) * _a(_v**2)),
                    says="The eigenvalue equation along the mode itself.",
                ),
                Substitute(
                    using="D.turning-mode",
                    to=equal(_rows(_y**2), value(t) * _a(_v**2)),
                    says="A row along the mode.",
                ),
                Substitute(
                    using="D.eigenbasis",
                    part=2,
                    to=equal(_rows(_y**2), value(t)),
                    says="The mode has length one.",
                ),
                Rearrange(
                    times=-sp.Integer(1), to=equal(value(t), _rows(_y**2)), says="Turn the equation round."
                ),
            )
        ),
    ),
)

_turned = _a(rate_of(_v) * _row)
_damped = _a(_bent * _row)
_source = fed_along(i, t)
_fed = _a(_v * fed(i, a, t))
_along_rate = _turned - eta * _damped - eta * omega * _y + _source
ALONG = Statement(
    id="F1.along",
    kind=Kind.THEOREM,
    title="Flow of a row along a turning mode",
    says="Along the mode a row changes because the mode turns, by damping, by decay and by its source.",
    content=(equal(rate_of(_y), _along_rate),),
    source=project("step towards F1.damping"),
    refuted_if="A step fails.",
    uses=("D.turning-mode",),
    derivations=(
        Derivation(
            (
                Start(using="D.turning-mode", to=equal(_y, _a(_v * _row)), says="A row along the mode."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(_y), _turned + _a(_v * rate_of(_row))),
                    says="Differentiate by time.",
                ),
                Substitute(
                    using="A.rows",
                    to=equal(
                        rate_of(_y),
                        _turned - eta * _a(_v * _hessian_row) - eta * omega * _a(_v * _row) + _fed,
                    ),
                    says="The row follows its own flow.",
                ),
                Substitute(
                    using="D.turning-mode",
                    part=2,
                    where={trial: _is_row},
                    to=equal(rate_of(_y), _turned - eta * _damped - eta * omega * _a(_v * _row) + _fed),
                    says="The Hessian is symmetric.",
                ),
                Substitute(
                    using="D.turning-mode",
                    to=equal(rate_of(_y), _turned - eta * _damped - eta * omega * _y + _fed),
                    says="Name the row along the mode.",
                ),
                Substitute(
                    using="D.turning-mode",
                    part=4,
                    to=equal(rate_of(_y), _along_rate),
                    says="Name its source along the mode.",
                ),
            )
        ),
    ),
)

_injected = 2 * _rows(_y * _source)
_decay = -2 * eta * omega * _rows(_y**2)
DAMPING = Statement(
    id="F1.damping",
    kind=Kind.THEOREM,
    title="Flow of the squared strength, modes free to turn",
    says="The squared strength decays at twice the rate of curvature plus decay, exactly, and is fed by the "
    "rows' sources along the mode: no term couples it to another mode.",
    content=(equal(rate_of(value(t)), -2 * eta * (curvature(t) + omega) * value(t) + _injected),),
    source=project("F1's damping term without the assumption of frozen modes"),
    refuted_if="Rows that follow their flow have an eigenvalue that changes at another rate.",
    uses=("D.turning-mode",),
    derivations=(
        Derivation(
            (
                Start(using="F1.rows", to=equal(value(t), _rows(_y**2)), says="A sum over rows."),
                Differentiate(
                    by=t,
                    to=equal(rate_of(value(t)), _rows(2 * _y * rate_of(_y))),
                    says="Differentiate by time, row by row.",
                ),
                Substitute(
                    using="F1.along",
                    to=equal(
                        rate_of(value(t)),
                        2 * _rows(_y * _turned) - 2 * eta * _rows(_y * _damped) + _decay + _injected,
                    ),
                    says="Each row follows its flow along the mode.",
                ),
                Substitute(
                    using="D.turning-mode",
                    part=1,
                    where={test: _is_swift},
                    to=equal(
                        rate_of(value(t)),
                        2 * value(t) * _a(_v * rate_of(_v))
                        - 2 * eta * _rows(_y * _damped)
                        + _decay
                        + _injected,
                    ),
                    says="The eigenvalue equation, along the direction in which the mode turns.",
                ),
                Substitute(
                    using="W3.length",
                    to=equal(rate_of(value(t)), -2 * eta * _rows(_y * _damped) + _decay + _injected),
                    says="The mode turns across itself.",
                ),
                Substitute(
                    using="D.turning-mode",
                    part=1,
                    where={test: _is_bent},
                    to=equal(rate_of(value(t)), -2 * eta * value(t) * _a(_bent * _v) + _decay + _injected),
                    says="The eigenvalue equation, along the Hessian times the mode.",
                ),
                Substitute(
                    using="D.turning-mode",
                    part=3,
                    to=equal(rate_of(value(t)), -2 * eta * value(t) * curvature(t) + _decay + _injected),
                    says="Name the curvature.",
                ),
                Substitute(
                    using="F1.rows",
                    to=equal(rate_of(value(t)), -2 * eta * (curvature(t) + omega) * value(t) + _injected),
                    says="The sum over rows is the squared strength again.",
                ),
            )
        ),
    ),
)

STATEMENTS = (ROW_FLOW, MODE, STRENGTH, ALONG, DAMPING)
