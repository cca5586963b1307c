"""Verdicts that change with the seeds are inconclusive, and only those."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.published.steadiness import COLUMNS, steadied
from spectral_edge.validate.verdict import Verdict

DATA = [v.value for v in Verdict if v is not Verdict.PROVED]


def report(seed: int, *verdicts: str, **changes: Any) -> dict[str, Any]:
    statements = [
        {
            "id": f"P{i}",
            "verdict": v,
            "value": 0.1 * seed,
            "null": None,
            "reason": "So.",
            "rule": {},
            "tables": [],
        }
        for i, v in enumerate(verdicts)
    ]
    content = {
        "theory": "t",
        "source": "s",
        "versions": {},
        "configuration": {"profile": "standard", "master_seed": seed},
        "statements": statements,
    }
    return content | changes


@given(st.lists(st.lists(st.sampled_from(DATA), min_size=2, max_size=2), min_size=2, max_size=4))
def test_a_verdict_stays_exactly_when_all_repetitions_agree(verdicts: list[list[str]]) -> None:
    reports = [report(seed, *found) for seed, found in enumerate(verdicts)]
    before = copy.deepcopy(reports)
    for i, entry in enumerate(steadied(reports[0], reports[1:])):
        seen = [found[i] for found in verdicts]
        assert entry["verdict"] == (seen[0] if len(set(seen)) == 1 else "inconclusive")
        assert entry["tables"][0]["columns"] == list(COLUMNS)
        assert [row[:2] for row in entry["tables"][0]["rows"]] == [[s, v] for s, v in enumerate(seen)]
        for seed, verdict in enumerate(seen):
            told = f"{verdict} with master seed {seed}" in entry["reason"]
            assert told == (len(set(seen)) > 1)
    assert reports == before


def test_one_report_alone_stays_as_it_is() -> None:
    alone = report(0, "supported")
    assert steadied(alone, []) == alone["statements"]


def test_what_a_derivation_decides_has_no_seeds() -> None:
    first, second = report(0, "supported"), report(1, "refuted")
    for one in (first, second):
        one["statements"][0]["rule"] = None
    assert steadied(first, [second]) == first["statements"]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (report(0, "refuted"), r"master seeds \[0, 0\]"),
        (report(1, "refuted", source="another"), "differ in their source"),
        (report(1, "refuted", versions={"torch": "1"}), "differ in their versions"),
        (report(1, "refuted", configuration={"profile": "quick", "master_seed": 1}), "different profiles"),
        (report(1, "refuted", "refuted"), "judge different statements"),
    ],
)
def test_what_is_no_repetition_is_refused(other: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        steadied(report(0, "refuted"), [other])
