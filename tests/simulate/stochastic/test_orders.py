"""Strong and weak orders, fitted where the answer is known; each band leaves the neighbouring orders out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from spectral_edge.simulate.stochastic import Paths, simulate_paths
from spectral_edge.simulate.stochastic.matrix import coupled_dyson
from spectral_edge.theory.edge.noise.particles import dyson_process

# Orders go in halves, so a fit may be off by less than a quarter.
BAND = 0.24
LEVELS = range(4)


def ends(process: Any, start: Any, parameters: Any, level: int, **words: Any) -> Paths:
    """Every level halves all steps once more, along the same Brownian motions."""
    settings = {"steps": 8, "paths": 8000, "seed": 20, "resolution": math.inf} | words
    return simulate_paths(process, start, parameters, (0, 1), refine=level, keep_noise=True, **settings)


def last(found: Paths) -> Any:
    return found.y[:, -1]


@pytest.mark.parametrize(("method", "strong"), [("euler", 0.5), ("milstein", 1.0)])
def test_the_geometric_motion_is_met_with_the_strong_order_of_the_method(
    method: str, strong: float, known: Any, order: Any
) -> None:
    a, s = 0.1, 1.0
    errors = []
    for level in LEVELS:
        found = ends(known.geometric, [1.0], {"a": a, "s": s}, level + 2, method=method)
        exact = np.exp((a - s**2 / 2) + s * found.noise[0, -1])
        errors.append(np.sqrt(np.mean((last(found)[0] - exact) ** 2)))
    assert abs(order(errors) - strong) < BAND, errors


def test_in_the_coordinate_of_constant_noise_the_geometric_motion_is_exact(known: Any) -> None:
    found = ends(known.geometric, [1.0], {"a": 0.1, "s": 1.0}, 0, method="trapezoidal", paths=50)
    exact = np.exp((0.1 - 0.5) + found.noise[0, -1])
    np.testing.assert_allclose(last(found)[0], exact, rtol=100 * np.finfo(float).eps)


@pytest.mark.parametrize(
    ("name", "method", "strong"),
    [
        ("relaxing", "euler", 1.0),
        ("relaxing", "implicit", 1.0),
        ("relaxing", "trapezoidal", 1.0),
        ("bessel", "euler", 0.5),
        ("bessel", "milstein", 1.0),
        ("bessel", "implicit", 1.0),
        ("bessel", "trapezoidal", 1.0),
    ],
)
def test_halving_all_steps_lowers_the_strong_error_by_the_order_of_the_method(
    name: str, method: str, strong: float, known: Any, order: Any
) -> None:
    parameters = {"relaxing": {"a": 1.0, "m": 0.5, "s": 0.5}, "bessel": {"a": 8.0}}[name]
    words = {"method": method, "paths": 2000}
    process = getattr(known, name)
    fine = last(ends(process, [1.0], parameters, 8, **words))
    errors = [
        np.sqrt(np.mean((last(ends(process, [1.0], parameters, level, **words)) - fine) ** 2))
        for level in LEVELS
    ]
    assert abs(order(errors) - strong) < BAND, errors


def second_moments(name: str) -> tuple[Any, Any, float]:
    """Start, parameters and the exact mean of x² at time 1."""
    if name == "relaxing":
        a, m, s = 2.0, 0.5, 0.5
        mean = m + (1 - m) * math.exp(-a)
        return [1.0], {"a": a, "m": m, "s": s}, mean**2 + s**2 * (1 - math.exp(-2 * a)) / (2 * a)
    # Squared Bessel of dimension d from 1, by Itô's rule: d + 1 is the mean of x, and x² drifts at (2 d + 4) x.
    d = 6.0
    return [1.0], {"a": d}, 1 + (2 * d + 4) * (1 + d / 2)


@pytest.mark.parametrize(
    ("name", "method", "weak"),
    [
        ("relaxing", "implicit", 1.0),
        ("relaxing", "trapezoidal", 2.0),
        ("bessel", "milstein", 1.0),
        ("bessel", "implicit", 1.0),
        ("bessel", "trapezoidal", 2.0),
    ],
)
def test_the_mean_square_is_met_with_the_weak_order_of_the_method(
    name: str, method: str, weak: float, known: Any, order: Any
) -> None:
    start, parameters, exact = second_moments(name)
    process = getattr(known, name)
    words = {"method": method, "paths": 60_000, "steps": 2 if name == "relaxing" else 4}
    squares = [last(ends(process, start, parameters, level, **words))[0] ** 2 for level in (0, 1, 2, 6)]
    # The finest level stands for the exact value (it is within four standard errors of it), because differences
    # along one Brownian motion scatter less.
    fine = squares[-1]
    assert abs(fine.mean() - exact) < 4 * fine.std() / math.sqrt(len(fine))
    differences = [square - fine for square in squares[:-1]]
    # Weak orders go in whole numbers.
    assert abs(order([d.mean() for d in differences]) - weak) < 0.5, [d.mean() for d in differences]


def test_dyson_s_process_is_met_with_strong_order_one_where_its_drift_is_tame(order: Any) -> None:
    process, start, parameters = dyson_process(4), [1.0, 0.0, -1.0], {"matrix_noise": 1.0}
    fine = last(ends(process, start, parameters, 7, paths=2000, method="trapezoidal"))
    errors = [
        np.sqrt(
            np.mean((last(ends(process, start, parameters, k, paths=2000, method="trapezoidal")) - fine) ** 2)
        )
        for k in LEVELS
    ]
    assert abs(order(errors) - 1.0) < BAND, errors


def test_driven_by_what_drives_a_matrix_dyson_s_process_follows_its_eigenvalues() -> None:
    start, count, steps = [1.5, 0.0, -1.5], 100, 16
    truth = coupled_dyson(start, 1.0, 1 / steps, steps, 48, count, seed=6)

    def error(parts: int, beta: float = 1, **words: Any) -> float:
        driven = truth.increments.reshape(3, parts, steps // parts, count).sum(axis=2)
        found = simulate_paths(
            dyson_process(beta),
            start,
            {"matrix_noise": 1.0},
            (0, 1),
            steps=parts,
            paths=count,
            seed=1,
            increments=driven,
            **words,
        )
        return float(np.sqrt(np.mean((found.y[:, -1] - truth.eigenvalues[:, -1]) ** 2)))

    one, sixteen = error(1), error(16)
    # Strong order ½ would leave a quarter of the error after four halvings; what is left here is that of the coupling,
    # which takes the eigenvectors of the beginning of a 768th.
    assert sixteen < one / 4
    # The wrong β stays off, however short the steps.
    assert error(16, beta=2) > 8 * sixteen
