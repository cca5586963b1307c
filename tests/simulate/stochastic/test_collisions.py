"""Steps too long are rejected and halved along the Brownian motion that was drawn; nothing is reordered."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spectral_edge.simulate.stochastic import Paths, simulate_paths
from spectral_edge.simulate.stochastic.job import Job, Result
from spectral_edge.simulate.stochastic.matrix import dyson_eigenvalues
from spectral_edge.simulate.stochastic.model import pair_model
from spectral_edge.simulate.stochastic.numpy_engine import _NEW, _SPLIT, _Run
from spectral_edge.simulate.stochastic.pieces import pieces_of
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process

ONE = {"matrix_noise": 1.0}


def dyson(start: Any, **changes: Any) -> Paths:
    words: dict[str, Any] = {"steps": 16, "paths": 64, "seed": 9} | changes
    beta = words.pop("beta", 1)
    return simulate_paths(dyson_process(beta), start, ONE, (0, 1), **words)


def test_halving_leaves_the_brownian_motion_where_it_was() -> None:
    at = np.linspace(0, 1, 17)
    whole = dyson([1.0, 0.0, -1.0], at=at, keep_noise=True)
    for level in (1, 4):
        found = dyson([1.0, 0.0, -1.0], at=at, keep_noise=True, refine=level)
        np.testing.assert_allclose(found.noise, whole.noise, rtol=0, atol=1e-12)


def test_the_middle_of_a_halved_step_has_the_law_of_the_bridge(known: Any) -> None:
    count, length = 40_000, 0.3
    model, _ = pair_model(known.relaxing, 1, "euler")
    job = Job(
        initial=np.zeros((1, count)),
        parameters=np.ones((3, count)),
        lengths=np.array([length]),
        slots=np.array([-1, 0]),
        times=1,
        given=None,
        key=77,
        first_path=0,
        resolution=math.inf,
        refine=1,
        depth=4,
        max_attempts=10,
        keep_noise=False,
    )
    run = _Run(pieces_of(model), model, job, Result.blank(job, 1))
    assert (run.need == _NEW).all()
    run._increments(np.full(count, length))
    whole = run.dw[0].copy()
    run.level += 1
    run.node <<= np.uint64(1)
    run.need[:] = _SPLIT
    run._increments(np.full(count, length / 2))
    left, right = run.dw[0], run.right[1][0]
    np.testing.assert_allclose(left + right, whole, rtol=0, atol=1e-12)
    # Both halves are normal of half the length and independent: the law of Brownian motion. Each test at 1e-4.
    for half in (left, right):
        assert stats.kstest(half / math.sqrt(length / 2), "norm").pvalue > 1e-4
    assert abs(np.corrcoef(left, right)[0, 1]) * math.sqrt(count) < stats.norm.isf(0.5e-4)
    # A bridge that forgot that half of the variance is spent already would be seen.
    assert (
        stats.kstest(
            (whole / 2 + math.sqrt(length / 2) * (left - right)) / math.sqrt(length / 2), "norm"
        ).pvalue
        < 1e-4
    )


@given(
    gaps=st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=4),
    beta=st.sampled_from([1, 2, 4]),
    method=st.sampled_from(["euler", "implicit", "trapezoidal"]),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=20, deadline=None)
def test_order_is_kept_at_all_times_and_the_trace_is_that_of_the_noise(
    gaps: list[float], beta: int, method: str, seed: int
) -> None:
    start = -np.cumsum([0.0, *gaps])
    found = simulate_paths(
        dyson_process(beta), start, ONE, (0, 0.5), np.linspace(0, 0.5, 5), steps=8, paths=8, seed=seed, method=method,
        keep_noise=True, engine="numpy",
    )  # fmt: skip
    well = found.outcomes == 0
    assert well.sum() >= 7
    assert (np.diff(found.y[..., well], axis=0) < 0).all()
    # The pushes cancel, so the trace moves by the noise alone. Newton's method stops at 1e-4 of a gap, where the next
    # error is the square of that; a hundred steps add up.
    trace = found.y.sum(axis=0) - start.sum()
    np.testing.assert_allclose(trace[:, well], found.noise.sum(axis=0)[:, well], rtol=0, atol=1e-6)


def test_naive_steps_are_wrong_where_ours_are_right() -> None:
    start, count = np.linspace(1.5, -1.5, 8), 3000
    naive = simulate_paths(
        replace(dyson_process(1), ordered=False), start, ONE, (0, 1), steps=100, paths=count, seed=3, method="euler",
        resolution=math.inf,
    ).y[:, -1]  # fmt: skip
    truth = dyson_eigenvalues(start, 1.0, [1.0], count, seed=8)[:, 0]
    # Itô's rule (W4.moments for n = 8): the sum of squares grows at the rate n (n + 1)/2.
    exact = (start**2).sum() + 36

    def off(y: Any) -> float:
        squares = (y**2).sum(axis=0)
        return float(abs(squares.mean() - exact) / (math.sqrt(2 * 2 * exact) / math.sqrt(count)))

    def largest_off(y: Any) -> float:
        top = truth.max(axis=0)
        return float(abs(y.max(axis=0).mean() - top.mean()) / (top.std() * math.sqrt(2 / count)))

    # Blow-ups: states that are farther out than any matrix's.
    far = 2 * np.abs(truth).max()
    assert (np.abs(naive).max(axis=0) > far).mean() > 0.005
    assert off(naive) > 20
    assert largest_off(naive) > 20
    for method in ("trapezoidal", "euler"):
        words = {"steps": 20, "resolution": 0.02} if method == "euler" else {"steps": 20}
        ours = dyson(start, paths=count, method=method, **words)
        y = ours.y[:, -1, ours.outcomes == 0]
        # Each at 1e-4, two-sided; the explicit one loses at most a path in a thousand, and says so.
        assert (ours.outcomes == 0).mean() > 0.999
        assert (np.abs(y).max(axis=0) > far).sum() == 0
        assert largest_off(y) < 3.9
        assert off(y) < 3.9
    # Sorting afterwards does not help the naive one.
    assert off(np.sort(naive, axis=0)) > 20


def test_finer_resolution_rejects_more_and_comes_nearer_to_the_truth() -> None:
    start = [0.3, 0.0, -0.3]
    # The halved steps stand for the truth, along the same Brownian motions.
    fine = dyson(start, refine=7, paths=500).y[:, -1]
    errors, rejected = [], []
    for resolution in (1.0, 0.1, 0.01):
        found = dyson(start, resolution=resolution, paths=500)
        errors.append(np.sqrt(np.mean((found.y[:, -1] - fine) ** 2)))
        rejected.append(found.rejected.mean())
    assert rejected[0] < rejected[1] < rejected[2]
    assert errors[2] < 0.5 * errors[0], errors


def test_bru_s_process_stays_above_zero_where_its_wall_is_near() -> None:
    start = [0.5, 0.1, 0.01]
    found = simulate_paths(
        bru_process(),
        start,
        {"rows_noise": 1.0, "p": 4},
        (0, 1),
        np.linspace(0, 1, 5),
        steps=32,
        paths=200,
        seed=2,
    )
    assert found.succeeded
    assert (found.y > 0).all() and (np.diff(found.y, axis=0) < 0).all()


def test_a_wall_alone_rejects_steps_of_an_explicit_method(known: Any) -> None:
    words: dict[str, Any] = {"steps": 16, "paths": 200, "seed": 2}
    euler = simulate_paths(known.bessel, [0.05], {"a": 3.0}, (0, 1), method="euler", **words)
    assert euler.rejected.sum() > 0
    assert (euler.y[:, -1, euler.outcomes == 0] > 0).all()
    assert (euler.outcomes == 0).mean() > 0.95
    # Milstein's step is (√x + ΔB)² + (a − 1) h: it never reaches the wall.
    assert (
        simulate_paths(known.bessel, [0.05], {"a": 3.0}, (0, 1), method="milstein", **words).rejected.sum()
        == 0
    )
