"""What is given is checked before anything is computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from spectral_edge.simulate.lowering.compiled import ParameterError
from spectral_edge.simulate.stochastic import simulate_paths
from spectral_edge.theory.edge.noise.particles import dyson_process

GOOD: dict[str, Any] = {
    "process": dyson_process(1),
    "initial": [1.0, 0.0],
    "parameters": {"matrix_noise": 1.0},
    "span": (0, 1),
    "steps": 3,
    "paths": 4,
    "seed": 1,
    "engine": "numpy",
}


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (
            {"initial": [0.0, 1.0]},
            ParameterError,
            "does not lie inside its walls; particles in order have to start apart",
        ),
        ({"initial": [1.0, 1.0]}, ParameterError, "does not lie inside its walls"),
        ({"initial": np.ones((2, 3))}, ParameterError, r"give finite numbers \(n,\) or \(n, 4\)"),
        ({"initial": [np.nan, 0]}, ParameterError, "give finite numbers"),
        ({"parameters": {}}, ParameterError, r"parameters missing \['matrix_noise'\]"),
        ({"parameters": {"matrix_noise": 1, "q": 2}}, ParameterError, r"unknown \['q'\]"),
        (
            {"parameters": {"matrix_noise": [1, 2]}},
            ParameterError,
            "give a finite number, or one for each path",
        ),
        ({"increments": np.zeros((2, 3, 5))}, ParameterError, r"give finite numbers of shape \(2, 3, 4\)"),
        ({"method": "heun"}, ValueError, "method='heun'; give one of euler, milstein, implicit, trapezoidal"),
        ({"engine": "gpu"}, ValueError, "engine='gpu'; give one of auto, native, numpy"),
        ({"paths": 0}, ValueError, "paths=0; give at least 1"),
        ({"refine": -1}, ValueError, "refine=-1; give at least 0"),
        ({"depth": 50}, ValueError, "refine <= depth <= 46"),
        ({"resolution": 0.0}, ValueError, "resolution=0.0"),
        ({"steps": 0}, ValueError, "steps=0; give at least 1"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        simulate_paths(**GOOD | change)


def test_shapes_and_start_are_those_asked_for() -> None:
    found = simulate_paths(**GOOD, at=[0.0, 0.25, 1.0], keep_noise=True)
    assert found.y.shape == (2, 3, 4)
    assert found.noise is not None and found.noise.shape == (2, 3, 4)
    np.testing.assert_array_equal(found.y[:, 0], np.array([[1.0] * 4, [0.0] * 4]))
    np.testing.assert_array_equal(found.noise[:, 0], 0.0)
    assert found.succeeded and found.message == "reached the end"
    assert (found.stop_t == 1.0).all()


def test_increments_that_are_given_drive_the_paths() -> None:
    drawn = simulate_paths(**GOOD, at=np.linspace(0, 1, 4), keep_noise=True)
    assert drawn.noise is not None
    again = simulate_paths(**GOOD, at=np.linspace(0, 1, 4), increments=np.diff(drawn.noise, axis=1))
    np.testing.assert_allclose(again.y, drawn.y, rtol=0, atol=1e4 * np.finfo(float).eps)
