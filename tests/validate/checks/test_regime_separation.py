"""𝒜 against a rival on planted series: better, as good, worse; and an artefact where nulls do it too."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.validate.checks import regime_separation
from spectral_edge.validate.checks.regime_separation import (
    CHECKS,
    HELD_OUT,
    OPTIMIZERS,
    RECORD,
    TASKS,
    Rival,
    better,
    rival,
    seed_areas,
    together,
    weakest,
)
from spectral_edge.validate.labelled import BASELINES, DECIDING, Labelled
from spectral_edge.validate.profiles import SWITCH
from spectral_edge.validate.regimes import Regime
from spectral_edge.validate.statistics.shares import Share, share
from spectral_edge.validate.verdict import Verdict

P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED
LABELS = np.array([P, P, P, P, U, T, T, T, T, U, P, P])
SEEDS = 20


def planted(own: float, simple: float, labels=LABELS, seed: int = 0) -> Labelled:
    """𝒜_geo and the rival rise by so many standard deviations in transitions; other baselines know nothing."""
    draw = np.random.default_rng(seed)
    truth = np.array([labels == T] * SEEDS, dtype=float)

    def series(size: float) -> np.ndarray:
        return size * truth + draw.standard_normal(truth.shape)

    names = {name: series(0.0) for name in BASELINES} | {BASELINES[1]: series(simple)}
    return Labelled({DECIDING: series(own), **names}, np.array([labels] * SEEDS))


GOOD, BAD = planted(20.0, 1.0), planted(-1.0, 20.0)
TAUGHT = planted(1.0, 4.0, seed=9)


@pytest.fixture
def judged(monkeypatch, made_run, in_context):
    """The evidence from series of the held-out arms, and from those of their random walks."""

    def find(run: Labelled | dict[str, Labelled], walk: Labelled = BAD, taught: Labelled = TAUGHT):
        made = replace(made_run(np.ones((6, 12, 5))), train_loss=np.zeros((6, 18)))
        runs = {arm: replace(made) for arm in (SWITCH, *HELD_OUT)}
        each = {id(runs[arm]): run[arm] if isinstance(run, dict) else run for arm in HELD_OUT}
        each[id(runs[SWITCH])] = taught
        monkeypatch.setattr(regime_separation, "labelled", lambda one: each[id(one)])
        monkeypatch.setattr(regime_separation, "labelled_walk", lambda _: walk)
        monkeypatch.setattr(regime_separation, "step_norms", lambda _: np.ones((SEEDS, 3)))
        for one in runs.values():
            object.__setattr__(one, "description", replace(made.description, seeds=tuple(range(SEEDS))))
        (check,) = CHECKS
        return check.judge(in_context(runs))

    return find


def test_a_parameter_that_beats_the_rival_on_every_held_out_arm_is_supported(judged) -> None:
    evidence = judged(GOOD)
    assert evidence.verdict is Verdict.SUPPORTED
    assert BASELINES[1] in evidence.reason and "high in transitions" in evidence.reason


def test_one_held_out_arm_on_which_the_rival_wins_refutes_it(judged) -> None:
    assert judged(dict.fromkeys(HELD_OUT, GOOD) | {OPTIMIZERS[0]: BAD}).verdict is Verdict.REFUTED


def test_a_random_walk_that_beats_the_rival_too_makes_it_uninformative(judged) -> None:
    assert judged(planted(20.0, 0.0), planted(20.0, 0.0, seed=3)).verdict is Verdict.UNINFORMATIVE


def test_labels_half_a_run_away_that_are_told_as_well_make_it_uninformative(judged) -> None:
    twice = np.array([P, P, T, T, P, U] * 2)
    assert judged(planted(20.0, 0.0, twice)).verdict is Verdict.UNINFORMATIVE


def test_without_labels_on_the_held_out_task_nothing_can_be_said(judged) -> None:
    unknown = planted(20.0, 1.0, np.full(12, U))
    assert (
        judged(dict.fromkeys(HELD_OUT, GOOD) | dict.fromkeys(TASKS, unknown)).verdict is Verdict.INCONCLUSIVE
    )


def test_without_a_rival_nothing_can_be_said(judged) -> None:
    evidence = judged(GOOD, taught=planted(1.0, 1.0, np.full(12, P)))
    assert evidence.verdict is Verdict.INCONCLUSIVE and evidence.value.note == "no rival could be chosen"
    assert any(table.rows for table in evidence.tables)  # what there is is shown all the same


def test_the_rival_is_the_baseline_farthest_from_a_half_on_either_side() -> None:
    assert rival(TAUGHT) == Rival(BASELINES[1], 1)
    upside_down = Labelled(TAUGHT.series | {BASELINES[1]: -TAUGHT.series[BASELINES[1]]}, TAUGHT.labels)
    assert rival(upside_down) == Rival(BASELINES[1], -1)
    # A rival that is low in transitions counts as low, so that turning it over changes no area.
    assert np.array_equal(seed_areas(upside_down, BASELINES[1], -1), seed_areas(TAUGHT, BASELINES[1]))


def test_the_side_of_the_parameter_itself_is_fixed_by_the_theory(judged) -> None:
    backwards = Labelled(GOOD.series | {DECIDING: -GOOD.series[DECIDING]}, GOOD.labels)
    assert judged(backwards).verdict is Verdict.REFUTED


def test_as_good_is_not_better_and_a_seed_without_both_labels_does_not_count() -> None:
    assert better(np.array([0.9, 0.5, np.nan]), np.array([0.9, 0.4, 0.1])) == share([False, True])
    assert better(np.array([0.9]), np.array([0.4]), margin=0.5).passed == 0


def shares(**counts: tuple[int, int]) -> dict[str, Share]:
    return {arm: share([True] * a + [False] * (n - a)) for arm, (a, n) in counts.items()}


def test_arms_with_few_seeds_do_not_decide_and_every_other_one_has_to_agree() -> None:
    task, optimizer = TASKS[0], OPTIMIZERS[0]
    assert together(shares(**{task: (6, 6), optimizer: (6, 6)})) is True
    assert together(shares(**{task: (6, 6), optimizer: (5, 5)})) is None  # no optimizer decides
    assert together(shares(**{task: (6, 6), optimizer: (6, 6), "other": (0, 5)})) is True
    assert together(shares(**{task: (6, 6), optimizer: (6, 6), "other": (0, 6)})) is False
    assert together(shares(**{task: (6, 6), optimizer: (6, 6), "other": (4, 6)})) is None
    assert weakest(shares(one=(6, 6), two=(3, 6), none=(0, 0))) == "two"


def test_the_curve_shows_the_margin_at_which_the_claim_would_fall(judged) -> None:
    evidence = judged(planted(20.0, 0.0))
    seeds = next(c for c in evidence.figures[1].curves if c.label == "seeds")
    at = dict(zip(seeds.x, seeds.y, strict=True))
    assert at[RECORD.constants["margin"]] > at[0.4]
    assert len(evidence.tables[0].rows) == SEEDS * len(HELD_OUT)
