from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.expect import differences, read_expected
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.verdict import Verdict

verdicts = st.dictionaries(st.sampled_from(["F1", "F3", "P01", "P10", "W1"]), st.sampled_from(Verdict))


@given(verdicts, verdicts)
def test_there_is_one_line_for_each_id_on_which_the_two_disagree(
    expected: dict[str, Verdict], found: dict[str, Verdict]
) -> None:
    disagreed = {i for i in {*expected, *found} if expected.get(i) is not found.get(i)}
    lines = differences(expected, found)
    assert {line.split(":")[0] for line in lines} == disagreed
    assert len(lines) == len(disagreed)


@given(verdicts)
def test_both_forms_of_the_file_say_the_same(
    tmp_path_factory: pytest.TempPathFactory, wanted: dict[str, Verdict]
) -> None:
    path = tmp_path_factory.mktemp("expect") / "expected.json"
    path.write_text(json.dumps(wanted))
    assert read_expected(path) == wanted
    path.write_text(
        json.dumps({"schema": 1, "statements": [{"id": i, "verdict": v} for i, v in wanted.items()]})
    )
    assert read_expected(path) == wanted


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("not json", "is not JSON"),
        ("[]", "give an object such as"),
        ('{"F1": "true"}', "F1 is expected to be 'true', which is no verdict; known: proved, supported"),
        ('{"F1": null}', "F1 is expected to be None"),
        ('{"statements": [{"id": "F1"}]}', "each of its statements needs an id and a verdict"),
        ('{"statements": [3]}', "each of its statements needs an id and a verdict"),
    ],
)
def test_a_file_that_expects_nothing_sensible_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "expected.json"
    path.write_text(content)
    with pytest.raises(BadRequest, match=message):
        read_expected(path)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"absent.json: cannot be read \(No such file"):
        read_expected(tmp_path / "absent.json")


def test_an_earlier_report_can_be_what_is_expected(small_report: Any) -> None:
    assert read_expected(small_report.folder / "verdicts.json") == small_report.verdicts
