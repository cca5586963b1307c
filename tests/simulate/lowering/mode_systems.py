"""The indexed systems of the theory, with states and parameters at which all of their terms are finite and count."""

from __future__ import annotations

import numpy as np

from spectral_edge.theory.deep_linear.deep_modes import deep_modes, two_layer_modes
from spectral_edge.theory.edge.eigenvalues.level_modes import level_modes
from spectral_edge.theory.edge.gap.gap_modes import gap_modes
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes, strength_modes
from spectral_edge.theory.indexed import IndexedSystem

SYSTEMS: dict[str, IndexedSystem] = {
    "strengths": strength_modes(),
    "repelling": strength_modes(repelling=True),
    "changing": changing_strength_modes(repelling=True),
    "gaps": gap_modes(),
    "levels": level_modes(),
    "two layers": two_layer_modes(),
    "deep": deep_modes(),
}


def drawn(
    system: IndexedSystem, n: int, seed: int, batch: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """States ``(states, *batch)`` and parameters ``(parameters, *batch)`` between 0.5 and 2."""
    rng, sized = np.random.default_rng(seed), system.of_size(n)
    states = rng.uniform(0.5, 2.0, (len(sized.states), *batch))
    return states, rng.uniform(0.5, 2.0, (len(sized.parameters), *batch))
