"""Counting seeds: what is counted, what is left out, and that nulls take the same test."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate import evidence_json
from spectral_edge.validate.checks.counted import Scores, Told, Varied, at_least, below, judge_scores
from spectral_edge.validate.record import Record
from spectral_edge.validate.report.figures import check_figure
from spectral_edge.validate.verdict import Verdict

RECORD = Record(
    statement="P00",
    observable="a number",
    replication="a seed",
    test="at least the bound in most seeds",
    refuted_if="in most it is not",
    nulls=("noise", "twin"),
    constants={"bound": 2.0},
    reasons={"bound": "our reading; no source"},
    effect=0.9,
)
VARIED = Varied("bound", "the bound", (1.0, 2.0, 3.0))
TOLD = Told(
    "size", "the number is at least the bound", "nothing is reported", "Tested on numbers made by hand."
)


def scores(name, *values):
    numbers = np.array(values)
    return Scores(name, tuple(range(100, 100 + len(values))), numbers, {"twice": 2 * numbers})


def judge(in_context, data, noise, twin, test=at_least):
    found = judge_scores(
        in_context(), RECORD, scores("seeds", *data), [scores("noise", *noise), scores("twin", *twin)], test,
        VARIED, TOLD,
    )  # fmt: skip
    for figure in found.figures:
        check_figure(figure)
    assert evidence_json.same(evidence_json.from_json(evidence_json.to_json(found)), found)
    return found


HIGH, LOW, MIXED = [3.0] * 6, [1.0] * 6, [3.0] * 3 + [1.0] * 3


@pytest.mark.parametrize(
    "data, noise, twin, verdict",
    [
        (HIGH, LOW, LOW, Verdict.SUPPORTED),
        (HIGH, HIGH, LOW, Verdict.UNINFORMATIVE),
        (HIGH, LOW, HIGH, Verdict.UNINFORMATIVE),
        (LOW, LOW, LOW, Verdict.REFUTED),
        (MIXED, LOW, LOW, Verdict.INCONCLUSIVE),
        (HIGH, MIXED, LOW, Verdict.INCONCLUSIVE),
        ([np.nan] * 6, LOW, LOW, Verdict.INCONCLUSIVE),
    ],
)
def test_the_verdict_is_that_of_the_table(in_context, data, noise, twin, verdict):
    assert judge(in_context, data, noise, twin).verdict is verdict


def test_the_threshold_itself_passes_and_the_direction_is_the_test_s(in_context):
    assert judge(in_context, [2.0] * 6, LOW, LOW).verdict is Verdict.SUPPORTED
    assert judge(in_context, [2.0] * 6, LOW, LOW, below).verdict is Verdict.REFUTED
    assert judge(in_context, LOW, HIGH, HIGH, below).verdict is Verdict.SUPPORTED


def test_units_without_a_number_are_listed_and_not_counted(in_context):
    found = judge(in_context, [*HIGH, np.nan], LOW, LOW)
    assert found.counts == {"data": (6, 6), "noise": (0, 6), "twin": (0, 6)}
    assert "1 of 7 could not take the test" in found.reason
    rows = [row for table in found.tables for row in table.rows if row[0] == "seeds" and row[1] == 106]
    assert len(rows) == 1
    assert np.isnan(rows[0][2])


def test_every_value_and_what_stands_beside_it_is_in_the_table(in_context):
    found = judge(in_context, HIGH, LOW, MIXED)
    (table,) = [t for t in found.tables if t.title == "Every seed and replicate"]
    assert table.columns == ("arm or null", "seed", "size", "twice")
    assert len(table.rows) == 18
    assert table.rows[0] == ("seeds", 100, 3.0, 6.0)


def test_the_sensitivity_takes_the_test_at_each_value(in_context):
    figure = judge(in_context, MIXED, LOW, HIGH).figures[-1]
    drawn = {c.label: c.y for c in figure.curves if c.style == "line"}
    assert drawn["seeds"] == (1.0, 0.5, 0.5)
    assert drawn["noise"] == (1.0, 0.0, 0.0)


def test_nulls_that_the_record_does_not_name_are_refused(in_context):
    with pytest.raises(ValueError, match="its record names"):
        judge_scores(
            in_context(), RECORD, scores("seeds", 1.0), [scores("noise", 1.0)], at_least, VARIED, TOLD
        )
    with pytest.raises(ValueError, match="one for each of 2 units"):
        Scores("seeds", (1, 2), np.ones(3))
