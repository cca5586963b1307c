"""Dyck-1: predict the depth at each place, with weight decay and without."""

from __future__ import annotations

from collections.abc import Mapping

from ...simulate.description import Recording, RunDescription
from ...simulate.networks import CausalTransformer
from ...simulate.tasks import DyckDepth
from ...simulate.training.batches import Batches
from .modular import ATTENTION, adamw
from .study import SEEDS, Study

LEVEL = 0.95

# By size: task, width (its double inside), steps, stride of the records. ``full`` is the source's; small
# has its task, network and optimizer, but fewer held-out words and steps: the source's seeds grok by
# step 1400. The batch is drawn with repetitions, as its script does.
_SIZES = {
    "tiny": (DyckDepth(8, 20, 3), 8, 40, 4),
    "small": (DyckDepth(50, 500, 12), 128, 2000, 50),
    "full": (DyckDepth(), 128, 20_000, 200),
}


def arms(size: str) -> Mapping[str, RunDescription]:
    """``decay 1`` and ``decay 0``."""
    task, width, steps, stride = _SIZES[size]
    return {
        f"decay {decay:g}": RunDescription(
            task=task,
            network=CausalTransformer(width=width, inner=2 * width),
            optimizer=adamw(decay),
            steps=steps,
            seeds=SEEDS,
            recording=Recording(3, stride, weights=ATTENTION),
            evaluate_every=min(100, stride),
            batches=Batches(task.train_count),
            clip=1.0,
        )
        for decay in (1.0, 0.0)
    }


STUDY = Study(
    "dyck",
    "Stack depths of balanced parentheses, with weight decay 1 and without.",
    LEVEL,
    arms,
    {("decay 1", 42): 600, ("decay 1", 137): 1400, ("decay 1", 2024): 1000},
)
