"""Profiles: which networks are trained, with how many seeds, for one verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..simulate.description import Recording, RunDescription
from ..simulate.networks import QuadraticTwoLayer
from ..simulate.optimizers import AdamW
from ..simulate.tasks import ModularAddition, ModularArithmetic, Task, TaskSwitch

DECAY = "decay"
NO_DECAY = "no-decay"
SWITCH = "switch"


@dataclass(frozen=True)
class Profile:
    """A named size of verification: its arms, and how often each null model is drawn.

    ``arms`` maps a name to the description of the run; the seeds of one run are trained together.
    """

    name: str
    about: str
    arms: Mapping[str, RunDescription]
    null_replicates: int


def _addition(
    modulus: int, width: int, weight_decay: float, steps: int, seeds: int, recording: Recording
) -> RunDescription:
    return _run(
        ModularAddition(modulus=modulus, train_share=0.6), width, weight_decay, steps, seeds, recording
    )


def _switch(
    modulus: int, width: int, at: int, steps: int, seeds: int, recording: Recording
) -> RunDescription:
    """Addition up to step ``at``, then subtraction."""
    first = ModularAddition(modulus=modulus, train_share=0.6)
    second = ModularArithmetic(operation="a-b", modulus=modulus, train_share=0.6)
    return _run(TaskSwitch(first, second, at), width, 1.0, steps, seeds, recording)


def _run(
    task: Task, width: int, weight_decay: float, steps: int, seeds: int, recording: Recording
) -> RunDescription:
    return RunDescription(
        task=task,
        network=QuadraticTwoLayer(width=width),
        optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=weight_decay),
        steps=steps,
        seeds=tuple(range(seeds)),
        recording=recording,
        evaluate_every=10,
        dtype="float32",
    )


# One window spans W·stride = 100 steps, about a quarter of the way to grokking here; in the source's
# modular arithmetic it spans 1000 steps of a few thousand. Fixed before any spectrum was looked at.
_WINDOW = Recording(window=10, stride=10, keep_rows_at=(120, 300, 600))

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            "smoke",
            "Two seeds of a tiny network for a few hundred steps: tries the machinery, decides nothing.",
            {
                DECAY: _addition(7, 24, 1.0, 400, 2, Recording(5, 10, (60, 200))),
                NO_DECAY: _addition(7, 24, 0.0, 400, 2, Recording(5, 10, (60, 200))),
                SWITCH: _switch(7, 24, 200, 400, 2, Recording(5, 10)),
            },
            null_replicates=6,
        ),
        Profile(
            "quick",
            "Addition modulo 23, six seeds an arm: with decay, without, and with a switch to subtraction. About two "
            "minutes on two cores.",
            {
                DECAY: _addition(23, 256, 1.0, 1000, 6, _WINDOW),
                NO_DECAY: _addition(23, 256, 0.0, 4000, 6, _WINDOW),
                SWITCH: _switch(23, 256, 800, 1600, 6, _WINDOW),
            },
            null_replicates=24,
        ),
        Profile(
            "standard",
            "The same networks with 24 seeds an arm.",
            {
                DECAY: _addition(23, 256, 1.0, 1000, 24, _WINDOW),
                NO_DECAY: _addition(23, 256, 0.0, 4000, 24, _WINDOW),
                SWITCH: _switch(23, 256, 800, 1600, 24, _WINDOW),
            },
            null_replicates=96,
        ),
    )
}
