"""P02 and P03 on spectra made by hand: planted truths and planted artefacts get the verdicts they deserve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.checks import gap_position
from spectral_edge.validate.checks.gap_position import judge_bound, judge_position, most_frequent
from spectral_edge.validate.verdict import Verdict

FIRST = [10.0, 1.0, 0.9, 0.8, 0.7]
LAST = [10.0, 9.0, 8.0, 7.0, 0.1]
GROKS = (150,) * 6


def spectra(row, records=12):
    return np.tile(np.array(row), (records, 1))


@pytest.fixture
def with_nulls(monkeypatch, nulls_like):
    def use(row):
        monkeypatch.setattr(gap_position, "null_spectra", lambda *_: nulls_like(spectra(row)))

    return use


def test_a_gap_behind_the_first_mode_that_nulls_lack_is_supported(made_run, in_context, with_nulls):
    with_nulls(LAST)
    found = judge_position(in_context({"decay": made_run(FIRST, GROKS)}))
    assert found.verdict is Verdict.SUPPORTED
    assert (found.value.value, found.null.value) == (1.0, 0.0)


def test_the_same_gap_is_uninformative_when_a_null_has_it_too(made_run, in_context, with_nulls):
    with_nulls(FIRST)
    found = judge_position(in_context({"decay": made_run(FIRST, GROKS)}))
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.null.value == 1.0


def test_a_gap_elsewhere_refutes(made_run, in_context, with_nulls):
    with_nulls(LAST)
    run = made_run(LAST, GROKS)
    assert judge_position(in_context({"decay": run})).verdict is Verdict.REFUTED
    assert judge_bound(in_context({"decay": run, "no-decay": run})).verdict is Verdict.REFUTED


def test_a_gap_at_the_bound_counts_for_the_bound_and_not_for_the_first_position(
    made_run, in_context, with_nulls
):
    with_nulls(LAST)
    run = made_run([10.0, 9.0, 8.0, 0.2, 0.1], GROKS)
    assert judge_bound(in_context({"decay": run, "no-decay": run})).verdict is Verdict.SUPPORTED
    assert judge_position(in_context({"decay": run})).verdict is Verdict.REFUTED


def test_seeds_that_never_grok_are_listed_but_not_counted(made_run, in_context, with_nulls):
    with_nulls(LAST)
    found = judge_position(in_context({"decay": made_run(FIRST, (150, 150, 150, None, None, None))}))
    assert found.verdict is Verdict.INCONCLUSIVE  # three of three cannot show a majority
    assert [row for row in found.tables[0].rows if row[0] == "decay" and row[2] is None]


def test_only_windows_up_to_grokking_count_for_the_first_position(made_run, in_context, with_nulls):
    with_nulls(LAST)
    sigma = np.tile(np.array(LAST), (6, 12, 1))
    sigma[:, :4] = FIRST  # windows at steps 60 to 90
    assert judge_position(in_context({"decay": made_run(sigma, (90,) * 6)})).verdict is Verdict.SUPPORTED
    assert judge_position(in_context({"decay": made_run(sigma, (170,) * 6)})).verdict is Verdict.REFUTED


@given(st.lists(st.integers(0, 6), max_size=30))
def test_the_most_frequent_position_is_the_one_counted_most_and_ties_go_against_the_claim(positions):
    found = most_frequent(np.array(positions, dtype=np.int64))
    counts = {k: positions.count(k) for k in set(positions) if k > 0}
    if not counts:
        assert found == 0
    else:
        assert found == max(k for k, count in counts.items() if count == max(counts.values()))
