"""Normal numbers by counter: what drives a path depends on its number and the place in it, on nothing else.

So they are the same in any order, in any chunk and with any number of threads.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Words = npt.NDArray[np.uint64]

_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
# Multipliers and increments of the key: Salmon, Moraes, Dror & Shaw, Parallel random numbers: as easy as 1, 2, 3 (2011).
_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = 0x9E3779B9, 0xBB67AE85
_ROUNDS = 10


def philox(counter: tuple[Words, Words, Words, Words], key: int) -> tuple[Words, Words, Words, Words]:
    """Philox4x32-10: four words of 32 bits for each counter of four; ``key`` has 64 bits."""
    a, b, c, d = counter
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(_ROUNDS):
        first, second = a * _M0, c * _M1
        a, b, c, d = (
            (second >> _HALF) ^ b ^ np.uint64(k0),
            second & _LOW,
            (first >> _HALF) ^ d ^ np.uint64(k1),
            first & _LOW,
        )
        k0, k1 = (k0 + _W0) & 0xFFFFFFFF, (k1 + _W1) & 0xFFFFFFFF
    return a, b, c, d


def normals(path: Words, step: Words, node: Words, count: int, key: int) -> Array:
    """Standard normal numbers ``(count, ...)`` for each path, step and node of the tree of its halvings.

    Node 0 is the step itself; of its halvings, 1 splits the whole, and 2q and 2q + 1 split the halves of what q splits.
    Each call of the generator gives two numbers, by Box and Muller.
    """
    found = np.empty((count, *path.shape))
    low, high = node & _LOW, (node >> _HALF) << np.uint64(16)
    for m in range(0, count, 2):
        a, b, c, d = philox((path, step, low, high | np.uint64(m // 2)), key)
        radius = np.sqrt(-2.0 * np.log(_uniform(a, b)))
        angle = 2.0 * np.pi * _uniform(c, d)
        found[m] = radius * np.cos(angle)
        if m + 1 < count:
            found[m + 1] = radius * np.sin(angle)
    return found


def _uniform(high: Words, low: Words) -> Array:
    """52 bits as a number strictly between 0 and 1."""
    bits = ((high << _HALF) | low) >> np.uint64(12)
    return (bits.astype(np.float64) + 0.5) * 2.0**-52


def key_of(seed: int) -> int:
    """64 bits from the seed, well mixed: seeds that follow one another give keys that have nothing in common."""
    first, second = np.random.SeedSequence(seed).generate_state(2, np.uint32)
    return int(first) | int(second) << 32
