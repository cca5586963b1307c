"""Modular arithmetic: six operations, with weight decay and without."""

from __future__ import annotations

from collections.abc import Mapping

from ...simulate.description import Recording, RunDescription
from ...simulate.networks import EncoderTransformer
from ...simulate.optimizers import AdamW, Rule
from ...simulate.tasks import ModularArithmetic
from ...simulate.tasks.modular import OPERATIONS
from ...simulate.training.batches import Batches
from .study import SEEDS, Study

# The source takes the Gram matrix over the attention matrices only.
ATTENTION = ("*attention.*.weight",)
LEVEL = 0.98

# By size: modulus, width (its double inside), batch, steps with decay and without, stride of the records
# with decay and without, W. ``full`` is the source's but for the steps: it stops a run with decay when it
# has grokked, which takes it a few thousand steps. The others have no source.
_SIZES = {
    "tiny": (5, 8, 8, 48, 48, 4, 4, 3),
    "small": (31, 64, 256, 4000, 4000, 40, 40, 10),
    "full": (97, 128, 512, 15_000, 50_000, 100, 500, 10),
}


def transformer_run(operation: str, size: str, optimizer: Rule, *, long: bool = False) -> RunDescription:
    """One run of the source's encoder at a size; ``long`` for as long as without decay."""
    modulus, width, batch, steps, steps_without, stride, stride_without, window = _SIZES[size]
    return RunDescription(
        task=ModularArithmetic(operation, modulus),
        network=EncoderTransformer(width=width, inner=2 * width),
        optimizer=optimizer,
        steps=steps_without if long else steps,
        seeds=SEEDS,
        recording=Recording(window, stride_without if long else stride, weights=ATTENTION),
        evaluate_every=max(1, stride),
        batches=Batches(batch),
        clip=1.0,
    )


def adamw(weight_decay: float, beta2: float = 0.98) -> AdamW:
    """The source's optimizer."""
    return AdamW(learning_rate=1e-3, betas=(0.9, beta2), epsilon=1e-8, weight_decay=weight_decay)


def arms(size: str) -> Mapping[str, RunDescription]:
    """``a+b, decay 1`` and so on."""
    return {
        f"{operation}, decay {decay:g}": transformer_run(operation, size, adamw(decay), long=decay == 0)
        for operation in OPERATIONS
        for decay in (1.0, 0.0)
    }


STUDY = Study(
    "modular",
    "Six operations modulo a prime, with weight decay 1 and without: who groks, and does g_23 fall before?",
    LEVEL,
    arms,
)
