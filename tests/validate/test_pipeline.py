from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spectral_edge.validate.check import Context
from spectral_edge.validate.evidence import Evidence, Measurement
from spectral_edge.validate.evidence_json import same
from spectral_edge.validate.problems import BadRequest, Interrupted, SelfCheckFailed
from spectral_edge.validate.verdict import Verdict


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_run_judges_every_statement_and_writes_a_report(world: Any) -> None:
    report = world.verify()
    assert report.verdicts == {"T1": Verdict.PROVED, "P1": Verdict.SUPPORTED}
    assert report.reused == 0 and not report.broken
    assert [run.trained for run in report.runs] == [True]
    assert set(snapshot(world.out)) == {
        ".spectral-edge-report.json",
        "verdicts.json",
        "index.html",
        "data/P1-norm.csv",
    }


def test_a_second_run_judges_nothing_trains_nothing_and_says_the_same(world: Any) -> None:
    first = world.verify()
    judged = list(world.judged)
    second = world.verify()
    assert world.judged == judged == ["T1", "P1"]
    assert second.reused == 2
    assert [run.trained for run in second.runs] == [False]
    pairs = zip(first.outcomes, second.outcomes, strict=True)
    assert all(same(a.evidence, b.evidence) for a, b in pairs)
    assert second.results == first.results


def test_a_prediction_without_a_check_has_a_row_and_is_no_evidence_to_reuse(world: Any) -> None:
    theory = world.registries["theory"]
    unjudged = replace(next(s for s in theory if s.id == "P1"), id="P2", title="A second prediction")
    theory = replace(theory, statements=(*theory.statements, unjudged))
    world.verify(theory=theory)
    report = world.verify(theory=theory)
    assert report.verdicts["P2"] is Verdict.NOT_CHECKED
    assert report.reused == report.judged == 2


def test_a_changed_theory_is_derived_and_judged_again(world: Any) -> None:
    world.verify()
    theory = world.registries["theory"]
    reworded = replace(
        theory,
        statements=tuple(replace(s, refuted_if="it shrinks at all") if s.id == "P1" else s for s in theory),
    )
    report = world.verify(theory=reworded)
    # The theorem does not rest on the prediction.
    assert world.judged == ["T1", "P1", "P1"]
    assert report.reused == 1
    renamed = replace(
        theory, statements=tuple(replace(s, says="y − x is x.") if s.id == "T1" else s for s in theory)
    )
    report = world.verify(theory=renamed)
    # A check with data may look at every verdict.
    assert world.judged == ["T1", "P1", "P1", "T1", "P1"]
    assert report.reused == 0


def test_a_changed_record_is_judged_again_and_its_run_is_reused(world: Any) -> None:
    world.verify()
    old = world.records["P1"]
    world.records["P1"] = replace(old, constants={"level": 1.5}, reasons={"level": "half as much again"})
    report = world.verify()
    assert world.judged == ["T1", "P1", "P1"]
    assert [(o.id, o.reused) for o in report.outcomes] == [("T1", True), ("P1", False)]
    assert [run.trained for run in report.runs] == [False]


def test_a_check_that_raises_leaves_the_others_standing_and_is_tried_again(world: Any) -> None:
    def raise_(context: Context) -> Evidence:
        raise ZeroDivisionError("no seeds")

    sound, world.judges["P1"] = world.judges["P1"], raise_
    report = world.verify()
    assert report.verdicts == {"T1": Verdict.PROVED, "P1": Verdict.NOT_CHECKED}
    assert [o.broken for o in report.broken] == ["the check stopped: ZeroDivisionError: no seeds"]
    written = json.loads((world.out / "verdicts.json").read_text())
    assert written["statements"][1]["verdict"] == "not checked"
    assert "no seeds" in written["statements"][1]["reason"]
    world.judges["P1"] = sound
    assert world.verify().verdicts["P1"] is Verdict.SUPPORTED


def test_evidence_that_claims_a_proof_which_was_not_found_is_not_believed(world: Any) -> None:
    def claim(context: Context) -> Evidence:
        number = Measurement(1.0, "confidence")
        return Evidence("P1", Verdict.PROVED, number, number, "trust me")

    world.judges["P1"] = claim
    report = world.verify()
    assert report.verdicts["P1"] is Verdict.NOT_CHECKED
    assert "says proved, but checking the theory said empirical" in report.broken[0].broken


@pytest.mark.parametrize("where", ["T1", "P1"])
def test_after_an_interruption_the_next_run_goes_on_with_what_was_kept(world: Any, where: str) -> None:
    def interrupt(context: Context) -> Evidence:
        raise KeyboardInterrupt

    sound, world.judges[where] = world.judges[where], interrupt
    with pytest.raises(Interrupted, match=r"kept: 3 derived statements, 1 training run.* in .*store"):
        world.verify()
    assert not world.out.exists()
    world.judges[where] = sound
    report = world.verify()
    assert [run.trained for run in report.runs] == [False]
    assert report.reused == (1 if where == "P1" else 0)
    assert report.verdicts == {"T1": Verdict.PROVED, "P1": Verdict.SUPPORTED}


def test_an_interruption_leaves_an_earlier_report_as_it_was(world: Any) -> None:
    world.verify()
    before = snapshot(world.out)

    def interrupt(context: Context) -> Evidence:
        raise KeyboardInterrupt

    world.judges["P1"] = interrupt
    world.records["P1"] = replace(world.records["P1"], test="another")
    with pytest.raises(Interrupted):
        world.verify()
    assert snapshot(world.out) == before


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"profile": "tinny"}, r"unknown profile 'tinny'; did you mean 'tiny'\? Known: tiny"),
        ({"device": "cuda:99"}, r"--device cuda:99: .*absent"),
        ({"device": "abacus"}, r"--device abacus: .*not a device name"),
        ({"expect": Path("/nowhere/expected.json")}, r"--expect /nowhere/expected.json: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is(
    world: Any, settings: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadRequest, match=message):
        world.verify(**settings)
    assert world.judged == []
    assert not world.out.exists()


def test_a_foreign_report_folder_is_refused_before_any_work_and_left_alone(world: Any) -> None:
    world.out.mkdir()
    (world.out / "thesis.tex").write_text("years of work")
    with pytest.raises(BadRequest, match=r"holds files that are no report of spectral-edge \(thesis.tex\)"):
        world.verify()
    assert world.judged == []
    assert snapshot(world.out) == {"thesis.tex": b"years of work"}


def test_a_store_that_cannot_be_written_is_refused_before_any_work(world: Any) -> None:
    world.store.write_text("a file")
    with pytest.raises(BadRequest, match=r"store .*: cannot be written .*--store"):
        world.verify()
    assert world.judged == []


def test_differences_from_expected_verdicts_are_listed(world: Any, tmp_path: Path) -> None:
    expected = tmp_path / "expected.json"
    expected.write_text(json.dumps({"T1": "proved", "P1": "refuted", "P2": "supported"}))
    report = world.verify(expect=expected)
    assert report.differences == (
        "P1: expected refuted, found supported",
        "P2: expected supported, but no such statement was judged",
    )
    assert world.verify(expect=world.out / "verdicts.json").differences == ()


def test_claims_without_a_check_still_have_a_row(world: Any) -> None:
    world.judges.clear()
    report = world.verify()
    assert report.verdicts == {"T1": Verdict.PROVED, "P1": Verdict.NOT_CHECKED}
    assert report.runs == () and not report.broken


def test_a_check_whose_arm_the_profile_does_not_train_is_not_checked(world: Any) -> None:
    profiles = {"bare": replace(world.registries["profiles"]["tiny"], name="bare", arms={})}
    report = world.verify(profile="bare", profiles=profiles)
    assert report.verdicts["P1"] is Verdict.NOT_CHECKED
    assert report.outcomes[1].evidence.reason == "profile bare trains no arm called arm"
    assert world.judged == ["T1"]


def test_an_optional_arm_is_seen_where_the_profile_trains_it_and_missed_by_nobody_elsewhere(
    world: Any,
) -> None:
    checks = tuple(replace(c, optional=("more",)) if c.statement == "P1" else c for c in world.checks)
    tiny = world.registries["profiles"]["tiny"]
    seen: list[set[str]] = []
    judge = world.judges["P1"]
    world.judges["P1"] = lambda context: seen.append(set(context.runs)) or judge(context)
    without = world.verify(checks=checks)
    more = replace(
        tiny, arms=tiny.arms | {"more": replace(tiny.arms["arm"], steps=20), "unused": tiny.arms["arm"]}
    )
    with_it = world.verify(checks=checks, profiles={"tiny": more})
    assert seen == [{"arm"}, {"arm", "more"}]
    assert [run.arm for run in without.runs] == ["arm"] and [run.arm for run in with_it.runs] == [
        "arm",
        "more",
    ]
    # Another optional run is other evidence, even in a profile that is equal otherwise.
    longer = replace(more, arms=more.arms | {"more": replace(tiny.arms["arm"], steps=30)})
    assert world.verify(checks=checks, profiles={"tiny": longer}).outcomes[1].reused is False
    assert world.verify(checks=checks, profiles={"tiny": longer}).outcomes[1].reused is True


def test_replaying_judges_anew_and_agrees_with_the_stored_evidence(world: Any) -> None:
    world.verify()
    found = world.replay("P1")
    assert world.judged == ["T1", "P1", "P1"]
    assert found.agrees is True
    assert found.outcome.verdict is Verdict.SUPPORTED
    assert found.outcome.replay == f"spectral-edge replay P1 --profile tiny --store {world.store}"


def test_replaying_a_statement_that_was_never_judged_judges_it(world: Any) -> None:
    assert world.replay("T1").agrees is None
    assert world.judged == ["T1"]


def test_replaying_notices_evidence_that_does_not_come_out_the_same(world: Any) -> None:
    world.verify()
    sound = world.judges["P1"]
    world.judges["P1"] = lambda context: replace(sound(context), value=Measurement(0.5, "another number"))
    assert world.replay("P1").agrees is False


def test_replaying_an_unknown_statement_lists_the_known_ones(world: Any) -> None:
    with pytest.raises(BadRequest, match=r"unknown statement 'p1'; did you mean 'P1'\? Known: T1, P1"):
        world.replay("p1")


def test_a_damaged_run_is_named_with_the_way_out_and_nothing_else_is_lost(world: Any) -> None:
    world.verify()
    (series,) = world.store.glob("runs/*/series.nc")
    series.write_bytes(series.read_bytes()[:-1])
    with pytest.raises(BadRequest, match=r"series\.nc does not have the checksum .*; remove its folder"):
        world.replay("P1")
    shutil.rmtree(series.parent)
    assert world.replay("P1").agrees is True


def test_replaying_what_nothing_judges_says_why_and_not_that_it_is_unknown(world: Any) -> None:
    with pytest.raises(BadRequest, match=r"nothing judges D\.double: a definition is neither true nor false"):
        world.replay("D.double")
    world.judges.pop("P1")
    world.records.pop("P1")
    with pytest.raises(BadRequest, match="nothing judges P1: no check of it has been written"):
        world.replay("P1")


def test_a_check_of_no_statement_is_a_failed_self_check(world: Any) -> None:
    world.judges = {"T9": world.judges["T1"]}
    world.records["T9"] = None
    with pytest.raises(SelfCheckFailed, match="'T9', which is no statement of small"):
        world.verify()


def test_another_master_seed_trains_other_seeds_and_is_in_the_command_that_replays(world: Any) -> None:
    first, second = world.verify(), world.verify(master_seed=2)
    assert set(first.seeds).isdisjoint(second.seeds)
    assert all("--master-seed 2" in outcome.replay for outcome in second.outcomes)
    assert not any("--master-seed" in outcome.replay for outcome in first.outcomes)
    with pytest.raises(BadRequest, match="--master-seed -1: give an integer from 0 on"):
        world.verify(master_seed=-1)
