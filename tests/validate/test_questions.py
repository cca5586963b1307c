"""The commands why, impact, compare and lock, as a user meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from spectral_edge.theory import packs
from spectral_edge.validate import cli
from spectral_edge.validate.explain import why_lines
from spectral_edge.validate.why import why


@pytest.fixture
def ask(world: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("spectral_edge.theory.edge.THEORY", world.registries["theory"])

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli.main, list(words))

    return run


def test_why_shows_the_evidence_and_what_it_rests_on(ask: Any, small_report: Any) -> None:
    result = ask("why", "T1", "--report", str(small_report.folder))
    assert result.exit_code == 0, result.output
    for part in ("T1  What is left is x", "verdict  proved", "Both steps passed.", "D.double", "definition"):
        assert part in result.output
    assert "In the end it rests on 0 assumptions" in result.output


def test_why_of_a_prediction_shows_its_rule(ask: Any, small_report: Any) -> None:
    result = ask("why", "P1", "--report", str(small_report.folder))
    assert "rule     the ratio exceeds 1 in every seed" in result.output
    assert "replay   spectral-edge replay P1" in result.output


def test_why_of_a_published_result_says_what_its_report_said_and_nothing_it_cannot_know() -> None:
    theory = packs.load("spectral-edge")
    said = "It says nothing of the theory: it is drawn from F3 (refuted as given and amended by F3-amended)."
    entry = {"id": "P10", "verdict": "uninformative", "standing": said}
    found = why("P10", theory, {"published": True, "statements": [entry]})
    assert found.meaning == said
    told = list(map(str, why_lines(replace(found, entry=None))))
    assert not [line for line in told if "which is open" in line or "assumption" in line]
    unpublished = why("F3", theory, {"published": True, "statements": []})
    assert any("'spectral-edge replay' checks a derivation" in str(line) for line in why_lines(unpublished))


def test_why_names_every_ground_once_and_the_nearest_first() -> None:
    theory = packs.load("spectral-edge")
    report = {"statements": [{"id": s.id, "verdict": "proved"} for s in theory]}
    found = why("F4-amended", theory, report)
    ids = [ground.statement.id for ground in found.grounds]
    assert len(ids) == len(set(ids)) and "F4-amended" not in ids
    assert [g.depth for g in found.grounds] == sorted(g.depth for g in found.grounds)
    near = {g.statement.id for g in found.grounds if g.depth == 1}
    statement = theory["F4-amended"]
    assert near == {*statement.uses, *statement.proof_uses}
    assert found.assumptions  # a derivation ends somewhere


def test_the_grounds_of_a_prediction_go_through_what_amends_its_source() -> None:
    theory = packs.load("spectral-edge")
    verdicts = {"F3": "refuted", "AX1": "refuted", "F3-amended": "proved", "AX1-amended": "proved"}
    found = why("P10", theory, {"statements": [{"id": i, "verdict": v} for i, v in verdicts.items()]})
    assert {"F3", "F3-amended", "AX1-amended"} <= {g.statement.id for g in found.grounds if g.depth == 1}
    assert found.assumptions


def test_impact_counts_the_proofs_that_fall(ask: Any) -> None:
    result = ask("impact", "D.double")
    assert "If it fell, 1 theorem would lose the proof" in result.output
    assert "Nothing rests on it." in ask("impact", "P1").output


def test_compare_says_that_a_report_agrees_with_itself(ask: Any, small_report: Any, tmp_path: Path) -> None:
    folder = str(small_report.folder)
    assert "Verdicts that differ: 0." in ask("compare", folder, folder).output
    content = json.loads((small_report.folder / "verdicts.json").read_text(encoding="utf-8"))
    content["statements"][0]["verdict"] = "refuted"
    other = tmp_path / "verdicts.json"
    other.write_text(json.dumps(content), encoding="utf-8")
    result = ask("compare", folder, str(other))
    assert "Verdicts that differ: 1." in result.output and "refuted" in result.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("why", "T9"), "cannot be read"),
        (("impact", "T12"), "unknown statement 'T12'; did you mean 'T1'"),
        (("compare", "nowhere", "nowhere"), "give the folder of a report"),
    ],
)
def test_what_cannot_be_answered_is_one_clear_line(ask: Any, words: tuple[str, ...], said: str) -> None:
    result = ask(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("spectral-edge: ") and said in result.stderr
    assert result.stderr.count("\n") == 1
