"""The signal strengths of n modes as one system: the amended F1, and what noise on the rows adds to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp

from ...indexed import Family, IndexedSystem, Law, sum_over
from ...process import ItoProcess
from ..eigenvalues.moving_frame import l_lv
from ..noise.bru import rows_noise
from ..noise.mode_noise import W4, y_i, y_l
from ..notation import G_j, W, d_j, eta, h_j, omega, p, t, tau
from .signal_strength import F1_AMENDED

size = sp.Symbol("n", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
d = sp.IndexedBase("d", positive=True)
h, G = sp.IndexedBase("h", real=True), sp.IndexedBase("G", real=True)
drift_h, fade_gradient = sp.IndexedBase("drift_h", real=True), sp.IndexedBase("fade_G", real=True)

MODES = (1, size)


def repulsion() -> sp.Expr:
    """The drift of strength d_j under Brownian noise on the rows, n modes: Itô's rule for the root of W4's eigenvalue.

    The other modes push it: this is the level repulsion that F1 and F3 lack (AX1.no-repulsion).
    """
    drift, variance = W4.content[2].rhs, W4.content[3].rhs
    (total,) = drift.atoms(sp.Sum)
    pushes = sp.Dummy("pushes", real=True)
    eigenvalue = sp.Symbol("y", positive=True)
    process = ItoProcess(
        (eigenvalue,),
        (drift.xreplace({total: pushes}),),
        ((sp.sqrt(variance.xreplace({y_i: eigenvalue})),),),
    )
    law = process.drift_of(sp.sqrt(eigenvalue)).doit()
    term = total.function.xreplace({y_i: d[j] ** 2, y_l(l_lv): d[k] ** 2})
    return law.xreplace({eigenvalue: d[j] ** 2, pushes: sum_over(term, k, *MODES, but=(j,))})


def strength_modes(
    *,
    repelling: bool = False,
    curvature: Callable[[sp.Symbol], sp.Expr] = lambda mode: h[mode],
    gradient: Callable[[sp.Symbol], sp.Expr] = lambda mode: G[mode],
    coefficients: Sequence[Family] = (Family(h, (MODES,)), Family(G, (MODES,))),
) -> IndexedSystem:
    """The amended F1 for modes 1 … n, read off the statement: states ``d[j]``, time ``t``.

    Args:
        repelling: add the drift by noise on the rows, with level repulsion (:func:`repulsion`); then ``rows_noise`` and
            ``p`` are parameters too.
        curvature: h of a mode, which may change in time.
        gradient: G of a mode, which may change in time.
        coefficients: the families of parameters that the two use.
    """
    rate = F1_AMENDED.content[0].rhs.xreplace({d_j(t): d[j], h_j: curvature(j), G_j: gradient(j)})
    common: tuple[sp.Symbol, ...] = (eta, tau, W, omega)
    if repelling:
        rate, common = rate + repulsion(), (*common, rows_noise, p)
    name = "signal strengths" + (" with level repulsion" if repelling else "")
    parameters = (*(Family(symbol) for symbol in common), *coefficients)
    return IndexedSystem(name, t, size, (Law(Family(d, (MODES,)), (j,), rate),), parameters)


def changing_strength_modes(*, repelling: bool = False) -> IndexedSystem:
    """The same with coefficients that change: the curvature drifts, h + drift_h·t; the gradient fades, G·exp(−fade_G·t).

    ``drift_h`` has the unit of a curvature over time, ``fade_G`` is a rate.
    """
    return strength_modes(
        repelling=repelling,
        curvature=lambda mode: h[mode] + drift_h[mode] * t,
        gradient=lambda mode: G[mode] * sp.exp(-fade_gradient[mode] * t),
        coefficients=tuple(Family(base, (MODES,)) for base in (h, G, drift_h, fade_gradient)),
    )
