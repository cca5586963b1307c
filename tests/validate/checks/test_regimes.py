"""The regimes of 𝒜 on planted series: an effect is found, an artefact is called one, and each test can fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.tasks import ModularArithmetic, TaskSwitch
from spectral_edge.validate.checks import regimes
from spectral_edge.validate.checks.regimes import CHECKS, FORGETTING, PLATEAU, TRANSITION
from spectral_edge.validate.labelled import DECIDING, Labelled
from spectral_edge.validate.regimes import Regime
from spectral_edge.validate.verdict import Verdict

P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED
LABELS = np.array([P, P, P, T, T, P, P, P, F, F, U, U])
SEEDS = 6


def planted(plateau: float, transition: float, forgetting: float, labels=LABELS) -> Labelled:
    """Series that take one value under each label, a little different in every window and seed."""
    value = {P: plateau, T: transition, F: forgetting, U: 1.0}
    draw = np.random.default_rng(0)
    series = np.array([[value[Regime(one)] for one in labels]] * SEEDS) * np.exp(
        0.01 * draw.standard_normal((SEEDS, len(labels)))
    )
    names = (DECIDING, "geo_sigma", "abs")
    return Labelled(dict.fromkeys(names, series), np.array([labels] * SEEDS))


NOTHING = planted(20.0, 18.0, 1.0)  # on the wrong side of every bound, and in another order
THEORY = planted(0.03, 1.0, 30.0)


@pytest.fixture
def verdict(monkeypatch, made_run, in_context):
    """The verdict on a statement, from the series of the run and those of the random walk."""

    def find(statement: str, run: Labelled, walk: Labelled = NOTHING) -> Verdict:
        monkeypatch.setattr(regimes, "labelled", lambda *_: run)
        monkeypatch.setattr(regimes, "labelled_walk", lambda _: walk)
        made = made_run(np.ones((6, 12, 5)))
        task = TaskSwitch(made.description.task, ModularArithmetic("a-b", 5, 0.6), at=80)
        description = replace(made.description, task=task)
        flat = dict.fromkeys(("first_loss", "first_accuracy"), np.zeros_like(made.train_loss))
        switched = replace(made, description=description, probes=flat)
        (check,) = (c for c in CHECKS if c.statement == statement)
        evidence = check.judge(in_context({"switch": switched}))
        assert evidence.id == statement
        return evidence.verdict

    return find


EVERY = [check.statement for check in CHECKS]


@pytest.mark.parametrize("statement", EVERY)
def test_series_that_do_what_the_theory_says_support_it(verdict, statement):
    assert verdict(statement, THEORY) is Verdict.SUPPORTED


@pytest.mark.parametrize("statement", EVERY)
def test_what_a_random_walk_of_the_same_norms_does_too_says_nothing(verdict, statement):
    assert verdict(statement, THEORY, THEORY) is Verdict.UNINFORMATIVE


@pytest.mark.parametrize(
    ("statement", "run"),
    [
        ("S5.regime-order", planted(1.0, 0.5, 30.0)),
        ("S5.regime-order", planted(0.03, 1.0, 0.5)),
        ("S5.regime-order", planted(30.0, 1.0, 0.03)),
        ("S5.regime-plateau", planted(1.2 * PLATEAU.constants["bound"], 1.0, 30.0)),
        ("S5.regime-transition", planted(0.03, 1.2 * TRANSITION.constants["high"], 30.0)),
        ("S5.regime-transition", planted(0.03, 0.8 * TRANSITION.constants["low"], 30.0)),
        ("S5.regime-forgetting", planted(0.03, 1.0, 0.8 * FORGETTING.constants["bound"])),
    ],
)
def test_series_that_do_something_else_refute_it(verdict, statement, run):
    assert verdict(statement, run) is Verdict.REFUTED


def test_a_transition_in_the_range_is_no_news_if_the_plateau_is_in_it_too(verdict):
    assert verdict("S5.regime-transition", planted(0.9, 1.0, 30.0)) is Verdict.UNINFORMATIVE


def test_a_large_value_while_forgetting_is_no_news_if_the_plateau_has_it_too(verdict):
    assert verdict("S5.regime-forgetting", planted(30.0, 1.0, 40.0)) is Verdict.UNINFORMATIVE


def test_an_order_that_the_labels_find_half_a_run_away_too_says_nothing(verdict):
    twice = np.array([P, P, T, T, F, F] * 2)
    assert verdict("S5.regime-order", planted(0.03, 1.0, 30.0, twice)) is Verdict.UNINFORMATIVE


@pytest.mark.parametrize("statement", EVERY)
def test_without_the_labels_nothing_can_be_said(verdict, statement):
    unlabelled = planted(0.03, 1.0, 30.0, np.full(12, U))
    assert verdict(statement, unlabelled) is Verdict.INCONCLUSIVE


def test_a_baseline_that_tells_more_than_the_theory_is_named() -> None:
    labels = np.array([LABELS] * SEEDS)
    draw = np.random.default_rng(1)
    noise = draw.standard_normal(labels.shape)
    found = Labelled({DECIDING: noise, "training loss": labels + 0.01 * noise}, labels)
    assert "transition from plateau: 𝒜_geo 0." in regimes._beside(found)
    assert regimes._beside(found).count("training loss 1.00") == 2
    assert "too few labels" in regimes._beside(Labelled({DECIDING: noise}, labels))


def test_the_range_of_a_transition_is_one_factor_on_both_sides_of_one() -> None:
    assert TRANSITION.constants["low"] == 1 / TRANSITION.constants["high"]


@pytest.mark.parametrize(
    ("statement", "value", "passing"),
    [
        ("S5.regime-plateau", 0.01, 0.0),
        ("S5.regime-plateau", 0.3, 1.0),
        ("S5.regime-forgetting", 100.0, 0.0),
        ("S5.regime-transition", 1.5, 1.0),
        ("S5.regime-order", 2.0, 1.0),
    ],
)
def test_the_curve_of_a_number_shows_where_the_test_would_end_otherwise(
    verdict, monkeypatch, statement, value, passing
) -> None:
    drawn = []
    original = regimes.sensitivity_figure
    monkeypatch.setattr(
        regimes, "sensitivity_figure", lambda *a, **k: drawn.append(original(*a, **k)) or drawn[-1]
    )
    verdict(statement, THEORY)
    (figure,) = drawn
    seeds = next(c for c in figure.curves if c.label == "seeds")
    assert dict(zip(seeds.x, seeds.y, strict=True))[value] == passing
