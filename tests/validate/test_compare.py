"""Two reports side by side."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from spectral_edge.validate.compare import compare
from spectral_edge.validate.verdict import Verdict


@pytest.fixture
def content(small_report: Any) -> dict[str, Any]:
    text = (small_report.folder / "verdicts.json").read_text(encoding="utf-8")
    report: dict[str, Any] = json.loads(text)
    return report


def test_a_report_agrees_with_itself(content):
    found = compare(content, copy.deepcopy(content))
    assert (found.differences, found.circumstances, found.agreeing) == ((), {}, len(content["statements"]))


def test_a_changed_verdict_is_told_from_a_changed_number_and_a_changed_record(content):
    other = copy.deepcopy(content)
    by_id = {entry["id"]: entry for entry in other["statements"]}
    by_id["P1"]["verdict"] = "refuted"
    by_id["T1"]["value"] += 1e-12
    found = {d.id: d for d in compare(content, other).differences}
    assert found["P1"].decisive and found["P1"].verdicts == (Verdict.SUPPORTED, Verdict.REFUTED)
    assert not found["T1"].decisive and found["T1"].values[0] != found["T1"].values[1]
    by_id["P1"]["record"] = "another"
    assert {d.id: d.record_changed for d in compare(content, other).differences} == {
        "P1": True,
        "T1": False,
    }


def test_comparing_the_other_way_round_mirrors(content):
    other = copy.deepcopy(content)
    other["statements"] = [e for e in other["statements"] if e["id"] != "P1"]
    other["versions"] = {**other["versions"], "torch": "0.1"}
    there, back = compare(content, other), compare(other, content)
    assert [d.verdicts for d in there.differences] == [d.verdicts[::-1] for d in back.differences]
    assert there.differences[0].verdicts == (Verdict.SUPPORTED, None)
    assert there.circumstances["versions.torch"] == back.circumstances["versions.torch"][::-1]


def test_beside_a_published_result_only_what_both_hold_is_compared(content):
    published = copy.deepcopy(content) | {"published": True}
    published["statements"] = [entry for entry in published["statements"] if entry["rule"] is not None]
    assert 0 < len(published["statements"]) < len(content["statements"])
    for pair in ((content, published), (published, content)):
        found = compare(*pair)
        assert (found.differences, found.agreeing) == ((), len(published["statements"]))
    # Between two of a kind nothing is passed over.
    assert compare(published, content | {"published": True}).differences
