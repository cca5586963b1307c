"""Deep linear networks with many modes: every mode by itself follows the law of one."""

from __future__ import annotations

import pytest

from spectral_edge.theory.deep_linear.deep_modes import deep_modes, two_layer_modes
from spectral_edge.theory.deep_linear.depth_strength import depth_system
from spectral_edge.theory.deep_linear.mode_flow import two_layer_system
from spectral_edge.theory.system import System


def of_mode(many: System, i: int, families: tuple[str, ...]) -> dict[str, object]:
    every = {s.name: s for s in (*many.states, *many.parameters)}
    return {name: every[f"{name}_{i}"] for name in families} | {
        name: symbol for name, symbol in every.items() if "_" not in name
    }


@pytest.mark.parametrize(
    ("many", "one", "families"),
    [
        (two_layer_modes().written_out(3), two_layer_system(), ("a", "b", "s")),
        (deep_modes().written_out(3), depth_system(), ("U", "S")),
    ],
    ids=["two layers", "depth N"],
)
def test_each_mode_follows_the_law_of_one_at_its_own_target(
    many: System, one: System, families: tuple[str, ...]
) -> None:
    rates = dict(zip((s.name for s in many.states), many.rhs, strict=True))
    for i in (1, 2, 3):
        own = of_mode(many, i, families)
        put = {s: own[s.name] for s in (*one.states, *one.parameters)}
        for state, rate in zip(one.states, one.rhs, strict=True):
            assert rates[f"{state.name}_{i}"] == rate.xreplace(put)
