"""Random numbers by seed and purpose, from generators of our own: nothing global is read or disturbed."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What the numbers are for. Each purpose has its own stream, so that one more draw for one
    purpose never moves another's. The values are part of the recipe of every stored run.
    """

    SPLIT = 0
    INITIAL_WEIGHTS = 1
    EXAMPLES = 2
    BATCHES = 3
    CORRUPTION = 4


def generator(seed: int, purpose: Purpose, *places: int) -> np.random.Generator:
    """NumPy's PCG64, seeded by ``seed`` with the purpose as spawn key.

    NumPy's and not PyTorch's, because it gives the same numbers on every device. ``places`` are further
    parts of the key: with the step there, the numbers of a step are found without drawing those before
    it, so that a run which goes on from a checkpoint has no random state to restore.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(purpose), *places)))
