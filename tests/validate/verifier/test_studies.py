"""The verifier on data with known answers, in a small number of studies, and mutants of it that must be noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from spectral_edge.simulate.spectrum.gap import g23
from spectral_edge.validate.checks import counted, detection, gap_position, grokking_fall, grokking_gap
from spectral_edge.validate.checks.grokking_gap import fall
from spectral_edge.validate.checks.run_series import recorded, walk
from spectral_edge.validate.rules import judge_prediction
from spectral_edge.validate.statistics.shares import Share
from spectral_edge.validate.verdict import Verdict
from spectral_edge.validate.verifier import grokking, regimes, spectra
from spectral_edge.validate.verifier.page import page
from spectral_edge.validate.verifier.planted import SEEDS, described, modes, noise, planted_run, products
from spectral_edge.validate.verifier.scenario import (
    CONFIDENCE,
    Count,
    Planted,
    Stated,
    by_the_toss_of_a_coin,
    found_at_the_stated_power,
)
from spectral_edge.validate.verifier.studies import SCENARIOS, Result, plain, run

FEW = 3
"""Studies of each scenario here: none of three is enough to contradict a rate of 0.95."""

DOCS = Path(__file__).parents[3] / "docs"


def named(*names: str):
    return [s for s in SCENARIOS if f"{s.statement} {s.name}" in names]


def test_no_stated_rate_is_contradicted():
    chosen = [
        *spectra.SCENARIOS,
        *grokking.SCENARIOS,
        *(replace(s, every=1) for s in regimes.SCENARIOS if s.name != "regimes as claimed"),
    ]
    results = run(FEW, chosen)
    assert [len(r.verdicts) for r in results] == [FEW] * len(chosen)
    assert [(r.scenario.statement, r.scenario.name, r.tally) for r in results if r.count.contradicted] == []


def test_planted_regimes_are_found_by_every_check_of_them():
    claimed = [s for s in regimes.SCENARIOS if s.name == "regimes as claimed"]
    assert len(claimed) == 4
    assert [r.tally for r in run(1, claimed)] == [{"supported": 1}] * 4


def test_every_kind_is_planted_and_each_artefact_of_a_kind_of_its_own():
    kinds = [scenario.planted for scenario in SCENARIOS]
    assert set(kinds) == set(Planted)
    assert len({(s.statement, s.name) for s in SCENARIOS}) == len(SCENARIOS)
    assert {"P01", "P02", "P03", "P10", "P11", "P12", "S5.regime-order"} <= {s.statement for s in SCENARIOS}


def contradicted(scenarios, count=FEW):
    return [r.scenario.name for r in run(count, scenarios) if r.count.contradicted]


def test_a_verifier_that_forgets_its_null_models_is_caught(monkeypatch):
    def forgetful(data, nulls):
        return judge_prediction(data, dict.fromkeys(nulls, False))

    for module in (gap_position, detection, grokking_gap, counted):
        monkeypatch.setattr(module, "judge_prediction", forgetful)
    artefacts = [s for s in SCENARIOS if s.planted is Planted.ARTEFACT and s.statement.startswith("P")]
    assert contradicted(artefacts) == [s.name for s in artefacts]


def test_a_verifier_that_calls_everything_uninformative_is_caught(monkeypatch):
    monkeypatch.setattr(gap_position, "judge_prediction", lambda *_: Verdict.UNINFORMATIVE)
    scenarios = named("P02 gap where it is claimed", "P02 gap elsewhere")
    assert contradicted(scenarios) == [s.name for s in scenarios]


def test_a_verifier_that_takes_a_bare_majority_for_one_is_caught(monkeypatch):
    bare = property(lambda s: None if not s.total else s.passed > s.total / 2)
    scenarios = named("P02 gap by the toss of a coin")
    assert contradicted(scenarios, 12) == []
    monkeypatch.setattr(Share, "majority", bare)
    assert contradicted(scenarios, 12) == ["gap by the toss of a coin"]


def test_a_power_that_is_not_the_designs_is_caught():
    few, many = found_at_the_stated_power("P02", 6), found_at_the_stated_power("P02", SEEDS)
    right = [Verdict.SUPPORTED] * 198 + [Verdict.INCONCLUSIVE] * 2
    assert Count.of(few, right).contradicted
    assert Count.of(many, right).shown


@given(st.integers(1, 60))
def test_the_stated_error_is_that_of_the_exact_test(seeds):
    chance = by_the_toss_of_a_coin(seeds).low if seeds >= 6 else 0.0
    # The largest tail of a fair coin that is below one half of one in twenty.
    tails = [float(binom.sf(k - 1, seeds, 0.5)) for k in range(seeds + 1)]
    assert chance == pytest.approx(max((t for t in tails if t < 0.025), default=0.0))


def test_counts_are_held_against_exact_intervals():
    at_least = Stated(Verdict.UNINFORMATIVE, 0.95, 1.0)
    every = Count.of(at_least, [Verdict.UNINFORMATIVE] * 200)
    assert every.shown and not every.contradicted
    assert every.low == pytest.approx(((1 - CONFIDENCE) / 2) ** (1 / 200))
    few = Count.of(at_least, [Verdict.UNINFORMATIVE] * 4)
    assert not few.shown and not few.contradicted
    assert Count.of(at_least, [Verdict.SUPPORTED] * 4).contradicted
    assert str(at_least) == "uninformative with chance 0.95 at least"
    assert str(Stated(Verdict.SUPPORTED, 0.0, 0.05)) == "supported with chance 0.05 at most"


def test_a_planted_run_has_the_spectra_of_its_updates():
    description = described()
    updates = noise(np.random.default_rng(0), 40)
    made = planted_run(description, products(updates), {})
    exact = np.linalg.svd(updates[3, -10:], compute_uv=False)
    # Squaring loses half the digits of the smallest.
    assert np.allclose(made.sigma[3, -1], exact, rtol=504 * np.finfo(float).eps * (exact[0] / exact[-1]) ** 2)
    with pytest.raises(ValueError, match="no series is called loss; there are train_loss"):
        planted_run(description, products(updates), {"loss": np.zeros(1)})


def test_a_study_does_not_depend_on_which_others_are_run():
    two = named("P02 gap by the toss of a coin", "P02 white updates")
    alone = run(3, two[1:])
    assert run(3, two)[1].verdicts == alone[0].verdicts


@pytest.mark.parametrize(("squares", "least", "most"), [(1 / 2, 0.6, 1.0), (1 / 30, 0.0, 0.05)])
def test_a_random_walk_falls_as_far_as_p11_claims_or_further_by_how_its_steps_shrink(squares, least, most):
    """What the page says of P11; the bounds leave room for 48 walks where nine of ten, or none, pass."""
    record, passed = grokking_fall.RECORDS["P11"].constants, []
    for study in range(2):
        updates = modes(np.random.default_rng(study), grokking.ROWS, np.full((SEEDS, grokking.ROWS, 2), 6.0))
        updates[:, -10:] *= np.sqrt(squares)
        steps = walk(recorded(planted_run(described(), products(updates), {})), study)
        falls = np.array([fall(gaps) for gaps in g23(steps.sigma, steps.resolved)])
        passed += [record["least"] <= one <= record["most"] for one in falls]
    assert least <= np.mean(passed) <= most


def test_what_cannot_be_run_is_refused():
    with pytest.raises(ValueError, match="studies=0; give one or more"):
        run(0)
    other = replace(SCENARIOS[0], name="mine")
    with pytest.raises(ValueError, match="mine: other processes know only"):
        run(1, [other], workers=2)


@pytest.mark.slow
def test_processes_change_no_verdict():
    scenarios = named("P02 gap by the toss of a coin", "P02 white updates")
    seen: list[tuple[int, int]] = []
    assert run(3, scenarios, workers=2, on_study=lambda *now: seen.append(now)) == run(3, scenarios)
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_committed_studies_are_of_these_scenarios_and_contradict_nothing():
    content = json.loads((DOCS / "verifier.json").read_text(encoding="utf-8"))
    committed = [(s["statement"], s["scenario"], s["stated"], s["about"]) for s in content["scenarios"]]
    now = plain([Result(s, (s.stated.verdict,), "") for s in SCENARIOS])
    assert committed == [(s["statement"], s["scenario"], s["stated"], s["about"]) for s in now]
    assert not any(s["contradicted"] for s in content["scenarios"])
    assert all(sum(s["found"].values()) == s["studies"] for s in content["scenarios"])
    assert (DOCS / "verifier.md").read_text(encoding="utf-8") == page(content)
