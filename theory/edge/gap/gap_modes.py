"""The gaps between n neighbouring signal strengths as one system: the amended F3 for each, closed by one strength."""

from __future__ import annotations

import sympy as sp

from ...indexed import Family, IndexedSystem, Law, sum_over
from ..notation import G_j, G_k, G_l, W, d_j, d_k, d_l, d_mean, eta, h_j, h_k, h_l, h_mean, omega, t, tau
from ..notation import g as gap
from ..strengths.signal_strength import F1_AMENDED
from ..strengths.strength_modes import MODES, G, h, j, size
from .gap_flow import F3_AMENDED, MEAN_CURVATURE, MEAN_STRENGTH

i = sp.Symbol("i", integer=True, positive=True)
g = sp.IndexedBase("g", real=True)
weakest = sp.Symbol("d", positive=True)


def strength(mode: sp.Expr) -> sp.Expr:
    """The strength of a mode: the weakest one plus all gaps below the mode (D.gap, one after the other)."""
    return weakest + sum_over(g[i], i, mode, size - 1)


def gap_modes() -> IndexedSystem:
    """The gap flow of n ≥ 2 modes, read off the amended F3: states ``g[j]``, j = 1 … n − 1, and ``d``, time ``t``.

    ``g[j]`` is the strength of mode j less that of mode j + 1. The gaps alone do not close: the strength ``d`` of mode n,
    which follows the amended F1, is a state too.
    """
    above, below = strength(j), strength(j + 1)
    two = {d_k(t): above, d_l(t): below, h_k: h[j], h_l: h[j + 1], G_k: G[j], G_l: G[j + 1]}
    means = {
        d_mean(t): MEAN_STRENGTH.content[0].rhs.xreplace(two),
        h_mean: MEAN_CURVATURE.content[0].rhs.xreplace(two),
    }
    gap_rate = F3_AMENDED.content[0].rhs.xreplace({gap(t): g[j]} | two | means)
    last_rate = F1_AMENDED.content[0].rhs.xreplace({d_j(t): weakest, h_j: h[size], G_j: G[size]})
    laws = (Law(Family(g, ((1, size - 1),)), (j,), gap_rate), Law(Family(weakest), (), last_rate))
    common = tuple(Family(symbol) for symbol in (eta, tau, W, omega))
    return IndexedSystem("gaps", t, size, laws, (*common, Family(h, (MODES,)), Family(G, (MODES,))))
