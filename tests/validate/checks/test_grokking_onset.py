"""P12 on runs made by hand: who groks in time, and what a run that ends too early says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.validate.checks import grokking_onset as module
from spectral_edge.validate.checks.grokking_onset import CHECKS, TWIN, onset
from spectral_edge.validate.verdict import Verdict

FLAT = [5.0, 4.0, 3.0, 2.0, 1.0]
NEVER = (None,) * 6


@pytest.fixture
def judged(monkeypatch, made_run, in_context):
    """The verdict for grokking steps with decay and without, with a budget of 120 of the run's 170 steps."""

    def judge(with_decay, without, budget=120.0, statement="P12"):
        record = module.RECORDS[statement]
        fixed = replace(record, constants={**record.constants, "budget": budget})
        monkeypatch.setitem(module.RECORDS, statement, fixed)
        arms = {"P12": ("decay", "no-decay"), "P12.dyck": ("dyck", "dyck-no-decay")}[statement]
        runs = dict(zip(arms, (made_run(FLAT, with_decay), made_run(FLAT, without)), strict=True))
        return {check.statement: check.judge for check in CHECKS}[statement](in_context(runs))

    return judge


@pytest.mark.parametrize("statement", ["P12", "P12.dyck"])
@pytest.mark.parametrize(
    "with_decay, without, verdict",
    [
        ((120,) * 6, NEVER, Verdict.SUPPORTED),
        ((120,) * 6, (130,) * 6, Verdict.SUPPORTED),
        ((130,) * 6, NEVER, Verdict.REFUTED),
        (NEVER, NEVER, Verdict.REFUTED),
        ((120,) * 6, (120,) * 6, Verdict.UNINFORMATIVE),
        ((60, 70, 80, 130, 140, None), NEVER, Verdict.INCONCLUSIVE),
    ],
)
def test_what_groks_in_time_counts_and_a_twin_that_does_too_takes_its_meaning(
    judged, statement, with_decay, without, verdict
):
    assert judged(with_decay, without, statement=statement).verdict is verdict


def test_a_run_that_ends_before_the_budget_says_nothing_of_seeds_that_have_not_grokked(judged):
    found = judged((100, 100, None, None, None, None), NEVER, budget=1000.0)
    assert found.counts == {"data": (2, 2), TWIN: (0, 0)}
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_seed_that_diverged_is_unknown_and_not_late(made_run):
    run = made_run(FLAT, (100, 100, None, None, None, None))
    run = replace(run, diverged=np.array([-1, 150, -1, 80, -1, -1]))
    np.testing.assert_array_equal(onset(run, 0.98, 120.0), [100, 100, np.inf, np.nan, np.inf, np.inf])


def test_censored_seeds_count_in_the_medians(judged):
    found = judged((100, 100, None, None, None, None), NEVER)
    assert "with decay: median inf, 2 of 6 seen" in found.extra["Grokking steps (Kaplan–Meier)"]
    assert "p = " in found.extra["Grokking steps (Kaplan–Meier)"]
    nobody = judged(NEVER, NEVER)
    assert "p = " not in nobody.extra["Grokking steps (Kaplan–Meier)"]


def test_the_reported_steps_stand_beside(judged):
    assert "3000, 4000 and 2500" in judged((100,) * 6, NEVER).extra["Reported"]
