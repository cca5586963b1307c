"""What a page of evidence says for and against a prediction, from planted counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from spectral_edge.validate.evidence import Evidence, Measurement
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.provenance import Origin
from spectral_edge.validate.published.writing import publish
from spectral_edge.validate.rules import judge_prediction
from spectral_edge.validate.site.builder import build
from spectral_edge.validate.site.make import Docs
from spectral_edge.validate.site.material import Material
from spectral_edge.validate.site.sections.counts import counts_table, for_and_against, shares
from spectral_edge.validate.site.sections.lists import evidence_list
from spectral_edge.validate.site.sections.said import Said
from spectral_edge.validate.verdict import Verdict

ORIGIN = Origin("c0ffee" * 7, False, "feedbeef" * 8, "2026-01-01T00:00:00+00:00", "a machine", {})
PASS, FAIL, UNDECIDED = (24, 24), (0, 24), (12, 24)


def evidence(data: tuple[int, int], **nulls: tuple[int, int]) -> Evidence:
    nothing = Measurement(None, "none", note="planted")
    # The data stand last here, and first on the page.
    return Evidence("P1", Verdict.INCONCLUSIVE, nothing, nothing, "planted", counts={**nulls, "data": data})


def told(found: Evidence) -> dict[str, list[str]]:
    (facts,) = for_and_against(found)
    return {
        item.children[0].astext(): [row.astext() for row in item.children[1].children[0].children]
        for item in facts.children
    }


def test_the_trained_networks_come_first_with_the_exact_interval() -> None:
    rows = list(shares(evidence((6, 6), noise=FAIL)))
    assert [name for name, _ in rows] == ["data", "noise"]
    assert rows[0][1].low == pytest.approx(0.025 ** (1 / 6), rel=1e-9)
    (table,) = counts_table(evidence((6, 6), noise=FAIL))
    assert "6 of 6" in table.astext() and "0.54 to 1.00" in table.astext() and "yes" in table.astext()


@pytest.mark.parametrize("data", [PASS, FAIL, UNDECIDED])
@pytest.mark.parametrize("null", [PASS, FAIL, UNDECIDED])
def test_what_is_said_for_and_against_fits_the_verdict(data: tuple[int, int], null: tuple[int, int]) -> None:
    found = evidence(data, noise=null)
    said = told(found)
    majorities = {name: share.majority for name, share in shares(found)}
    verdict = judge_prediction(majorities["data"], {"noise": majorities["noise"]})
    against, favour = "Against it" in said, "For it" in said
    match verdict:
        case Verdict.SUPPORTED:
            assert favour and not against and len(said["For it"]) == 2
        case Verdict.UNINFORMATIVE:
            assert any("“noise” passes, and knows nothing" in words for words in said["Against it"])
        case Verdict.REFUTED:
            assert against and not favour
        case Verdict.INCONCLUSIVE:
            assert "Says nothing" in said


def test_a_prediction_without_counts_says_nothing_here() -> None:
    assert for_and_against(replace(evidence(PASS), counts={})) == []
    assert counts_table(replace(evidence(PASS), counts={})) == []


def test_the_table_of_predictions_has_our_number_the_reported_one_and_each_null(small_report: Report) -> None:
    planted = replace(evidence((20, 24), noise=(3, 24), walk=(0, 24)), extra={"Reported": "in 24 of 24 runs"})
    outcomes = tuple(replace(o, evidence=planted) if o.id == "P1" else o for o in small_report.outcomes)
    (table,) = evidence_list(Said(Material(replace(small_report, outcomes=outcomes))), predictions=True)
    text = table.astext()
    for part in ("20/24", "0.63 to 0.95", "Reported: in 24 of 24 runs", "3/24 noise", "0/24 walk"):
        assert part in text, part
    assert evidence_list(Said(Material(small_report)), predictions=False) == []


def test_published_results_are_shown_with_what_found_them(small_report: Report, tmp_path: Path) -> None:
    report = replace(small_report, published=ORIGIN)
    site = build(report, tmp_path / "site", None).folder
    for name in ("evidence/P1.html", "verdicts.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert "finished 2026-01-01" in text and "feedbeeffeedbeef" in text, name


def test_results_are_asked_for_by_folder_or_found_where_no_profile_is_named(
    small_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert small_report.folder is not None
    publish(small_report.folder, tmp_path / "results")
    monkeypatch.setattr("spectral_edge.validate.site.make.RESULTS", tmp_path / "results")
    found = Docs().published
    assert found is not None and found.profile == "tiny"
    assert Docs(profile="smoke").published is None
    assert Docs(theory="deep-linear").published is None
    monkeypatch.setattr("spectral_edge.validate.site.make.RESULTS", tmp_path / "nowhere")
    assert Docs().published is None
    with pytest.raises(BadRequest, match="holds no published results"):
        _ = Docs(results=tmp_path / "nowhere").published
