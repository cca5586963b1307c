"""Labels of regimes: the table, its borders, and that nothing but accuracy and loss decides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.regimes import Regime, Rule, label

STEPS = np.arange(0, 110, 10)
ENDS = np.arange(40, 110, 10)
SPAN = 40
P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED


def run(test, train=None, loss=None, **settings):
    test = np.atleast_2d(np.asarray(test, dtype=float))
    accuracies = {"test": test, "train": np.ones_like(test) if train is None else np.atleast_2d(train)}
    loss = np.full_like(test, 0.5) if loss is None else np.atleast_2d(loss)
    return label(STEPS, accuracies, loss, ENDS, SPAN, **settings)


def one(before: float, after: float, **settings) -> Regime:
    """The regime of a window in which one accuracy goes from ``before`` to ``after``."""
    series = np.where(STEPS < 100, before, after)
    return Regime(int(run(series, **settings)[0, -1]))


def test_a_jump_is_a_transition_in_every_window_that_holds_it_and_in_no_other():
    found = run(np.where(STEPS < 60, 0.1, 0.9))[0]
    assert found.tolist() == [P, P, T, T, T, T, P]


def test_a_fall_of_what_was_learned_is_forgetting_also_when_something_else_rises():
    assert one(0.9, 0.5) is F
    series = np.where(STEPS < 100, 0.9, 0.5)
    other = np.where(STEPS < 100, 0.1, 0.9)
    assert run(series, train=other)[0, -1] == F


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from([0.0, 0.1, 0.5]))
def test_every_window_falls_into_one_row_of_the_table(before, after, chance):
    rule, change = Rule(), after - before
    if change <= -rule.step and before >= chance + rule.learned:
        wanted = F
    elif change >= rule.step:
        wanted = T
    elif abs(change) < rule.still:
        wanted = P
    else:
        wanted = U
    assert one(before, after, chance=chance) is wanted


def test_losing_what_was_never_above_chance_is_no_forgetting():
    assert one(0.25, 0.1, chance=0.1) is U
    assert one(0.35, 0.1, chance=0.1) is F


def test_a_loss_that_moves_is_no_plateau_though_the_accuracy_rests():
    flat = np.full(len(STEPS), 0.9)
    assert (run(flat) == P).all()
    assert (run(flat, loss=np.geomspace(1.0, 1e-3, len(STEPS))) == U).all()


@given(st.floats(1e-3, 1e3))
def test_the_unit_of_the_loss_does_not_matter(unit):
    draw = np.random.default_rng(0)
    test, loss = draw.uniform(size=(3, len(STEPS))), draw.uniform(0.5, 0.6, size=(3, len(STEPS)))
    assert np.array_equal(run(test, train=test, loss=loss), run(test, train=test, loss=unit * loss))


def test_windows_that_reach_before_the_first_evaluation_or_into_divergence_are_unlabelled():
    found = label(STEPS, {"test": np.ones((1, 11))}, np.ones((1, 11)), np.array([20, 30, 40]), SPAN)
    assert found[0].tolist() == [U, U, P]
    broken = np.where(STEPS > 70, np.nan, 0.9)
    assert run(broken)[0].tolist() == [P, P, P, P, U, U, U]


def test_a_stricter_rule_labels_no_more_windows():
    draw = np.random.default_rng(1)
    test = np.clip(np.cumsum(draw.normal(0, 0.05, size=(20, len(STEPS))), axis=1) + 0.5, 0, 1)
    strict, mild = run(test, rule=Rule(step=0.2)), run(test, rule=Rule(step=0.1))
    assert (strict >= T).sum() <= (mild >= T).sum()
    assert Rule().scaled(0.5) == Rule(0.05, 0.01, 0.1, 0.05)


def test_rules_that_contradict_themselves_and_windows_that_see_nothing_are_refused():
    with pytest.raises(ValueError, match="no window is both a plateau and a transition"):
        Rule(step=0.01, still=0.02)
    with pytest.raises(ValueError, match=r"learned=1\.5"):
        Rule(learned=1.5)
    with pytest.raises(ValueError, match="evaluate at least every 5 steps"):
        label(STEPS, {"test": np.ones((1, 11))}, np.ones((1, 11)), np.array([45]), 5)
    with pytest.raises(ValueError, match=r"test has shape \(1, 3\)"):
        label(STEPS, {"test": np.ones((1, 3))}, np.ones((1, 11)), ENDS, SPAN)
