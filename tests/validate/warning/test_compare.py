"""Who came first, with alarms that were never raised."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.statistics.onsets import Onsets
from spectral_edge.validate.warning import contest

NAN = float("nan")


def onsets(*steps: float) -> Onsets:
    return Onsets(np.array(steps), np.full(len(steps), 100.0))


def test_an_alarm_that_is_never_raised_comes_last_and_no_seed_is_left_out() -> None:
    found = contest(
        "b", onsets(10, 20, NAN, NAN, 5), onsets(20, 20, 30, NAN, NAN), onsets(50, 50, 50, 50, NAN)
    )
    assert (found.wins, found.losses, found.ties) == (2, 1, 2)
    assert found.p == pytest.approx(0.5)  # two or three of three heads


def test_being_earlier_in_every_seed_is_significant_and_being_later_is_not() -> None:
    early, late, event = onsets(*range(10)), onsets(*range(20, 30)), onsets(*[50] * 10)
    assert contest("b", early, late, event).p == pytest.approx(2.0**-10)
    assert contest("b", late, early, event).p == 1


def test_leads_are_steps_before_the_event() -> None:
    found = contest("b", onsets(10, 20, 30, 40), onsets(60, 60, 60, 60), onsets(50, 50, 50, 50))
    assert (found.claimed.value, found.baseline.value) == (20, -10)


def test_where_nothing_was_raised_there_is_nothing_to_count() -> None:
    found = contest("b", onsets(NAN, NAN), onsets(NAN, NAN), onsets(50, 50))
    assert (found.wins, found.losses, found.ties, found.p) == (0, 0, 2, 1.0)


def test_different_numbers_of_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="within a seed"):
        contest("b", onsets(1.0), onsets(1.0, 2.0), onsets(1.0))
