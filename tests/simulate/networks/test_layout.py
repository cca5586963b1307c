"""Weights have their own places, names and laws."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.networks import Law, Layout, Weight

LAYOUT = Layout(
    Weight("first.weight", (2, 3), Law("normal", 2.0), hidden=True),
    Weight("first.bias", (2,), Law("constant", 0.5)),
    Weight("second.weight", (4, 2), Law("uniform", 3.0)),
)


def test_arrays_are_views_of_the_vector_row_by_row() -> None:
    theta = torch.arange(2 * 16.0).view(2, 16)
    arrays = LAYOUT.arrays(theta)
    assert {name: tuple(array.shape) for name, array in arrays.items()} == {
        "first.weight": (2, 2, 3),
        "first.bias": (2, 2),
        "second.weight": (2, 4, 2),
    }
    assert arrays["first.weight"][1].flatten().tolist() == list(range(16, 22))
    assert torch.equal(torch.cat([array.flatten(1) for array in arrays.values()], dim=1), theta)
    arrays["first.bias"][0, 0] = -1
    assert theta[0, 6] == -1


def test_every_weight_is_drawn_by_its_law() -> None:
    wide = Layout(*(Weight(w.name, (100, *w.shape), w.law) for w in LAYOUT.weights))
    drawn = wide.initial(np.random.default_rng(0))
    normal, constant, uniform = (drawn[place] for place in wide.places.values())
    # Standard error of a sample standard deviation is at most σ/√(2n)·1.1 for these laws; five of them.
    assert abs(normal.std() - 2) < 5 * 2 / (2 * len(normal)) ** 0.5
    assert (constant == 0.5).all()
    assert abs(uniform).max() <= 3
    assert abs(uniform.std() - 3**0.5) < 5 * 3 / (2 * len(uniform)) ** 0.5


def test_patterns_choose_weights_by_name() -> None:
    assert LAYOUT.matching(("*.weight",)).tolist() == [*range(6), *range(8, 16)]
    assert LAYOUT.matching(("first.*", "*.bias")).tolist() == list(range(8))
    assert LAYOUT.matching(("*",)).tolist() == list(range(16))


def test_a_pattern_that_matches_nothing_is_refused_with_the_names() -> None:
    with pytest.raises(
        ValueError, match=r"no weight matches 'third\.\*'; this network has first\.weight, first"
    ):
        LAYOUT.matching(("*", "third.*"))


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="a name stands twice"):
        Layout(LAYOUT.weights[0], LAYOUT.weights[0])
