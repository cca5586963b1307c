"""Steps end at every wanted time and are no longer than asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.stochastic.grid import grid


@given(steps=st.integers(1, 60), inner=st.lists(st.floats(0.01, 1.99), max_size=5, unique=True))
def test_steps_cover_the_span_and_hit_the_wanted_times(steps: int, inner: list[float]) -> None:
    at = sorted(inner) or [1.0]
    found = grid((0.0, 2.0), at, steps)
    assert found.joints[0] == 0.0 and found.joints[-1] == 2.0
    np.testing.assert_allclose(np.diff(found.joints), found.lengths, rtol=0, atol=4 * np.finfo(float).eps)
    assert found.lengths.max() <= 2.0 / steps * (1 + 1e-9)
    np.testing.assert_array_equal(found.joints[found.slots >= 0], at)
    np.testing.assert_array_equal(found.slots[found.slots >= 0], range(len(at)))


def test_equal_parts_add_no_step() -> None:
    assert len(grid((0, 1), np.linspace(0, 1, 11), 50).lengths) == 50
    assert len(grid((0, 1), None, 7).lengths) == 7


@pytest.mark.parametrize(
    ("span", "at", "steps", "words"),
    [
        ((1, 1), None, 3, r"span=\(1, 1\); give two finite times"),
        ((0, np.inf), None, 3, "give two finite times"),
        ((0, 1), None, 0, "steps=0; give at least 1"),
        ((0, 1), [0.5, 0.5], 3, "give times in rising order, each once"),
        ((0, 1), [0.5, 1.5], 3, "give times from 0.0 to 1.0"),
        ((0, 1), [], 3, "give times in rising order"),
    ],
)
def test_what_makes_no_sense_is_refused(span, at, steps, words) -> None:
    with pytest.raises(ValueError, match=words):
        grid(span, at, steps)
