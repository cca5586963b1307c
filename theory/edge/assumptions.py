"""The named assumptions on which the flow equations rest. Nothing else is assumed anywhere.

Each is used by its id in the derivations. Which of them holds on a trained network is another
question, and one for data.
"""

from __future__ import annotations

import sympy as sp

from ..statement import Kind, Statement
from . import notation as n
from .sources import project

_RATE = sp.Derivative

GRADIENT_FLOW = Statement(
    id="A.flow",
    kind=Kind.ASSUMPTION,
    title="Gradient flow with decoupled decay along a frozen mode",
    says="Along a direction that does not turn within one window, parameters follow the negative gradient "
    "and are pulled to zero by the decay.",
    content=(sp.Eq(_RATE(n.x(n.t), n.t), -n.eta * (n.gradient(n.t) + n.omega * n.x(n.t)), evaluate=False),),
    generic=((n.x, n.gradient),),
    source=project("assumption: continuous time, no momentum, no preconditioner, frozen modes"),
)

QUADRATIC = Statement(
    id="A.quadratic",
    kind=Kind.ASSUMPTION,
    title="Quadratic loss across one window",
    says="Across one window the gradient along a mode is linear in the coordinate, with constant curvature; "
    "what is left over is a residual, kept by name.",
    content=(sp.Eq(n.gradient(n.t), n.h_j * n.x(n.t) + n.residual(n.t), evaluate=False),),
    generic=((n.x, n.gradient, n.residual, n.h_j),),
    source=project("assumption: the mode is an eigenvector of the Hessian"),
)

UPDATE = Statement(
    id="A.update",
    kind=Kind.ASSUMPTION,
    title="An update is the velocity times one step",
    says="A row of the window, along a mode, is the velocity times the duration of one update.",
    content=(sp.Eq(n.u(n.i, n.t), n.tau * _RATE(n.x(n.t), n.t), evaluate=False),),
    generic=((n.u, n.x),),
    source=project("assumption: first order in τ; the error is O(τ²)"),
)

SOURCE_TERM = Statement(
    id="D.source",
    kind=Kind.DEFINITION,
    title="The source of a row",
    says="The change of the unexplained part of the gradient enters a row of the window as a source.",
    content=(sp.Eq(n.s(n.i, n.t), -n.eta * n.tau * _RATE(n.residual(n.t), n.t), evaluate=False),),
    generic=((n.s, n.residual),),
    source=project("definition"),
)

INJECTION = Statement(
    id="A.injection",
    kind=Kind.ASSUMPTION,
    title="Fresh gradient steps feed the window",
    says="In every step each row gains −ηG_j along mode j, and each row's own projection is −ητG_j; so the "
    "source fills the mode at the rate η²τW G_j². This closure is assumed: nothing in the quadratic model implies it.",
    content=(
        sp.Eq(
            sp.Sum(n.u(n.i, n.t) * n.s(n.i, n.t), (n.i, 1, n.W)),
            n.eta**2 * n.tau * n.W * n.G_j**2,
            evaluate=False,
        ),
    ),
    generic=((n.u, n.s, n.G_j),),
    source=project(
        "assumption: the one closure under which the source's injection term is dimensionally sound"
    ),
)

STATEMENTS = (GRADIENT_FLOW, QUADRATIC, UPDATE, SOURCE_TERM, INJECTION)
