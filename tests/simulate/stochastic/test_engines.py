"""C and NumPy are twins; and no path depends on which others are computed with it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import sympy as sp

from spectral_edge.simulate import native
from spectral_edge.simulate.stochastic import METHODS, MethodError, PathOutcome, Paths, simulate_paths
from spectral_edge.simulate.stochastic import simulate as interface
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process
from spectral_edge.theory.pair_process import PairProcess
from spectral_edge.theory.process import ItoProcess

needs_compiler = pytest.mark.skipif(not native.available(), reason="no C compiler here")

x, y, a, b = sp.symbols("x y a b")
# Two oscillating states that share two Brownian motions: nothing of it is diagonal.
SHARED = ItoProcess((x, y), (y - x**3, -a * sp.sin(x)), ((b, b / 2), (sp.Integer(0), b)))


def dyson(**changes: Any) -> Paths:
    words: dict[str, Any] = {"steps": 12, "paths": 21, "seed": 4} | changes
    return simulate_paths(
        dyson_process(1), [1.5, 0.6, -0.4, -1.0, -1.1], {"matrix_noise": 1.0}, (0, 1), [0.3, 1.0], **words
    )


def bru(**changes: Any) -> Paths:
    words: dict[str, Any] = {"steps": 12, "paths": 21, "seed": 4} | changes
    start = np.array([4.0, 2.0, 0.7])[:, None] * np.linspace(1, 2, 21)
    parameters = {"rows_noise": np.linspace(0.5, 1.0, 21), "p": 5}
    return simulate_paths(bru_process(), start, parameters, (0, 1), [0.3, 1.0], **words)


def shared(**changes: Any) -> Paths:
    words: dict[str, Any] = {"steps": 12, "paths": 21, "seed": 4} | changes
    return simulate_paths(SHARED, [0.2, 0.1], {"a": 1.5, "b": 0.4}, (0, 1), [0.3, 1.0], **words)


CASES = [(run, method) for run in (dyson, bru) for method in METHODS]
CASES += [(shared, method) for method in ("euler", "implicit", "trapezoidal")]


@needs_compiler
@pytest.mark.parametrize(("run", "method"), CASES)
def test_the_lanes_and_numpy_go_the_same_way(run: Any, method: str) -> None:
    lanes = run(method=method, keep_noise=True, engine="native")
    arrays = run(method=method, keep_noise=True, engine="numpy")
    assert (lanes.engine, arrays.engine) == ("native", "numpy")
    np.testing.assert_array_equal(lanes.accepted, arrays.accepted)
    np.testing.assert_array_equal(lanes.rejected, arrays.rejected)
    np.testing.assert_array_equal(lanes.outcomes, arrays.outcomes)
    # Rounding, grown by gaps that are as small as a thousandth: 1e4 eps for states of order ten.
    np.testing.assert_allclose(lanes.y, arrays.y, rtol=0, atol=1e5 * np.finfo(float).eps)
    np.testing.assert_allclose(lanes.noise, arrays.noise, rtol=0, atol=100 * np.finfo(float).eps)
    np.testing.assert_allclose(lanes.stop_y, lanes.y[:, -1], rtol=0, atol=0)


@needs_compiler
def test_an_even_push_and_one_without_symmetry_are_summed_over_all_pairs() -> None:
    other, push = sp.symbols("other push")
    for kernel in (sp.cos(x - other) / 4, other / (2 + x**2)):
        process = PairProcess("odd", x, other, push, push - x, kernel, b)
        words: dict[str, Any] = {"steps": 9, "paths": 5, "seed": 2}
        start = [0.3, -0.2, 0.9]
        words["method"] = "implicit"
        lanes = simulate_paths(process, start, {"b": 0.3}, (0, 1), engine="native", **words)
        arrays = simulate_paths(process.written_out(3), start, {"b": 0.3}, (0, 1), engine="numpy", **words)
        np.testing.assert_allclose(lanes.y, arrays.y, rtol=0, atol=1e3 * np.finfo(float).eps)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("native", marks=needs_compiler)])
def test_a_path_is_the_same_in_any_chunk_and_with_any_number_of_threads(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dyson(engine=engine, threads=1).y
    monkeypatch.setattr(interface, "_NUMPY_CHUNK", 4)
    monkeypatch.setattr(interface.native_engine, "BATCH", 4)
    np.testing.assert_array_equal(dyson(engine=engine, threads=3).y, whole)
    np.testing.assert_array_equal(dyson(engine=engine, paths=5, first_path=7).y, whole[:, :, 7:12])
    assert not np.array_equal(dyson(engine=engine, seed=5).y, whole)


@pytest.mark.parametrize("engine", ["numpy", pytest.param("native", marks=needs_compiler)])
def test_a_path_that_cannot_go_on_says_where_and_why(engine: str) -> None:
    stuck = dyson(engine=engine, method="euler", depth=3, resolution=1e-3, paths=6)
    assert not stuck.succeeded
    assert stuck.outcome is PathOutcome.UNRESOLVED
    assert "unresolved: even a step halved as often as allowed was rejected" in stuck.message
    bad = stuck.outcomes == PathOutcome.UNRESOLVED
    assert np.isnan(stuck.y[:, -1, bad]).all()
    assert np.isfinite(stuck.stop_y).all() and (np.diff(stuck.stop_y, axis=0) < 0).all()
    assert ((stuck.stop_t >= 0) & (stuck.stop_t < 1))[bad].all()
    few = dyson(engine=engine, max_steps=5)
    assert few.outcome is PathOutcome.TOO_MANY_STEPS
    assert (few.accepted + few.rejected == 5).all()
    ((process, start),) = [(ItoProcess((x,), (x**3,), ((b,),)), [5.0])]
    burst = simulate_paths(
        process,
        start,
        {"b": 1.0},
        (0, 1),
        steps=4,
        paths=2,
        seed=1,
        engine=engine,
        method="euler",
        resolution=1.0,
    )
    assert burst.outcome in (PathOutcome.BLOW_UP, PathOutcome.UNRESOLVED)
    # dx = x³ dt from 5 is infinite at 1/50.
    assert np.all(np.abs(burst.stop_t - 0.02) < 0.01)


def test_a_method_that_does_not_fit_is_refused() -> None:
    mixed = ItoProcess((x, y), (-x, -y), ((b * y, sp.Integer(0)), (sp.Integer(0), b)))
    words: dict[str, Any] = {"steps": 3, "paths": 2, "seed": 1}
    with pytest.raises(MethodError, match="method='implicit' needs noise that does not depend on the states"):
        simulate_paths(mixed, [1, 1], {"b": 1}, (0, 1), method="implicit", **words)
    with pytest.raises(
        MethodError, match="method='milstein' needs a Brownian motion of its own for each state"
    ):
        simulate_paths(mixed, [1, 1], {"b": 1}, (0, 1), method="milstein", **words)
    assert simulate_paths(mixed, [1, 1], {"b": 1}, (0, 1), **words).method == "euler"
    assert dyson(paths=2).method == bru().method == shared().method == "trapezoidal"


def test_without_a_compiler_numpy_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "available", lambda: False)
    assert dyson(paths=2).engine == "numpy"


@pytest.mark.parametrize("resolution", [math.inf, 0.1])
def test_noise_of_strength_zero_leaves_the_flow_of_the_drift(resolution: float) -> None:
    found = simulate_paths(
        dyson_process(2),
        [1.0, -1.0],
        {"matrix_noise": 1e-300},
        (0, 1),
        steps=4,
        paths=3,
        seed=1,
        resolution=resolution,
    )
    np.testing.assert_array_equal(found.y[:, -1], found.y[:, 0])
