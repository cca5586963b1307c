"""P08 on series made by hand: a damped gap is found, and what passes the test without damping is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.checks import damping as module
from spectral_edge.validate.checks.damping import CHECKS, central_damping, damping
from spectral_edge.validate.checks.run_series import SMOOTH, WALK, Windows
from spectral_edge.validate.verdict import Verdict

JUDGE = {check.statement: check.judge for check in CHECKS}["P08.transformer"]
STEPS = np.arange(60, 180, 10)

DAMPED = 1 + 3 * np.exp(-np.arange(12) / 2)
GROWING = 1 + 0.1 * np.exp(np.arange(12) / 4)


def spectra(gaps):
    """Spectra ``(R, 5)`` whose gap, behind the first mode, is the given series."""
    flat = np.tile([1.0, 0.99, 0.98, 0.97, 0.96], (len(gaps), 1))
    flat[:, 0] = 0.99 + np.asarray(gaps)
    return flat


@pytest.fixture
def with_nulls(monkeypatch):
    def use(walk=GROWING, smooth=GROWING, phases=GROWING):
        def made(*_):
            found = {}
            for name, gaps in ((WALK, walk), (SMOOTH, smooth)):
                sigma = np.broadcast_to(spectra(gaps), (6, 12, 5)).copy()
                found[name] = Windows(sigma, sigma > 0, STEPS, np.empty(0), 100)
            return found

        monkeypatch.setattr(module, "spectra_that_know_nothing", made)
        monkeypatch.setattr(module, "surrogates", lambda *_: np.tile(phases, (24, 1)))

    return use


def test_a_damped_gap_that_nulls_lack_is_supported_and_a_growing_one_refutes(
    made_run, in_context, with_nulls
):
    with_nulls()
    assert JUDGE(in_context({"transformer": made_run(spectra(DAMPED))})).verdict is Verdict.SUPPORTED
    assert JUDGE(in_context({"transformer": made_run(spectra(GROWING))})).verdict is Verdict.REFUTED


@pytest.mark.parametrize("null", ["walk", "smooth", "phases"])
def test_damping_that_a_null_shows_too_is_uninformative(made_run, in_context, with_nulls, null):
    with_nulls(**{null: DAMPED})
    assert JUDGE(in_context({"transformer": made_run(spectra(DAMPED))})).verdict is Verdict.UNINFORMATIVE


def test_a_damped_gap_is_told_by_its_own_random_phases(monkeypatch, made_run, in_context, with_nulls):
    """The planted artefact: the surrogate keeps the autocorrelation, and with it the number that is judged."""
    drawn = module.surrogates
    with_nulls()
    monkeypatch.setattr(module, "surrogates", drawn)
    noise = 1 + 0.1 * np.random.default_rng(0).random((6, 12))
    sigma = np.stack([spectra(one) for one in noise])
    assert JUDGE(in_context({"transformer": made_run(sigma)})).verdict is Verdict.UNINFORMATIVE


def test_white_noise_has_the_correlation_minus_one_over_root_two():
    noise = np.random.default_rng(0).standard_normal(100_000)
    # The error of a correlation of so many pairs, times five.
    assert damping(noise) == pytest.approx(-1 / math.sqrt(2), abs=5 / math.sqrt(100_000))


def test_a_random_walk_has_no_damping():
    walk = np.random.default_rng(1).standard_normal(100_000).cumsum()
    assert abs(damping(walk)) < 5 / math.sqrt(100_000)


@given(st.integers(0, 2**32 - 1), st.integers(9, 200))
def test_with_central_differences_only_the_two_ends_count(seed, length):
    """Any order of what lies between gives the same numerator: the test cannot see damping."""
    draw = np.random.default_rng(seed)
    gaps = draw.random(length)
    middle, change = (gaps[:-1] + gaps[1:]) / 2, np.diff(gaps)
    numerator = (middle * change).sum()
    # A sum of `length` terms below one.
    assert numerator == pytest.approx(
        (gaps[-1] ** 2 - gaps[0] ** 2) / 2, abs=4 * length * np.finfo(float).eps
    )
    expected = (numerator - len(change) * middle.mean() * change.mean()) / np.sqrt(
        ((middle - middle.mean()) ** 2).sum() * ((change - change.mean()) ** 2).sum()
    )
    assert central_damping(gaps) == pytest.approx(expected, abs=1000 * length * np.finfo(float).eps)
