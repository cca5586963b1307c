"""A linear probe finds what is linear, finds nothing where there is nothing, and knows no unit."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate.features import explained_share
from spectral_edge.simulate.features.probe import STRENGTHS


def made(seed: int, noise: float, fit: int = 40, asked: int = 30, features: int = 6):
    draw = np.random.default_rng(seed)
    x = draw.standard_normal((3, fit + asked, features))
    y = x @ draw.standard_normal((features, 2)) + 5 + noise * draw.standard_normal((3, fit + asked, 2))
    return x[:, :fit], y[:, :fit], x[:, fit:], y[:, fit:]


def slowly(x, y, asked, answers) -> tuple[float, float]:
    """One seed, normal equations, every strength tried."""
    mean_x, mean_y = x.mean(0), y.mean(0)
    centred = x - mean_x
    # The unit of strength is the mean of the min(n, f) squared singular values.
    unit = (centred**2).sum() / min(centred.shape)
    best = None
    for strength in STRENGTHS:
        solve = np.linalg.inv(centred.T @ centred + strength * unit * np.eye(x.shape[1])) @ centred.T
        rest = y - mean_y - centred @ (solve @ (y - mean_y))
        score = (rest**2).sum() / (1 - (np.trace(centred @ solve) + 1) / len(x)) ** 2
        told = (asked - mean_x) @ (solve @ (y - mean_y)) + mean_y
        explained = 1 - ((answers - told) ** 2).sum() / ((answers - mean_y) ** 2).sum()
        if best is None or score < best[0]:
            best = (score, explained, strength)
    return best[1], best[2]


@pytest.mark.parametrize("noise", [0.1, 1.0, 5.0])
def test_the_probe_is_ridge_regression_by_the_normal_equations(noise) -> None:
    parts = made(0, noise)
    found = explained_share(*parts)
    for seed in range(3):
        explained, strength = slowly(*(part[seed] for part in parts))
        assert found.strength[seed] == strength
        assert found.explained[seed] == pytest.approx(explained, abs=1e-9)


def test_what_is_linear_is_explained_and_what_is_noise_is_not() -> None:
    assert (explained_share(*made(1, 0.0)).explained > 1 - 1e-6).all()
    x, _, asked, _ = made(2, 0.0)
    draw = np.random.default_rng(3)
    nothing = explained_share(x, draw.standard_normal((3, 40, 2)), asked, draw.standard_normal((3, 30, 2)))
    assert (nothing.explained < 0.2).all()


def test_more_features_than_inputs_do_not_make_a_probe_that_knows_all() -> None:
    draw = np.random.default_rng(4)
    x, y = draw.standard_normal((2, 60, 80)), draw.standard_normal((2, 60, 1))
    assert (explained_share(x[:, :40], y[:, :40], x[:, 40:], y[:, 40:]).explained < 0.3).all()


@pytest.mark.parametrize("scale", [2.0**-20, 2.0**20])
def test_rescaled_activations_are_as_easy_to_read(scale) -> None:
    x, y, asked, answers = made(5, 1.0)
    plain = explained_share(x, y, asked, answers)
    scaled = explained_share(scale * x, y, scale * asked, answers)
    np.testing.assert_allclose(plain.explained, scaled.explained, rtol=1e-9)
    np.testing.assert_array_equal(plain.strength, scaled.strength)


def test_activations_that_are_all_the_same_explain_nothing() -> None:
    _, y, _, answers = made(6, 1.0)
    found = explained_share(np.ones((3, 40, 6)), y, np.ones((3, 30, 6)), answers)
    assert found.explained == pytest.approx(np.zeros(3), abs=0.2)


def test_shapes_that_do_not_fit_are_refused() -> None:
    x, y, asked, answers = made(7, 1.0)
    with pytest.raises(ValueError, match="give"):
        explained_share(x, y[:, :5], asked, answers)
