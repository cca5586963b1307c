"""P06 on updates made by hand: which modes survive is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.checks import mode_stability, up_to_grokking
from spectral_edge.validate.checks.mode_stability import RECORDS, by_gap, half_stability, judge
from spectral_edge.validate.checks.update_nulls import null_updates
from spectral_edge.validate.updates import updates_of
from spectral_edge.validate.verdict import Verdict

SEEDS, ROWS, P = 6, 24, 120
GROKS = (240,) * SEEDS
NULLS = RECORDS["P06"].nulls


def turning(degrees, axes, rows=ROWS):
    """A direction that turns by so many degrees per row in the plane of two axes, ``(rows, P)``."""
    angle = np.radians(degrees) * np.arange(rows)
    found = np.zeros((rows, P))
    found[:, axes[0]], found[:, axes[1]] = np.cos(angle), np.sin(angle)
    return found


def made(turn, sizes):
    """Updates ``(S, T, P)``: a strong steady mode, a weaker one that turns by ``turn`` degrees per row, a steady third.

    Their courses in time are orthogonal over any five rows, half a window: none of them mixes with another.
    """
    phase = 2 * np.pi * np.arange(ROWS)[:, None] / 5
    second, third = np.sqrt(2) * np.cos(phase), np.sqrt(2) * np.cos(2 * phase)
    steady, turned, weak = turning(0, (0, 1)), turning(turn, (2, 3)), turning(0, (4, 5))
    rest = 0.3 * np.random.default_rng(0).normal(size=(SEEDS, ROWS, P))
    return sizes[0] * steady + sizes[1] * second * turned + sizes[2] * third * weak + rest


ORDERED = made(12, (20, 6, 0))  # halves lie 60° apart in the second mode
REVERSED = made(18, (60, 6, 3))  # 90°, and not at all in the third


@pytest.fixture
def with_nulls(monkeypatch, moving_run):
    def use(updates):
        def instead(found, description, replicates, names, seed):
            null = updates_of(moving_run(updates)).until(np.full(SEEDS, 240.0))
            return dict.fromkeys(names, null)

        monkeypatch.setattr(up_to_grokking, "null_updates", instead)

    return use


def test_stable_dominant_modes_that_nulls_lack_are_supported(moving_run, in_context, with_nulls):
    with_nulls(REVERSED)
    found = judge("P06", in_context({"decay": moving_run(ORDERED, GROKS)}))
    assert found.verdict is Verdict.SUPPORTED
    assert (found.value.value, found.null.value) == (1.0, 0.0)
    columns, row = found.tables[1].columns, found.tables[1].rows[0]
    told = dict(zip(columns, row, strict=True))
    assert told["α dominant"] > 0.99
    assert 0.3 < told["α gap"] < 0.8
    assert told["α subdominant"] < 0.3


def test_the_same_order_is_uninformative_when_a_null_has_it_too(moving_run, in_context, with_nulls):
    with_nulls(ORDERED)
    assert judge("P06", in_context({"decay": moving_run(ORDERED, GROKS)})).verdict is Verdict.UNINFORMATIVE


def test_dominant_modes_that_turn_refute(moving_run, in_context, with_nulls):
    with_nulls(REVERSED)
    assert judge("P06", in_context({"decay": moving_run(REVERSED, GROKS)})).verdict is Verdict.REFUTED


def test_windows_after_grokking_do_not_count(moving_run, in_context, with_nulls):
    with_nulls(REVERSED)
    late = REVERSED.copy()
    late[:, :12] = ORDERED[:, :12]
    early, all_of_it = (
        judge("P06", in_context({"decay": moving_run(late, (at,) * SEEDS)})) for at in (120, 240)
    )
    assert early.verdict is Verdict.SUPPORTED
    place = early.tables[1].columns.index("windows")
    assert (early.tables[1].rows[0][place], all_of_it.tables[1].rows[0][place]) == (2.0, 14.0)
    assert early.tables[1].rows[0][2] > all_of_it.tables[1].rows[0][2]


def test_seeds_that_do_not_grok_are_listed_and_not_counted(moving_run, in_context, with_nulls):
    with_nulls(REVERSED)
    found = judge("P06", in_context({"decay": moving_run(ORDERED, (240, 240, 240, None, None, None))}))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert [np.isnan(row[2]) for row in found.tables[1].rows[:SEEDS]] == [False] * 3 + [True] * 3


def test_without_any_grokking_the_drawn_nulls_are_of_nothing(moving_run, in_context):
    found = judge("P06", in_context({"decay": moving_run(ORDERED)}))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.value.value is None and found.value.note


def in_rising_order(stability, position):
    return by_gap(stability[..., ::-1], position)


def what_is_lost(stability, position):
    return by_gap(1 - stability, position)


@pytest.mark.parametrize("altered", [in_rising_order, what_is_lost])
def test_an_altered_measure_of_stability_changes_the_verdict(
    moving_run, in_context, with_nulls, monkeypatch, altered
):
    with_nulls(REVERSED)
    context = in_context({"decay": moving_run(ORDERED, GROKS)})
    assert judge("P06", context).verdict is Verdict.SUPPORTED
    monkeypatch.setattr(mode_stability, "by_gap", altered)
    assert judge("P06", context).verdict is not Verdict.SUPPORTED


def test_a_random_walk_with_the_same_norms_is_not_ordered_in_most_replicates(moving_run):
    run = moving_run(ORDERED)
    updates = updates_of(run).until(np.full(SEEDS, 240.0))
    nulls = null_updates(updates, run.description, 48, NULLS[:1], 1)
    walk = mode_stability.stability_scores("walk", nulls[NULLS[0]], 10)
    assert not walk.share(lambda values, at: values > at, 0.0).majority


@given(st.integers(0, 2**16), st.sampled_from([6, 7, 10]))
def test_stability_is_the_cosine_between_singular_vectors_of_the_halves(seed, window):
    rows = np.random.default_rng(seed).normal(size=(1, window, 30)) * np.geomspace(1, 3, window)[:, None]
    made = updates_from(rows)
    found = half_stability(made.windows(window))[0, 0]
    half = window // 2
    before, after = (
        np.linalg.svd(part, full_matrices=False)[2] for part in (rows[0, :half], rows[0, -half:])
    )
    known = np.isfinite(found)
    assert known[0]
    expected = np.abs(np.sum(before * after, axis=1))
    # Directions of neighbouring values mix by the rounding over their distance; these stay apart by 1e-6 or are unknown.
    np.testing.assert_allclose(found[known], expected[known], atol=1e-6)


def updates_from(rows):
    from spectral_edge.validate.updates import Updates

    count = rows.shape[1]
    units = tuple(range(len(rows)))
    rounding = np.zeros(rows.shape[:2])
    return Updates(
        units, rows @ rows.transpose(0, 2, 1), rounding, np.full(len(rows), count), 10, rows.shape[2]
    )


@given(st.lists(st.floats(0, 1), min_size=3, max_size=6), st.integers(0, 7))
def test_classes_are_means_above_the_gap_below_it_and_of_the_rest(stability, position):
    found = by_gap(np.array([[stability]]), np.array([[position]]))
    if not 1 <= position <= len(stability) - 2:
        assert all(np.isnan(one).all() for one in found)
        return
    expected = (
        np.mean(stability[:position]),
        stability[position],
        np.mean(stability[position + 1 :]),
    )
    np.testing.assert_allclose([float(one[0, 0]) for one in found], expected, atol=1e-15)


def test_modes_of_the_rest_that_rounding_hides_are_left_out_and_others_take_the_window_with_them():
    hidden = float("nan")
    found = by_gap(np.array([[[0.9, 0.5, 0.2, hidden], [0.9, hidden, 0.2, 0.1]]]), np.array([[1, 1]]))
    np.testing.assert_allclose([float(one[0, 0]) for one in found], (0.9, 0.5, 0.2))
    assert all(np.isnan(one[0, 1]) for one in found)
