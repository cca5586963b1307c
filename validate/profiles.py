"""Profiles: which networks are trained, with how many seeds, for one verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..simulate.description import Recording, RunDescription
from .arms import (
    BETA2_HIGH,
    BETA2_LOW,
    DECAY,
    DOUBLE_DECAY,
    DYCK,
    DYCK_NO_DECAY,
    FINE,
    FLOAT64,
    FREED,
    FROZEN,
    HALF_DECAY,
    HALF_RATE,
    MOMENTUM,
    MUON,
    NO_DECAY,
    NOISY,
    PRODUCT,
    SGD,
    SPIKE,
    STABLEMAX,
    SWITCH,
    TRANSFORMER,
    TRANSFORMER_NO_DECAY,
    Size,
    transformers,
    two_layer,
)
from .kernel_arm import KERNEL, kernel_arm

__all__ = [
    "BETA2_HIGH", "BETA2_LOW", "DECAY", "DOUBLE_DECAY", "DYCK", "DYCK_NO_DECAY", "FINE", "FLOAT64", "FREED", "FROZEN",
    "HALF_DECAY", "HALF_RATE", "KERNEL", "MOMENTUM", "MUON", "NOISY", "NO_DECAY", "PRODUCT", "PROFILES", "SGD", "SPIKE",
    "STABLEMAX", "SWITCH", "TRANSFORMER", "TRANSFORMER_NO_DECAY", "Profile",
]  # fmt: skip

# Seeds of one master seed and of the next are this far apart; more than any arm has.
_APART = 10_000


@dataclass(frozen=True)
class Profile:
    """A named size of verification: its arms, and how often each null model is drawn.

    ``arms`` maps a name to the description of the run; the seeds of one run are trained together.
    ``master_seed`` is what everything drawn depends on, see :meth:`drawn_from`.
    """

    name: str
    about: str
    arms: Mapping[str, RunDescription]
    null_replicates: int
    master_seed: int = 0

    def drawn_from(self, master_seed: int) -> Profile:
        """The same design with other seeds throughout: those of a run, and those of the null models.

        Raises:
            ValueError: ``master_seed`` is negative.
        """
        if master_seed < 0:
            raise ValueError(f"master seed {master_seed}; give an integer from 0 on")
        moved = _APART * (master_seed - self.master_seed)
        arms = {
            name: replace(arm, seeds=tuple(seed + moved for seed in arm.seeds))
            for name, arm in self.arms.items()
        }
        return replace(self, arms=arms, master_seed=master_seed)


# One window spans W·stride = 100 steps, about a quarter of the way to grokking here; in the source's
# modular arithmetic it spans 1000 steps of a few thousand. Fixed before any spectrum was looked at.
_WINDOW = Recording(window=10, stride=10, keep_rows_at=(120, 300, 600))

_SMOKE = two_layer(Size(7, 24, 2, 400, 400, 300, 200, Recording(5, 10, (60, 200))))
_QUICK = two_layer(Size(23, 256, 6, 1000, 2000, 600, 800, _WINDOW))
_STANDARD = two_layer(Size(23, 256, 24, 1000, 4000, 600, 800, _WINDOW))

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "smoke",
            "Two seeds of a tiny network for a few hundred steps: tries the machinery, decides nothing.",
            {
                **_SMOKE,
                **transformers(2, modulus=5, width=8, dyck_width=8, shorter=5),
                KERNEL: kernel_arm(6, 3, 10, 800, 2),
            },
            null_replicates=6,
        ),
        Profile(
            "quick",
            "Addition modulo 23, six seeds an arm: with decay, without, and with a switch to subtraction. About two "
            "minutes on two cores.",
            {arm: _QUICK[arm] for arm in (DECAY, NO_DECAY, SWITCH)}
            | {KERNEL: kernel_arm(24, 6, 30, 1500, 6)},
            null_replicates=24,
        ),
        Profile(
            "standard",
            "24 seeds an arm of the same networks, with other tasks, optimizers, softmaxes and interventions, and eight "
            "of small transformers. Under half an hour on two cores.",
            {**_STANDARD, **transformers(8), KERNEL: kernel_arm(24, 6, 30, 1500, 24)},
            null_replicates=96,
        ),
    )
}
