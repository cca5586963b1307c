"""When a series raises an alarm: by its own past alone, and not before it can be known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from spectral_edge.validate.warning import Band, Fold, Rule, alarms, false_alarms

SERIES = npst.arrays(
    np.float64,
    (3, 14),
    elements=st.one_of(st.floats(-50, 50).map(lambda x: round(x, 3)), st.just(float("nan"))),
)
STEPS = np.arange(14) * 10 + 30


def slowly(series: np.ndarray, steps: np.ndarray, rule: Rule) -> list[float]:
    """The rule as it is said, one record after another."""
    found = []
    for row in series:
        first = [x for x in row[: rule.first] if np.isfinite(x)]
        alarm, streak = float("nan"), 0
        if len(first) * 2 >= rule.first:
            middle = np.median(first)
            spread = np.median([abs(x - middle) for x in first])
            for x, step in zip(row[rule.first :], steps[rule.first :], strict=True):
                if isinstance(rule, Band):
                    above, below = x > middle + rule.width * spread, x < middle - rule.width * spread
                else:
                    above, below = x > rule.factor * middle, x * rule.factor < middle
                out = {"up": above, "down": below, "either": above or below}[rule.direction]
                streak = streak + 1 if out else 0
                if streak == rule.stay:
                    alarm = float(step)
                    break
        found.append(alarm)
    return found


RULES = st.one_of(
    st.builds(Band, first=st.integers(1, 6), stay=st.integers(1, 3), direction=st.sampled_from(["up", "down", "either"]),
              width=st.sampled_from([1.0, 3.0, 5.0])),
    st.builds(Fold, first=st.integers(1, 6), stay=st.integers(1, 3), direction=st.sampled_from(["up", "down", "either"]),
              factor=st.sampled_from([2.0, 10.0])),
)  # fmt: skip


@given(SERIES, RULES)
def test_alarms_are_those_of_the_rule_read_word_by_word(series, rule) -> None:
    np.testing.assert_array_equal(alarms(series, STEPS, rule).step, slowly(series, STEPS, rule))


@given(SERIES, RULES, st.integers(7, 13))
def test_what_comes_after_an_alarm_does_not_change_it(series, rule, end) -> None:
    whole = alarms(series, STEPS, rule).step
    other = series.copy()
    other[:, end:] = 1e6
    early = whole < STEPS[end]
    np.testing.assert_array_equal(alarms(other, STEPS, rule).step[early], whole[early])


@given(st.floats(0.01, 100), RULES)
def test_an_alarm_does_not_depend_on_the_unit_of_the_series(scale, rule) -> None:
    series = np.exp(np.random.default_rng(0).standard_normal((4, 14)))
    # Powers of two, so that nothing is rounded.
    scaled = series * 2.0 ** round(np.log2(scale))
    np.testing.assert_array_equal(alarms(series, STEPS, rule).step, alarms(scaled, STEPS, rule).step)


def test_an_alarm_is_dated_when_it_can_be_known_and_not_when_it_began() -> None:
    series = np.array([[0.0, 1, 0, 1, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9]])
    assert alarms(series, STEPS, Band(first=4, stay=1)).step == [80]
    assert alarms(series, STEPS, Band(first=4, stay=3)).step == [100]


def test_a_seed_without_an_alarm_is_censored_where_it_was_last_known() -> None:
    series = np.zeros((2, 14))
    series[1, 9:] = np.nan
    found = alarms(series, STEPS, Band(first=4))
    assert not found.seen.any()
    assert found.watched.tolist() == [160, 110]


def test_noise_alone_rarely_raises_an_alarm_that_has_to_stay() -> None:
    noise = np.random.default_rng(1).standard_normal((200, 60))
    steps = np.arange(60)
    once = false_alarms(noise, steps, Band(first=20, stay=1, width=5.0))
    stays = false_alarms(noise, steps, Band(first=20, stay=3, width=5.0))
    assert stays.passed == 0 < once.passed < 60


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"first": 0}, "first=0"),
        ({"first": 2, "stay": 0}, "stay=0"),
        ({"first": 2, "direction": "left"}, "up, down"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(settings, told) -> None:
    with pytest.raises(ValueError, match=told):
        Band(**settings)


def test_series_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"give \(S, R\) and \(R,\)"):
        alarms(np.zeros((2, 3)), STEPS, Band(first=2))
    with pytest.raises(ValueError, match="needs at least 16"):
        alarms(np.zeros((2, 14)), STEPS, Band(first=14, stay=2))
