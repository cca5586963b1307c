"""P01: the ratio to the detection threshold, and that noise alone passes it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spectral_edge.validate.checks import detection
from spectral_edge.validate.checks.detection import judge, threshold_ratio
from spectral_edge.validate.nulls import white_noise
from spectral_edge.validate.verdict import Verdict

EPS = np.finfo(float).eps


def naive(sigma, length):
    """Transcribed from the definition: ν² = mean of the lower half of λ over p; d_crit = ν (p(W−1))^{1/4}."""
    window = len(sigma)
    lower = [s**2 for s in sigma[window // 2 :]]
    nu = (sum(lower) / len(lower) / length) ** 0.5
    return sigma[-1] / (nu * (length * (window - 1)) ** 0.25)


@given(arrays(float, st.integers(2, 12), elements=st.floats(0.01, 100)), st.integers(2, 10**6))
def test_the_compiled_threshold_is_the_definition(values, length):
    sigma = np.sort(values)[::-1]
    assert threshold_ratio(sigma, length) == pytest.approx(naive(sigma, length), rel=32 * EPS)


@given(arrays(float, 6, elements=st.floats(0.01, 100)), st.floats(1e-3, 1e3))
def test_the_ratio_does_not_depend_on_units(values, scale):
    sigma = np.sort(values)[::-1]
    assert threshold_ratio(scale * sigma, 50) == pytest.approx(
        float(threshold_ratio(sigma, 50)), rel=32 * EPS
    )


@pytest.mark.parametrize("length", [1_000, 30_000])
def test_white_noise_passes_the_sources_test_by_a_factor_that_grows_with_the_number_of_parameters(length):
    """For W ≪ p all singular values of noise are near ν√p, so the ratio is near (p/(W−1))^{1/4}."""
    sigma = white_noise(10, length, 20, 4, 0).sigma
    expected = (length / 9) ** 0.25
    assert np.abs(threshold_ratio(sigma, length) / expected - 1).max() < 4 * np.sqrt(10 / length)


def test_runs_above_the_threshold_are_uninformative_because_noise_is_above_it_too(made_run, in_context):
    flat = made_run([5.0, 4.9, 4.8, 4.7, 4.6])
    found = judge(in_context({"decay": flat, "no-decay": flat}))
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.value.value > 1
    assert found.null.value > 1


def test_runs_above_the_threshold_are_supported_when_the_nulls_are_below(
    monkeypatch, made_run, in_context, nulls_like
):
    monkeypatch.setattr(
        detection, "null_spectra", lambda *_: nulls_like(np.tile([5.0, 4, 3, 3, 1e-3], (12, 1)))
    )
    flat = made_run([5.0, 4.9, 4.8, 4.7, 4.6])
    assert judge(in_context({"decay": flat, "no-decay": flat})).verdict is Verdict.SUPPORTED


def test_runs_below_the_threshold_refute(made_run, in_context):
    steep = made_run([5.0, 4.0, 3.0, 3.0, 1e-3])
    assert judge(in_context({"decay": steep, "no-decay": steep})).verdict is Verdict.REFUTED


def test_numbers_below_the_precision_floor_are_inconclusive(made_run, in_context):
    unresolved = made_run([5.0, 4.0, 3.0, 3.0, 0.0])
    found = judge(in_context({"decay": unresolved, "no-decay": unresolved}))
    assert found.verdict is Verdict.INCONCLUSIVE
