"""P05 on series made by hand: what a rise, a plateau and a collapse are, and who may show them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.spectrum.gap import gap_ratio
from spectral_edge.validate.checks import course as module
from spectral_edge.validate.checks.course import CHECKS, course, factors
from spectral_edge.validate.checks.run_series import SMOOTH, WALK, Windows
from spectral_edge.validate.verdict import Verdict

from .worlds import spectra_of_ratios

JUDGE = {check.statement: check.judge for check in CHECKS}["P05.transformer"]
STEPS = np.arange(60, 180, 10)

HUMP = [1.1, 1.1, 1.2, 2.0, 3.0, 3.1, 3.0, 3.1, 2.9, 1.3, 1.1, 1.1]
FLAT = [2.0] * 12
RISING = list(np.linspace(1.1, 4.0, 12))
SPIKE = [1.1] * 5 + [5.0] + [1.1] * 6


@pytest.fixture
def with_nulls(monkeypatch):
    def use(**series):
        def made(*_):
            found = {}
            for key, name in (("walk", WALK), ("smooth", SMOOTH)):
                sigma = np.broadcast_to(spectra_of_ratios(series.get(key, FLAT)), (6, 12, 5)).copy()
                found[name] = Windows(sigma, sigma > 0, STEPS, np.empty(0), 100)
            return found

        monkeypatch.setattr(module, "spectra_that_know_nothing", made)

    return use


def test_a_hump_that_nulls_lack_is_supported(made_run, in_context, with_nulls):
    with_nulls()
    found = JUDGE(in_context({"transformer": made_run(spectra_of_ratios(HUMP))}))
    assert found.verdict is Verdict.SUPPORTED
    assert found.value.value == 1.0


@pytest.mark.parametrize("null", ["walk", "smooth"])
def test_a_hump_that_a_null_shows_too_is_uninformative(made_run, in_context, with_nulls, null):
    with_nulls(**{null: HUMP})
    assert (
        JUDGE(in_context({"transformer": made_run(spectra_of_ratios(HUMP))})).verdict is Verdict.UNINFORMATIVE
    )


HARDLY_FALLING = [1.1] * 3 + [3.0] * 6 + [2.5] * 3


@pytest.mark.parametrize(
    "series",
    [FLAT, RISING, RISING[::-1], SPIKE, HARDLY_FALLING, HARDLY_FALLING[::-1]],
    ids=["flat", "rise", "fall", "spike", "hardly a fall", "hardly a rise"],
)
def test_anything_else_refutes(made_run, in_context, with_nulls, series):
    with_nulls()
    assert JUDGE(in_context({"transformer": made_run(spectra_of_ratios(series))})).verdict is Verdict.REFUTED


def test_collapses_at_all_times_are_no_common_one(made_run, in_context, with_nulls):
    with_nulls()
    humps = [[1.1] * at + [3.0] * 3 + [1.1] * (9 - at) for at in (1, 2, 4, 5, 6, 8)]
    found = JUDGE(in_context({"transformer": made_run(np.stack([spectra_of_ratios(h) for h in humps]))}))
    assert found.verdict is not Verdict.SUPPORTED


def test_seeds_below_the_floor_are_left_out_and_listed(made_run, in_context, with_nulls):
    with_nulls()
    sigma = np.tile(spectra_of_ratios(HUMP), (6, 1, 1))
    sigma[:5, 4:, 1:] = 0.0
    found = JUDGE(in_context({"transformer": made_run(sigma)}))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.counts["data"] == (1, 1)
    assert "5 of 6 could not take the test" in found.reason


def test_the_collapse_is_where_half_the_height_is_lost():
    found = course(np.array(HUMP), STEPS)
    assert found is not None
    assert found.rise == pytest.approx(3.1 / 1.1)
    assert found.fall == pytest.approx(3.1 / 1.1)
    assert found.collapse == pytest.approx(140 / 170)  # the last of the five windows that are up
    assert found.plateau == pytest.approx((140 - 90) / 170)


ratios = st.lists(st.floats(1.0, 100.0), min_size=3, max_size=60).map(np.array)


@given(ratios, st.floats(0.5, 2.0))
def test_the_factor_is_at_least_one_and_knows_neither_scale_nor_direction_of_time(series, scale):
    steps = np.arange(1, len(series) + 1)
    (number,) = factors([course(series, steps)])
    assert number >= 1.0
    found, mirrored = course(series, steps), course(series[::-1], steps)
    # Logarithms up to log 200 and back: a few roundings of that size.
    bound = 20 * np.log(200) * np.finfo(float).eps
    assert (mirrored.rise, mirrored.fall) == pytest.approx((found.fall, found.rise), rel=bound)
    scaled = course(scale * series, steps)
    assert (scaled.rise, scaled.fall) == pytest.approx((found.rise, found.fall), rel=bound)


def test_the_spectra_made_here_have_the_ratios_asked_for():
    np.testing.assert_allclose(gap_ratio(spectra_of_ratios(HUMP)), HUMP, rtol=4 * np.finfo(float).eps)
