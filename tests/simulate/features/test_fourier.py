"""Which part of a function of a residue is one mode, and in which basis a product is a sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.features import concentration, discrete_logarithms

EPS = np.finfo(float).eps


def slowly(signal: np.ndarray, answers: np.ndarray, period: int) -> tuple[float, int]:
    """Cosine and sine sums over the answers, one frequency after another."""
    means = np.array([signal[answers == q].mean() if (answers == q).any() else np.nan for q in range(period)])
    means = np.where(np.isnan(means), 0.0, means - np.nanmean(means))
    q = np.arange(period)
    power = []
    for f in range(1, period // 2 + 1):
        cosine, sine = np.cos(2 * np.pi * f * q / period), np.sin(2 * np.pi * f * q / period)
        weight = 1 if 2 * f == period else 2
        power.append(weight * ((means @ cosine) ** 2 + (means @ sine) ** 2))
    return max(power) / sum(power), int(np.argmax(power)) + 1


@given(st.sampled_from([5, 6, 22, 23]), st.integers(0, 1000))
def test_the_share_is_that_of_the_sums_written_out(period, seed) -> None:
    draw = np.random.default_rng(seed)
    answers = draw.integers(0, period, 4 * period)
    signal = draw.standard_normal((3, 4 * period))
    shares, peaks = concentration(signal, answers, period)
    for row, share, peak in zip(signal, shares, peaks, strict=True):
        wanted = slowly(row, answers, period)
        assert share == pytest.approx(wanted[0], rel=1e3 * EPS)
        assert peak == wanted[1]


@given(st.sampled_from([22, 23]), st.integers(1, 11), st.floats(0.1, 3), st.floats(-5, 5))
def test_a_single_mode_has_all_the_power_whatever_its_phase_and_mean(period, frequency, phase, mean) -> None:
    if 2 * frequency == period:
        phase = 0.0  # the shortest wave has one phase; at another it may vanish
    answers = np.tile(np.arange(period), 3)
    shares, peaks = concentration(
        mean + np.cos(2 * np.pi * frequency * answers / period + phase), answers, period
    )
    assert shares == pytest.approx(1, abs=1e4 * EPS)
    assert peaks == frequency


def test_noise_has_no_mode_and_a_constant_has_no_share() -> None:
    answers = np.arange(23)
    noise = np.random.default_rng(0).standard_normal((40_000, 23))
    # The largest of 11 shares at random is on average (1 + 1/2 + … + 1/11)/11; of 10 or of 12 it differs by 0.015 or
    # more. One share spreads by less than 0.1, and so their mean by 0.1/√40000: the bound is six times that.
    expected = sum(1 / k for k in range(1, 12)) / 11
    assert concentration(noise, answers, 23)[0].mean() == pytest.approx(expected, abs=0.003)
    assert np.isnan(concentration(np.full(23, 7.0), answers, 23)[0])


@pytest.mark.parametrize("modulus", [2, 3, 5, 7, 23, 97])
def test_logarithms_turn_products_into_sums(modulus) -> None:
    log = discrete_logarithms(modulus)
    a, b = np.meshgrid(np.arange(1, modulus), np.arange(1, modulus))
    np.testing.assert_array_equal((log[a] + log[b]) % (modulus - 1), log[a * b % modulus])
    assert sorted(log[1:]) == list(range(modulus - 1))


@pytest.mark.parametrize("modulus", [4, 9, 15])
def test_without_a_prime_there_are_no_logarithms(modulus) -> None:
    with pytest.raises(ValueError, match="give a prime"):
        discrete_logarithms(modulus)


def test_answers_outside_the_period_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 to 4"):
        concentration(np.zeros(3), np.array([0, 1, 5]), 5)
    with pytest.raises(ValueError, match="one per input"):
        concentration(np.zeros(3), np.array([0, 1]), 5)
