"""P22 on onsets made by hand, and on a run whose defect is made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.description import Snapshots
from spectral_edge.simulate.features import Defects
from spectral_edge.validate.checks import commutator_lead
from spectral_edge.validate.checks.commutator_lead import (
    CONSTANT,
    DEFECT,
    EXCHANGED,
    GROKKING,
    RECORD,
    Units,
    beyond,
    constant_leads,
    judge,
)
from spectral_edge.validate.statistics.onsets import Onsets
from spectral_edge.validate.statistics.shares import share
from spectral_edge.validate.verdict import Verdict

SEEDS = 12
SEED = np.tile(np.arange(SEEDS), len(GROKKING))
ARM = tuple(np.repeat(GROKKING, SEEDS))
DRAW = np.random.default_rng(0)
# Every arm at its own pace, seeds a few per cent apart.
GROKKED = np.repeat([250.0, 350.0, 500.0, 700.0, 900.0], SEEDS) * np.exp(
    0.05 * DRAW.standard_normal(len(SEED))
)


def units(lead, grokked=GROKKED) -> Units:
    """Units with these leads: NaN stands for an onset that was not seen."""
    last = np.full(len(SEED), 2000.0)
    onset = Onsets(grokked - lead, last)
    names = (DEFECT, *RECORD.baselines)
    return Units(ARM, SEED, Onsets(np.array(grokked), last), dict.fromkeys(names, onset))


@pytest.fixture
def verdict(monkeypatch, made_run, in_context):
    def find(planted: Units) -> Verdict:
        monkeypatch.setattr(commutator_lead, "units", lambda *_: planted)
        monkeypatch.setattr(commutator_lead, "_without_grokking", lambda *_: share([False] * 6))
        run = made_run(np.ones((6, 12, 5)))
        found = judge(in_context(dict.fromkeys((*GROKKING, "no-decay"), run)))
        assert found.id == "P22"
        return found

    return find


POWER = 200 * (GROKKED / 250) ** 1.3 * np.exp(0.02 * DRAW.standard_normal(len(SEED)))
SLOW = 200 * (GROKKED / 250) ** 0.6 * np.exp(0.02 * DRAW.standard_normal(len(SEED)))


def test_a_lead_that_grows_as_a_power_has_that_exponent() -> None:
    found = units(POWER)
    assert found.exponent(found.lead()).value == pytest.approx(1.3, abs=0.05)
    assert found.answer(found.lead()) is True


@settings(max_examples=15)
@given(st.floats(1, 199))
def test_any_onset_that_knows_nothing_of_grokking_passes_by_arithmetic(onset) -> None:
    constant = units(GROKKED - onset)
    assert constant.answer(constant.lead()) is True
    assert constant.exponent(constant.lead()).value > 1
    assert beyond(constant).value == pytest.approx(0, abs=1e-9)


def test_so_an_exponent_above_one_says_nothing(verdict) -> None:
    found = verdict(units(POWER))
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.null.value > 1
    told = {row[0]: row for row in found.tables[0].rows}
    assert len(found.tables[0].rows) == len(SEED)
    assert told[GROKKING[0]][0] == GROKKING[0]


def test_an_exponent_below_one_refutes_the_claim(verdict) -> None:
    assert verdict(units(SLOW)).verdict is Verdict.REFUTED


def test_leads_that_scatter_widely_say_nothing_either_way(verdict) -> None:
    scattered = 200 * (GROKKED / 250) * np.exp(1.0 * np.random.default_rng(3).standard_normal(len(SEED)))
    lead = np.minimum(scattered, GROKKED - 1)
    assert verdict(units(lead)).verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("unseen", "answer"), [(6, True), (7, None)])
def test_units_without_a_lead_are_counted_against_the_answer(unseen, answer) -> None:
    lead = POWER.copy()
    lead[:unseen] = np.nan  # of 60, so that 6 is a tenth
    assert units(lead).answer(lead) is answer


def test_an_onset_after_grokking_is_no_lead() -> None:
    assert np.isnan(units(np.full(len(SEED), -5.0)).lead()).all()


def test_the_claim_could_be_supported_if_the_nulls_were_not_above_one(verdict, monkeypatch) -> None:
    monkeypatch.setattr(commutator_lead, "constant_leads", lambda _: SLOW)
    monkeypatch.setattr(commutator_lead, "exchanged", lambda *_: share([False] * 24))
    assert verdict(units(POWER)).verdict is Verdict.SUPPORTED


def test_leaving_out_the_units_with_long_leads_leaves_no_answer() -> None:
    found = units(POWER)
    early = np.argsort(POWER) < len(POWER) // 2
    assert found.answer(np.where(early, POWER, np.nan)) is None


def test_exchanged_onsets_are_onsets_of_other_units() -> None:
    found = units(POWER)
    (lead,) = commutator_lead.exchanged_leads(found, 1, 0)
    known = np.isfinite(lead)
    onsets = (found.grokked.step - lead)[known].round(6)
    own = found.onset[DEFECT].step.round(6)
    assert set(onsets) <= set(own)
    assert (onsets == own[known]).mean() < 0.2


def test_one_onset_for_all_is_the_median_one() -> None:
    found = units(POWER)
    lead = constant_leads(found)
    steps = np.unique((found.grokked.step - lead)[np.isfinite(lead)].round(6))
    assert steps == pytest.approx([np.sort(found.onset[DEFECT].step)[(len(SEED) - 1) // 2]])


def test_grokking_and_onsets_are_read_off_the_runs(made_run, monkeypatch) -> None:
    run = made_run(np.ones((6, 12, 5)), (100, 120, 140, 100, 120, None))
    description = replace(run.description, snapshots=Snapshots(10))
    steps = np.array(description.snapshot_steps)
    kept = np.zeros((6, len(steps), run.final_weights.shape[1]), dtype=np.float32)
    planted = np.where(steps >= 50, 30.0, 1.0) * np.ones((6, 1))
    planted[1, steps >= 30] = 30.0

    def defects(_, weights, __):
        taken = planted[:, : weights.shape[1]]
        return Defects(taken, 1 / taken)

    monkeypatch.setattr(commutator_lead, "defects", defects)
    whole = replace(run, description=description, snapshots=kept, weight_norm=np.ones_like(run.weight_norm))
    found = commutator_lead.units({"decay": whole})
    assert found.lead().tolist()[:5] == [50, 90, 90, 50, 70]
    assert np.isnan(found.lead()[5])
    # The gradient falls tenfold where the defect grows tenfold: a baseline that the same rule finds.
    np.testing.assert_array_equal(found.onset[commutator_lead.GRADIENT].step, found.onset[DEFECT].step)
    assert not found.onset["norm of the weights"].seen.any()
    alarm = commutator_lead._without_grokking(
        replace(whole, test_accuracy=np.zeros_like(run.test_accuracy)), 140
    )
    assert (alarm.passed, alarm.total) == (6, 6)
    assert {CONSTANT, EXCHANGED} == set(RECORD.nulls)
