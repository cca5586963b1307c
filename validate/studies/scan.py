"""SCAN: translate commands into actions, with weight decay and without."""

from __future__ import annotations

from collections.abc import Mapping

from ...simulate.description import Recording, RunDescription
from ...simulate.networks import EncoderDecoderTransformer
from ...simulate.optimizers import AdamW
from ...simulate.tasks import Scan
from ...simulate.training.batches import Batches
from .modular import ATTENTION
from .study import SEEDS, Study

LEVEL = 0.95

# By size: task, width (its double inside), layers, batch, learning rate, steps, stride. ``full`` is the
# source's, learning rate and batch from its script; the others have no source.
_SIZES = {
    "tiny": (Scan(16, 8, 3), 8, 1, 8, 1e-3, 36, 3),
    "small": (Scan(400, 200, 8), 64, 2, 128, 1e-3, 2000, 50),
    "full": (Scan(), 256, 3, 256, 1e-4, 30_000, 500),
}


def arms(size: str) -> Mapping[str, RunDescription]:
    """``decay 1`` and ``decay 0``."""
    task, width, layers, batch, rate, steps, stride = _SIZES[size]
    return {
        f"decay {decay:g}": RunDescription(
            task=task,
            network=EncoderDecoderTransformer(width=width, inner=2 * width, layers=layers),
            optimizer=AdamW(learning_rate=rate, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=decay),
            steps=steps,
            seeds=SEEDS,
            recording=Recording(5, stride, weights=ATTENTION),
            evaluate_every=stride,
            batches=Batches(batch),
            clip=1.0,
        )
        for decay in (1.0, 0.0)
    }


STUDY = Study(
    "scan",
    "Commands into actions, whole sequences counted, with weight decay 1 and without.",
    LEVEL,
    arms,
    {("decay 1", 42): 3000, ("decay 1", 137): 4000, ("decay 1", 2024): 2500},
)
