from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spectral_edge.theory.packs import load
from spectral_edge.validate.check import Check
from spectral_edge.validate.checks import CHECKS
from spectral_edge.validate.evidence_json import same
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.profiles import PROFILES as OUR_PROFILES
from spectral_edge.validate.published.reading import Misplaced, read_published
from spectral_edge.validate.published.showing import show
from spectral_edge.validate.published.writing import publish
from spectral_edge.validate.site.make import RESULTS
from spectral_edge.validate.verdict import Verdict

from ..conftest import PROFILES, THEORY, World


@pytest.fixture
def results(small_report: Report, tmp_path: Path) -> Path:
    """Published results of the small world, which a test may change."""
    assert small_report.folder is not None
    publish(small_report.folder, tmp_path / "results")
    return tmp_path / "results"


def shown(results: Path, tmp_path: Path, **settings: Any) -> Report:
    world = World(tmp_path)
    settings = {"theory": THEORY, "checks": world.checks, "profiles": PROFILES} | settings
    report = show(read_published(results), tmp_path / "store", **settings)
    assert "P1" not in world.judged, "published evidence is read and never found anew"
    return report


def test_what_is_shown_is_what_was_found(small_report: Report, results: Path, tmp_path: Path) -> None:
    report = shown(results, tmp_path)
    assert report.verdicts == small_report.verdicts
    before, after = small_report.outcomes[1], report.outcomes[1]
    assert same(before.evidence, after.evidence)
    assert (after.found, after.seconds) == (before.found, round(before.seconds, 3))
    assert after.replay == "spectral-edge replay P1 --profile tiny", (
        "the store of the maker is no business of a reader"
    )
    assert [run.address for run in report.runs] == [run.address for run in small_report.runs]
    assert report.published is not None
    assert report.published.commit == small_report.provenance.commit


def test_a_derivation_is_never_published_but_checked_anew(results: Path, tmp_path: Path) -> None:
    content = json.loads((results / "verdicts.json").read_text())
    assert [entry["id"] for entry in content["statements"]] == ["P1"]
    assert shown(results, tmp_path).verdicts["T1"] is Verdict.PROVED


def changed_rule(world: World) -> dict[str, Any]:
    record = world.records["P1"]
    assert record is not None
    world.records["P1"] = replace(record, constants={"level": 0.5})
    return {"checks": world.checks}


def changed_claim(_: World) -> dict[str, Any]:
    claims = tuple(
        replace(s, says="The norm of the weights doubles.") if s.id == "P1" else s for s in THEORY.statements
    )
    return {"theory": replace(THEORY, statements=claims)}


def changed_run(_: World) -> dict[str, Any]:
    arms = {name: replace(arm, steps=41) for name, arm in PROFILES["tiny"].arms.items()}
    return {"profiles": {"tiny": replace(PROFILES["tiny"], arms=arms)}}


@pytest.mark.parametrize(
    "change, told",
    [(changed_rule, "another rule"), (changed_claim, "another claim"), (changed_run, "another description")],
)
def test_a_result_of_another_rule_claim_or_run_is_not_shown(
    results: Path, tmp_path: Path, change: Callable[[World], dict[str, Any]], told: str
) -> None:
    report = shown(results, tmp_path, **change(World(tmp_path)))
    outcome = report.outcomes[1]
    assert outcome.verdict is Verdict.NOT_CHECKED
    assert told in outcome.evidence.reason
    assert not outcome.evidence.figures


def test_what_was_never_published_is_not_checked(results: Path, tmp_path: Path) -> None:
    path = results / "verdicts.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"statements": []}))
    outcome = shown(results, tmp_path).outcomes[1]
    assert (outcome.verdict, "hold nothing on it" in outcome.evidence.reason) == (Verdict.NOT_CHECKED, True)


def test_the_command_that_repeats_a_published_result_names_no_folder_of_its_maker(
    small_report: Report, results: Path
) -> None:
    (entry,) = json.loads((results / "verdicts.json").read_text())["statements"]
    assert "--store" in small_report.outcomes[1].replay
    assert entry["replay"] == "spectral-edge replay P1 --profile tiny"


def test_the_committed_results_name_no_folder_of_their_maker() -> None:
    content = json.loads((RESULTS / "verdicts.json").read_text())
    assert not [entry["replay"] for entry in content["statements"] if "--store" in entry["replay"]]


def test_what_is_published_is_not_published_again(
    small_report: Report, results: Path, tmp_path: Path
) -> None:
    with pytest.raises(
        BadRequest, match="holds published results already; give the report that 'verify' wrote"
    ):
        publish(results, tmp_path / "again")
    with pytest.raises(BadRequest, match="holds published results already"):
        publish(Path(small_report.folder or ""), tmp_path / "again", [results])
    assert not (tmp_path / "again").exists()


def test_publishing_again_replaces_and_leaves_nothing_behind(small_report: Report, results: Path) -> None:
    (results / "data" / "gone.csv").write_text("of a figure that is no more")
    publish(Path(small_report.folder or ""), results)
    assert {p.name for p in results.rglob("*") if p.is_file()} == {"verdicts.json", "P1-norm.csv"}


def test_a_folder_that_holds_something_else_is_left_alone(small_report: Report, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BadRequest, match="no published result; it was left as it is"):
        publish(Path(small_report.folder or ""), tmp_path)
    whole = shutil.copytree(Path(small_report.folder or ""), tmp_path / "report")
    with pytest.raises(BadRequest, match="no published result; it was left as it is"):
        publish(Path(small_report.folder or ""), whole)


def test_results_that_are_too_large_are_refused_and_the_largest_files_named(
    small_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spectral_edge.validate.published.writing.LIMIT", 1000)
    with pytest.raises(
        BadRequest, match=r"at most 1,000 are published; the largest files are verdicts\.json"
    ):
        publish(Path(small_report.folder or ""), tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_what_is_no_published_result_is_refused_with_what_to_do(small_report: Report, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"holds no published results .*'publish' writes them"):
        read_published(tmp_path)
    with pytest.raises(BadRequest, match="is a report and no published result"):
        read_published(Path(small_report.folder or ""))
    with pytest.raises(BadRequest, match=r"cannot be read .*as 'verify' writes it"):
        publish(tmp_path, tmp_path / "results")


def test_damaged_data_stop_the_reading_and_are_named(results: Path, tmp_path: Path) -> None:
    (results / "data" / "P1-norm.csv").unlink()
    with pytest.raises(BadRequest, match="what was published of P1 is damaged"):
        shown(results, tmp_path)


def judged_by_data() -> list[Check]:
    return [check for check in CHECKS if check.record is not None]


@pytest.mark.skipif(not RESULTS.exists(), reason="no results are published yet")
@pytest.mark.parametrize("check", judged_by_data(), ids=lambda check: check.statement)
def test_the_committed_result_belongs_to_the_rule_the_claim_and_the_runs_of_today(check: Check) -> None:
    published = read_published(RESULTS)
    try:
        evidence = published.evidence(
            check, load("spectral-edge")[check.statement], OUR_PROFILES[published.profile]
        )
    except Misplaced as error:
        pytest.fail(f"{check.statement}: {error}")
    assert evidence.id == check.statement
    assert evidence.value.value is None or math.isfinite(evidence.value.value)


def test_a_verdict_that_changes_with_the_master_seed_is_published_as_inconclusive(
    small_report: Report, tmp_path: Path
) -> None:
    assert small_report.folder is not None
    first, again, other = small_report.folder, tmp_path / "again", tmp_path / "other"
    for folder, verdict, seed in ((again, "supported", 1), (other, "refuted", 2)):
        shutil.copytree(first, folder)
        content = json.loads((first / "verdicts.json").read_text())
        content["configuration"]["master_seed"] = seed
        content["statements"][1]["verdict"] = verdict
        (folder / "verdicts.json").write_text(json.dumps(content))
    for repetitions, wanted in (([again], Verdict.SUPPORTED), ([again, other], Verdict.INCONCLUSIVE)):
        publish(first, tmp_path / "results", repetitions)
        report = shown(tmp_path / "results", tmp_path)
        assert report.verdicts["P1"] is wanted
        assert report.outcomes[1].evidence.tables[0].columns[0] == "master seed"
