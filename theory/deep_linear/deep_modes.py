"""Deep linear networks with n modes: each mode follows the flow of one, at its own target."""

from __future__ import annotations

import sympy as sp

from ..indexed import Family, IndexedSystem, Law
from .depth import N, S, T, U
from .depth_strength import GROWTH
from .mode_flow import LAYERS
from .notation import a, b, s, t, tau

size = sp.Symbol("n", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
MODES = (1, size)


def two_layer_modes() -> IndexedSystem:
    """The two weights of each of n modes, read off M.layers: states ``a[j]`` and ``b[j]``, time ``t``."""
    first, second, target = (sp.IndexedBase(name, real=True) for name in ("a", "b", "s"))
    named = {a(t): first[j], b(t): second[j], s: target[j]}
    laws = tuple(
        Law(Family(base, (MODES,)), (j,), relation.rhs.xreplace(named))
        for base, relation in zip((first, second), LAYERS.content, strict=True)
    )
    return IndexedSystem("two-layer modes", t, size, laws, (Family(target, (MODES,)), Family(tau)))


def deep_modes() -> IndexedSystem:
    """The strengths of n modes at depth N, read off N.strength: states ``U[j]``, targets ``S[j]``, time ``t``."""
    strength, target = sp.IndexedBase("U", positive=True), sp.IndexedBase("S", positive=True)
    rate = GROWTH.content[0].rhs.xreplace({U(t): strength[j], S: target[j]})
    law = Law(Family(strength, (MODES,)), (j,), rate)
    return IndexedSystem("deep modes", t, size, (law,), (Family(target, (MODES,)), Family(T), Family(N)))
