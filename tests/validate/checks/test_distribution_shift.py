"""P21 on runs made by hand: a shift that is there is found, one that nulls show too is called that."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording
from spectral_edge.simulate.tasks import ModularArithmetic, TaskSwitch
from spectral_edge.validate.checks import distribution_shift
from spectral_edge.validate.checks.distribution_shift import (
    LATER,
    RECORD,
    TWIN,
    WALK,
    Series,
    judge,
    log_gap_ratio,
)
from spectral_edge.validate.nulls import spectra_of_windows, walk_products
from spectral_edge.validate.verdict import Verdict

AT, STEPS, SEEDS, WINDOW = 500, 1300, 6, 5


@pytest.fixture
def arms(made_run):
    """``arms(changed_at, twin_changed_at, louder_at)``: both arms, with a gap ratio that grows at a step."""
    small = made_run(np.ones((6, 12, WINDOW)))

    def make(changed_at=None, twin_changed_at=None, louder_at=None, steps=STEPS):
        first = small.description.task
        plain = replace(small.description, steps=steps, recording=Recording(WINDOW, 10))
        task = TaskSwitch(first, ModularArithmetic("a-b", first.modulus, first.train_share), AT)
        found = {}
        for arm, description, at in (
            ("switch", replace(plain, task=task), changed_at),
            ("decay", plain, twin_changed_at),
        ):
            draw = np.random.default_rng(len(arm))
            records = np.array(description.record_steps)
            evaluations = np.array(description.evaluation_steps)
            wobble = np.exp(0.05 * draw.standard_normal((SEEDS, len(records))))
            ratio = 3 * wobble * np.where(records >= (np.inf if at is None else at), 8, 1)
            sigma = np.ones((SEEDS, len(records), WINDOW))
            sigma[..., 0] = ratio
            norms = np.where(records >= (np.inf if louder_at is None else louder_at), 50.0, 1.0)
            inner = np.broadcast_to(
                np.eye(WINDOW + 1) * norms[:, None, None] ** 2, (SEEDS, len(records), WINDOW + 1, WINDOW + 1)
            )
            noise = 1 + 0.01 * draw.standard_normal((SEEDS, len(evaluations)))
            names = ("train_loss", "test_loss", "train_accuracy", "test_accuracy", "weight_norm")
            probes = dict.fromkeys(description.series[5:], noise)
            found[arm] = replace(
                small, description=description, evaluation_steps=evaluations, record_steps=records, sigma=sigma,
                resolved=sigma > 0, inner=inner, weight_rounding=np.zeros((SEEDS, len(records))), probes=probes,
                **dict.fromkeys(names, noise),
            )  # fmt: skip
        return found

    return make


def test_a_gap_that_jumps_only_where_the_task_changes_supports_the_claim(arms, in_context) -> None:
    found = judge(in_context(arms(changed_at=AT + 30)))
    assert found.verdict is Verdict.SUPPORTED
    assert found.counts["data"] == (6, 6)
    assert {found.counts[name][0] for name in (TWIN, WALK, LATER)} == {0}


def test_a_gap_that_jumps_without_a_change_of_task_too_says_nothing(arms, in_context) -> None:
    found = judge(in_context(arms(changed_at=AT + 30, twin_changed_at=AT + 30)))
    assert found.verdict is Verdict.UNINFORMATIVE


def test_a_jump_that_longer_steps_make_by_themselves_says_nothing(arms, in_context) -> None:
    found = judge(in_context(arms(changed_at=AT + 30, louder_at=AT + 30)))
    assert found.counts[WALK] == (6, 6)
    assert found.verdict is Verdict.UNINFORMATIVE


@pytest.mark.parametrize("at", [None, AT + 210])
def test_no_jump_or_one_that_comes_too_late_refutes_the_claim(arms, in_context, at) -> None:
    assert judge(in_context(arms(changed_at=at))).verdict is Verdict.REFUTED


def test_the_step_of_the_alarm_is_listed_for_every_seed_and_counts_from_the_switch(arms, in_context) -> None:
    rows = judge(in_context(arms(changed_at=AT + 30))).tables[0].rows
    assert [row[1:] for row in rows if row[0] == "with a switch"] == [
        (seed, AT, AT + 50.0, 50.0) for seed in range(6)
    ]


def test_a_run_that_begins_too_late_or_ends_too_early_is_not_called_calm(
    arms, in_context, monkeypatch
) -> None:
    short = arms(steps=AT + 100)
    found = judge(in_context({**arms(changed_at=AT + 30), "decay": short["decay"]}))
    assert found.counts[TWIN] == (0, 0)
    assert found.verdict is Verdict.INCONCLUSIVE
    monkeypatch.setitem(RECORD.constants, "first", 40.0)
    assert judge(in_context(arms(changed_at=AT + 30))).counts["data"] == (0, 0)


def test_a_baseline_that_sees_it_first_is_named(arms, in_context) -> None:
    runs = arms(changed_at=AT + 60)
    run = runs["switch"]
    loss = run.train_loss + 5.0 * (run.evaluation_steps >= AT)
    found = judge(in_context({**runs, "switch": replace(run, train_loss=loss)}))
    assert "Against training loss it is earlier in 0 seeds, later in 6" in found.reason
    rows = {row[0]: row for row in found.tables[1].rows}
    assert set(rows) == set(RECORD.baselines)
    assert rows["training loss"][3:6] == (0, 6, 0)
    assert rows["norm of the weights"][3:6] == (6, 0, 0)
    assert rows[RECORD.baselines[-1]][2] == 0  # hindsight puts the change at the switch itself


def test_a_band_without_width_would_be_caught_by_the_nulls(arms, in_context, monkeypatch) -> None:
    monkeypatch.setitem(RECORD.constants, "width", 0.1)
    monkeypatch.setattr(distribution_shift, "sensitivity_figure", lambda *_, **__: None)
    assert judge(in_context(arms())).verdict is Verdict.UNINFORMATIVE


def test_a_watch_knows_only_what_came_before_it() -> None:
    steps = np.arange(0, 1000, 10)
    values = np.random.default_rng(0).standard_normal((3, 100))
    before = Series(values, steps, 600).alarms()
    changed = values.copy()
    changed[:, steps < 200] = 99.0
    changed[:, steps > 800] = -99.0
    after = Series(changed, steps, 600).alarms()
    np.testing.assert_array_equal(before.step, after.step)
    assert (before.watched == 800).all()


def test_a_gap_that_jumps_again_where_nothing_changes_says_nothing(arms, in_context) -> None:
    runs = arms(changed_at=AT + 30)
    run = runs["switch"]
    sigma = run.sigma.copy()
    sigma[:, run.record_steps > STEPS - 150, 0] *= 8
    found = judge(in_context({**runs, "switch": replace(run, sigma=sigma)}))
    assert found.counts[LATER] == (6, 6)
    assert found.verdict is Verdict.UNINFORMATIVE


def test_the_logarithm_of_a_gap_that_is_not_resolved_is_not_known() -> None:
    sigma = np.array([[[4.0, 2.0, 1.0]]])
    assert log_gap_ratio(sigma, sigma > 0) == pytest.approx(np.log(2))
    assert np.isnan(log_gap_ratio(sigma, sigma > 3)).all()


def test_the_rule_is_calm_on_a_random_walk_of_equal_steps() -> None:
    """Windows overlap, so that a band made for independent values would raise alarms for nothing."""
    sigma, resolved = spectra_of_windows(walk_products(np.ones((24, 120)), 500, 1), 10, 500)
    steps = np.arange(sigma.shape[1]) * 10 + 100
    assert Series(log_gap_ratio(sigma, resolved), steps, 800).counted().passed <= 2
