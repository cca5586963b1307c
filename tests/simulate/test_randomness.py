"""Each purpose draws from its own stream, and the streams are told by seed and purpose alone."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.randomness import Purpose, generator
from spectral_edge.simulate.tasks import ModularAddition


def test_the_same_seed_and_purpose_give_the_same_numbers() -> None:
    first, second = (generator(7, Purpose.SPLIT).random(5) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_other_seeds_and_purposes_give_other_numbers() -> None:
    streams = [generator(seed, purpose).random(5) for seed, purpose in product(range(4), Purpose)]
    for first, second in combinations(streams, 2):
        assert not np.any(first == second)


def test_split_and_initial_weights_have_a_stream_each() -> None:
    task, network = ModularAddition(5), QuadraticTwoLayer(4)
    order = generator(3, Purpose.SPLIT).permutation(25)
    np.testing.assert_array_equal(task.data(3)[0], np.stack([order // 5, order % 5], axis=1)[:15])
    normal = generator(3, Purpose.INITIAL_WEIGHTS).normal(size=40)
    np.testing.assert_allclose(network.initial(task, 3)[:40], normal * 2**-0.5, rtol=2 * np.finfo(float).eps)
