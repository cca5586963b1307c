"""The same network under other optimizers: Muon beside AdamW at equal decay, and AdamW along β₂."""

from __future__ import annotations

from collections.abc import Mapping

from ...simulate.description import RunDescription
from ...simulate.optimizers import Muon
from .modular import LEVEL, adamw, transformer_run
from .study import Study

# From hardly any memory to PyTorch's default; the source varies β₂, and its values are not known here.
BETAS2 = (0.9, 0.95, 0.98, 0.99, 0.999)


def muon_arms(size: str) -> Mapping[str, RunDescription]:
    """``AdamW`` and ``Muon``: learning rate and decay are equal, and so is the shrinking per step.

    Nothing is left to a default: those of the two differ in decay and would be compared instead.
    """
    muon = Muon(
        learning_rate=1e-3,
        momentum=0.95,
        nesterov=True,
        adam_learning_rate=1e-3,
        betas=(0.9, 0.98),
        epsilon=1e-8,
        weight_decay=1.0,
    )
    return {"AdamW": transformer_run("a+b", size, adamw(1.0)), "Muon": transformer_run("a+b", size, muon)}


def beta2_arms(size: str) -> Mapping[str, RunDescription]:
    """``β₂ = 0.9`` and so on, all with decay 1."""
    return {f"β₂ = {beta2:g}": transformer_run("a+b", size, adamw(1.0, beta2)) for beta2 in BETAS2}


MUON = Study("muon", "Addition under AdamW and under Muon, at equal weight decay.", LEVEL, muon_arms)
BETA2 = Study("beta2", "Addition under AdamW with β₂ from 0.9 to 0.999.", LEVEL, beta2_arms)
