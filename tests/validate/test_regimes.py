"""Labels of regimes: the table, its borders, and that nothing but accuracies decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.regimes import Regime, Rule, Watched, label

STEPS = np.arange(0, 110, 10)
ENDS = np.arange(40, 110, 10)
SPAN, NEWEST = 40, 10
P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED


def watch(held_out, train=None, **settings) -> Watched:
    held_out = np.atleast_2d(np.asarray(held_out, dtype=float))
    others = {"train": np.ones_like(held_out) if train is None else np.atleast_2d(train)}
    return Watched(STEPS, held_out, others, **settings)


def run(held_out, rule=None, **settings):
    return label(watch(held_out, **settings), ENDS, SPAN, NEWEST, rule)


def test_a_jump_is_a_transition_where_the_newest_row_meets_it_and_only_there():
    found = run(np.where(STEPS < 60, 0.1, 0.9))[0]
    # The accuracy jumps after step 50 and by step 60; windows that hold it farther back are no plateau either.
    assert found.tolist() == [P, P, T, U, U, U, P]


def test_a_slow_rise_is_a_transition_from_a_tenth_to_nine_tenths_of_its_way():
    found = run(np.clip((STEPS - 40) / 50, 0, 1))[0]  # 0 until 40, then a fifth every 10 steps
    assert found.tolist() == [P, T, T, T, T, T, U]


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from([0.0, 0.1, 0.5]))
def test_every_change_of_another_accuracy_falls_into_one_row_of_the_table(before, after, chance):
    rule, change = Rule(), after - before
    if change <= -rule.step and before >= chance + rule.learned:
        wanted = F
    elif abs(change) < rule.still:
        wanted = P
    else:
        wanted = U
    series = np.where(STEPS < 100, before, after)
    assert run(np.full(len(STEPS), 0.5), train=series, chance=chance)[0, -1] == wanted


def test_a_fall_of_what_was_learned_is_forgetting_also_while_the_new_task_is_learned():
    first = np.where(STEPS < 60, 0.9, 0.1)
    second = np.where(STEPS < 60, 0.9, np.clip((STEPS - 60) / 30, 0, 1))
    found = run(second, train=first, switches=(60,))[0]
    assert found[0] == P and (found[2:6] == F).all()


def test_a_switch_of_task_begins_a_new_rise():
    """The second task is learned less well than the first was: seen as one task, nothing ever rises."""
    held_out = np.where(STEPS < 60, 0.9, np.clip((STEPS - 60) / 30, 0, 0.8))
    known, unknown = (
        label(watch(held_out, switches=switches), ENDS, 10, NEWEST)[0] for switches in ((60,), ())
    )
    assert (known[(ENDS == 70) | (ENDS == 80)] == T).all()
    assert not (unknown == T).any()


def test_losing_what_was_never_above_chance_is_no_forgetting():
    flat = np.full(len(STEPS), 0.5)
    for before, wanted in ((0.25, U), (0.35, F)):
        assert run(flat, train=np.where(STEPS < 100, before, 0.1), chance=0.1)[0, -1] == wanted


def test_windows_that_reach_before_the_first_evaluation_or_into_divergence_are_unlabelled():
    found = label(watch(np.ones(11)), np.array([20, 30, 40]), SPAN, NEWEST)
    assert found[0].tolist() == [U, U, P]
    broken = np.where(STEPS > 70, np.nan, 0.9)
    assert run(broken)[0].tolist() == [P, P, P, P, U, U, U]


def test_a_stricter_rule_finds_no_more_rises_and_falls():
    draw = np.random.default_rng(1)
    test = np.clip(np.cumsum(draw.normal(0, 0.05, size=(20, len(STEPS))), axis=1) + 0.5, 0, 1)
    strict, mild = (run(test, train=test, rule=Rule(step=s, still=0.02)) for s in (0.3, 0.1))
    assert (strict >= T).sum() <= (mild >= T).sum()
    assert Rule().scaled(0.5) == Rule(0.05, 0.01, 0.1)


def test_rules_that_contradict_themselves_and_windows_that_see_nothing_are_refused():
    with pytest.raises(ValueError, match="give 0 < still ≤ step < 1"):
        Rule(step=0.01, still=0.02)
    with pytest.raises(ValueError, match=r"learned=1\.5"):
        Rule(learned=1.5)
    with pytest.raises(ValueError, match="evaluate at least every 5 steps"):
        label(watch(np.ones(11)), np.array([45]), 5, 5)
    with pytest.raises(ValueError, match=r"held_out has shape \(1, 3\)"):
        Watched(STEPS, np.ones((1, 3)), {})
