"""The floor that float32 weights set is where rounding really is."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate.spectrum import weight_rounding


@pytest.mark.parametrize("stride", [1, 10])
def test_rounding_of_weights_has_singular_values_just_below_the_floor(stride: int) -> None:
    """A walk of float32 weights beside the same steps in float64: their difference is rounding alone."""
    window, p = 6, 20_000
    rng = np.random.default_rng(0)
    weights = rng.normal(size=p).astype(np.float32)
    rows = []
    for _ in range(window):
        rounding = np.zeros(p)
        for _ in range(stride):
            step = 1e-3 * rng.normal(size=p)
            moved = weights.astype(np.float64) + step
            rounding += moved.astype(np.float32) - moved
            weights = moved.astype(np.float32)
        rows.append(rounding)
    found = np.linalg.svd(np.array(rows), compute_uv=False)
    floor = weight_rounding(np.array(np.linalg.norm(weights)), stride, np.float32)
    # The floor takes the spacing of floats at its widest, ε|θ_i|; over a binade it is between that and half.
    assert np.all(found < floor)
    assert np.all(found > floor / 2)


def test_the_floor_grows_with_the_weights_and_with_the_root_of_the_stride() -> None:
    norms = np.array([1.0, 2.0])
    floor = weight_rounding(norms, 4, np.float64)
    np.testing.assert_array_equal(floor, [floor[0], 2 * floor[0]])
    assert floor[0] == 2 * weight_rounding(norms, 1, np.float64)[0]
    widths = weight_rounding(norms, 4, np.float32) / floor
    np.testing.assert_array_equal(widths, [2.0**29, 2.0**29])  # ε of float32 over ε of float64
