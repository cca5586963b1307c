from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from spectral_edge.validate.evidence import Measurement, Table
from spectral_edge.validate.report.document import csv_name, document
from spectral_edge.validate.report.reader import read_report


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def test_the_file_is_strict_json_and_says_what_was_run(small_report: Any) -> None:
    text = (small_report.folder / "verdicts.json").read_text(encoding="utf-8")
    data = json.loads(text, parse_constant=refuse)
    assert data == read_report(small_report.folder / "verdicts.json")
    assert data["schema"] == 1
    assert data["configuration"]["profile"] == "tiny"
    assert data["configuration"]["arms"]["arm"]["steps"] == 40
    assert data["seeds"] == [0, 3]
    assert {"python", "numpy", "torch", "sympy", "spectral-edge"} <= set(data["versions"])
    assert len(data["source"]) == 64
    assert data["times"]["started"] <= data["times"]["finished"]


def test_each_statement_carries_its_verdict_numbers_rule_and_replay(small_report: Any) -> None:
    theorem, prediction = document(small_report, [])["statements"]
    assert (theorem["id"], theorem["verdict"], theorem["value"], theorem["null"]) == (
        "T1",
        "proved",
        2.0,
        None,
    )
    assert theorem["measured_null"]["note"] == "altered copies take its part"
    assert theorem["derivation"]["altered_copies"] == theorem["derivation"]["altered_copies_rejected"] > 0
    assert theorem["record"] is None
    assert (prediction["id"], prediction["verdict"], prediction["null"]) == ("P1", "supported", 1.0)
    assert prediction["value"] > 1
    assert prediction["record"] == small_report.outcomes[1].record.digest()
    assert prediction["rule"]["constants"] == {"level": 1.0}
    assert prediction["replay"].startswith("spectral-edge replay P1")
    assert prediction["tables"][0]["rows"][0][0] == 0
    assert prediction["runs"] == [small_report.runs[0].address]


def test_every_file_that_is_named_lies_in_the_folder(small_report: Any) -> None:
    data = read_report(small_report.folder / "verdicts.json")
    assert set(data["files"]) == {"data/P1-norm.csv", "index.html", "verdicts.json"}
    assert all((small_report.folder / name).is_file() for name in data["files"])
    assert data["statements"][1]["figures"][0]["data"] == "data/P1-norm.csv"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_becomes_null(small_report: Any, value: float) -> None:
    outcome = small_report.outcomes[1]
    evidence = replace(
        outcome.evidence,
        value=Measurement(value, "ratio", note="why"),
        tables=(Table("t", ("a",), ((value,),)),),
    )
    report = replace(small_report, outcomes=(replace(outcome, evidence=evidence),))
    (statement,) = document(report, [])["statements"]
    assert statement["value"] is None
    assert statement["tables"][0]["rows"] == [[None]]
    json.dumps(statement, allow_nan=False)


def test_the_name_of_a_data_file_cannot_leave_its_folder() -> None:
    assert csv_name("F3-amended", "gap") == "data/F3-amended-gap.csv"
    assert csv_name("../x", "gap") == "data/.._x-gap.csv"
