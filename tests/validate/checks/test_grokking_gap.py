"""P10 on series made by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.checks import grokking_gap
from spectral_edge.validate.checks.grokking_controls import TITLE
from spectral_edge.validate.checks.grokking_gap import RECORD, fall, judge
from spectral_edge.validate.profiles import FLOAT64, FROZEN
from spectral_edge.validate.verdict import Verdict

GROKS = (150,) * 6
FOLD = RECORD.constants["fold"]


def spectra(gaps):
    """Spectra whose g_23 is the given series."""
    gaps = np.asarray(gaps, dtype=float)
    flat = np.ones((len(gaps), 5))
    flat[:, 0], flat[:, 1], flat[:, 2] = 20.0, np.sqrt(4 + gaps), 2.0
    return flat


FALLING = spectra(np.geomspace(10, 0.1, 12))
FLAT = spectra(np.full(12, 3.0))


@pytest.fixture
def with_nulls(monkeypatch, nulls_like):
    def use(sigma):
        monkeypatch.setattr(grokking_gap, "null_spectra", lambda *_: nulls_like(sigma))

    return use


def test_a_fall_that_only_grokking_seeds_show_is_supported(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    found = judge(in_context({"decay": made_run(FALLING, GROKS), "no-decay": made_run(FLAT)}))
    assert found.verdict is Verdict.SUPPORTED
    assert (found.value.value, found.null.value) == (1.0, 0.0)


@pytest.mark.parametrize("twins, nulls", [(FALLING, FLAT), (FLAT, FALLING)])
def test_a_fall_that_the_twins_or_a_null_show_too_is_uninformative(
    made_run, in_context, with_nulls, twins, nulls
):
    with_nulls(nulls)
    found = judge(in_context({"decay": made_run(FALLING, GROKS), "no-decay": made_run(twins)}))
    assert found.verdict is Verdict.UNINFORMATIVE


def test_other_arms_are_shown_and_decide_nothing(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    runs = {"decay": made_run(FALLING, GROKS), "no-decay": made_run(FLAT)}
    alone = judge(in_context(runs))
    late = made_run(FALLING, (170, None, None, None, None, None))
    beside = judge(in_context(runs | {FLOAT64: late, FROZEN: made_run(FLAT)}))
    assert (beside.verdict, beside.value, beside.null, beside.counts) == (
        alone.verdict,
        alone.value,
        alone.null,
        alone.counts,
    )
    table = beside.tables[-1]
    assert table.title == TITLE
    assert [row[2] for row in table.rows[:2]] == [170.0, None]
    assert {row[3] for row in table.rows} == {150.0}
    told = beside.extra["Other arms"]
    assert "softmax in float64: 1 of 6 grok, 6 of 6" in told
    assert "features frozen: 0 of 6 grok, 0 of 6" in told
    assert "Other arms" not in alone.extra


def test_no_fall_refutes(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    assert (
        judge(in_context({"decay": made_run(FLAT, GROKS), "no-decay": made_run(FLAT)})).verdict
        is Verdict.REFUTED
    )


def test_a_fall_after_grokking_does_not_count(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    late = spectra([3.0] * 6 + [0.1] * 6)  # the sixth window is at step 110
    before = judge(in_context({"decay": made_run(late, (110,) * 6), "no-decay": made_run(FLAT)}))
    after = judge(in_context({"decay": made_run(late, (120,) * 6), "no-decay": made_run(FLAT)}))
    assert (before.verdict, after.verdict) == (Verdict.REFUTED, Verdict.SUPPORTED)


def test_when_no_seed_groks_nothing_can_be_said(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    found = judge(in_context({"decay": made_run(FALLING), "no-decay": made_run(FLAT)}))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.value.value is None
    assert found.value.note == "no seed grokked"


def test_too_few_grokking_seeds_are_inconclusive_and_the_others_are_listed(made_run, in_context, with_nulls):
    with_nulls(FLAT)
    found = judge(
        in_context(
            {"decay": made_run(FALLING, (150, 150, None, None, None, None)), "no-decay": made_run(FLAT)}
        )
    )
    assert found.verdict is Verdict.INCONCLUSIVE
    assert sum(row[2] is None and row[0] == "with decay" for row in found.tables[0].rows) == 4


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20), st.floats(1e-3, 1e3))
def test_a_fall_is_at_least_one_and_does_not_depend_on_units(series, scale):
    found = fall(np.array(series))
    assert found >= 1
    assert fall(scale * np.array(series)) == pytest.approx(found, rel=8 * np.finfo(float).eps)


@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20))
def test_a_last_value_below_the_floor_makes_no_fall(series):
    assert math.isnan(fall(np.array([*series, np.nan])))
    assert math.isnan(fall(np.array([*series, 0.0])))
