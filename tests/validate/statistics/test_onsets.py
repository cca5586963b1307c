"""Onsets that may never happen: product-limit estimates from the definition, and leads with a known sign."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.onsets import Onsets, leads

NEVER = np.nan


def onsets(*steps: float, watched: float = 1000.0) -> Onsets:
    return Onsets(np.array(steps, dtype=float), np.full(len(steps), watched))


def product_limit_median(step: np.ndarray, watched: np.ndarray) -> float:
    """The first time at which Π (1 − d/n) over the onsets so far is at most one half."""
    surviving = 1.0
    ends = np.where(np.isfinite(step), step, watched)
    for time in np.unique(step[np.isfinite(step)]):
        at_risk = int(np.sum(ends >= time))
        surviving *= 1 - int(np.sum(step == time)) / at_risk
        if surviving <= 0.5 + 1e-12:
            return float(time)
    return float("inf")


@given(st.lists(st.tuples(st.integers(1, 50), st.booleans()), min_size=1, max_size=20))
def test_the_median_is_that_of_the_product_limit_estimate(pairs):
    watched = np.array([float(t) for t, _ in pairs])
    step = np.where([seen for _, seen in pairs], watched, NEVER)
    assert Onsets(step, watched).median() == product_limit_median(step, watched)


def test_dropping_the_seeds_that_never_got_there_would_make_onsets_look_early():
    everyone = onsets(300, 400, 500, NEVER, NEVER, NEVER, NEVER)
    assert everyone.median() == np.inf
    assert onsets(300, 400, 500).median() == 400


def test_earlier_is_a_matter_of_which_group_and_never_of_its_name():
    early, late = onsets(100, 120, 130, 150, 160), onsets(700, 800, NEVER, NEVER, NEVER)
    assert early.earlier_than(late) < 0.01
    assert late.earlier_than(early) > 0.99
    with pytest.raises(ValueError, match="no onset in either group"):
        onsets(NEVER).earlier_than(onsets(NEVER))


def test_a_lead_has_a_sign_wherever_one_of_the_two_was_seen():
    found = leads(onsets(100, 100, NEVER, NEVER), onsets(250, NEVER, 250, NEVER))
    assert found[:3].tolist() == [150, np.inf, -np.inf] and np.isnan(found[3])
    with pytest.raises(ValueError, match="1 signals and 2 events"):
        leads(onsets(1), onsets(1, 2))


def test_onsets_beyond_what_was_watched_are_refused():
    with pytest.raises(ValueError, match=r"onsets \[2000.0\] lie after the last steps watched, \[1000.0\]"):
        onsets(100, 2000)
    with pytest.raises(ValueError, match="give one of each per seed"):
        Onsets(np.array([1.0]), np.array([1.0, 2.0]))
