"""Predictions corrected together: against the table of verdicts, and against the errors that it promises."""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from spectral_edge.validate.evidence import DATA, Evidence, Measurement, counts
from spectral_edge.validate.family import LEVEL, Family, Member, family, p_value
from spectral_edge.validate.report.document import document
from spectral_edge.validate.report.page import render
from spectral_edge.validate.rules import judge_prediction
from spectral_edge.validate.self_check import Unsound, evidence_is_sound
from spectral_edge.validate.statistics.shares import share
from spectral_edge.validate.verdict import Verdict

pairs = st.integers(0, 40).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total)))
null_pairs = st.dictionaries(st.sampled_from(("noise", "walk", "twin")), pairs, min_size=1)


@functools.cache
def counted(passed: int, total: int):
    return share([True] * passed + [False] * (total - passed))


def judged(data: tuple[int, int], nulls: dict[str, tuple[int, int]], name: str = "P1") -> Evidence:
    """Evidence with these counts and the verdict that the one table gives them."""
    shares = {n: counted(*pair) for n, pair in {DATA: data, **nulls}.items()}
    seen = shares.pop(DATA)
    verdict = judge_prediction(seen.majority, {n: s.majority for n, s in shares.items()})
    nothing = Measurement(None, "")
    return Evidence(name, verdict, nothing, nothing, "", counts=counts(seen, shares))


@given(pairs, null_pairs)
def test_a_family_of_one_changes_no_verdict(data, nulls):
    (member,) = family({"P1": judged(data, nulls)}).members
    assert member.corrected is member.verdict
    assert (member.p_value <= LEVEL) == (member.verdict in (Verdict.SUPPORTED, Verdict.REFUTED))


@given(pairs, null_pairs)
def test_the_p_value_is_that_of_the_weakest_part_of_the_likelier_claim(data, nulls):
    def most(pair, side):
        return binomtest(*pair, alternative=side).pvalue if pair[1] else 1.0

    supported = max([most(data, "greater"), *(most(pair, "less") for pair in nulls.values())])
    expected = min(1.0, 2 * min(supported, most(data, "less")))
    # Both are sums of at most 41 terms.
    assert p_value({DATA: data, **nulls}) == pytest.approx(expected, rel=1e-12)


def test_more_predictions_make_each_weaker_and_the_strongest_still_counts():
    noise = {"noise": (0, 96)}
    few = {"weak": judged((19, 24), noise), "strong": judged((24, 24), noise)}
    assert family(few).falling == ()
    many = few | {f"P{i}": judged((12, 24), noise) for i in range(20)}
    assert [m.statement for m in family(many).falling] == ["weak"]
    assert {m.statement: m.corrected for m in family(many).members}["weak"] is Verdict.INCONCLUSIVE


def test_what_a_null_passes_too_stays_uninformative_and_counts_as_a_test():
    found = family({"a": judged((24, 24), {"noise": (90, 96)}), "b": judged((19, 24), {"noise": (0, 96)})})
    assert found.members[0].corrected is Verdict.UNINFORMATIVE
    assert found.members[1].adjusted == 2 * found.members[1].p_value


def test_a_family_of_nothing_is_claimed_about_no_more_often_than_it_says():
    """Seeds pass by the toss of a coin: each claim is wrong. Uncorrected, a family of 24 nearly always has one."""
    draw = np.random.default_rng(5)
    corrected = alone = 0
    for _ in range(200):
        studies = {str(i): judged((int(draw.binomial(24, 0.5)), 24), {"noise": (0, 96)}) for i in range(24)}
        found = family(studies)
        corrected += any(m.corrected in (Verdict.SUPPORTED, Verdict.REFUTED) for m in found.members)
        alone += any(m.verdict in (Verdict.SUPPORTED, Verdict.REFUTED) for m in found.members)
    assert binomtest(corrected, 200, LEVEL, alternative="greater").pvalue > 1e-3
    # The exact test of 24 seeds errs with chance 0.0227, on either side together: 1 − 0.9773²⁴ = 0.42.
    assert binomtest(alone, 200, LEVEL, alternative="greater").pvalue < 1e-9


def test_what_it_says_in_words_fits_the_numbers() -> None:
    one = Family((Member("P1", Verdict.SUPPORTED, 0.001, 0.01),), ())
    assert str(one).endswith("of 1 that are supported or refuted, all would count.")
    fallen = Family((*one.members, Member("P2", Verdict.REFUTED, 0.04, 0.2)), ())
    assert str(fallen).endswith("of 2 that are supported or refuted, 1 would not count: P2.")
    none = Family((Member("P3", Verdict.UNINFORMATIVE, 0.001, 0.01),), ())
    assert str(none).endswith("none is supported or refuted, so that nothing is claimed.")


def test_a_prediction_without_counts_is_named_and_one_not_checked_is_not():
    bare = replace(judged((24, 24), {"noise": (0, 24)}), counts={})
    untried = replace(bare, verdict=Verdict.NOT_CHECKED)
    assert family({"a": bare, "b": untried}) == Family((), ("a",))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "counts of nothing; give those of 'data'"),
        ({DATA: (1, 2)}, "of a null or more"),
        ({"noise": (1, 2), "walk": (1, 2)}, "give those of 'data'"),
        ({DATA: (3, 2), "noise": (0, 1)}, r"no counts: \{'data': \(3, 2\)\}"),
    ],
)
def test_counts_of_no_test_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        p_value(wrong)


def test_the_report_shows_what_holds_for_all_predictions_together(small_report: Any) -> None:
    *others, prediction = small_report.outcomes
    evidence = replace(prediction.evidence, counts={DATA: (6, 6), "no training": (0, 6)})
    report = replace(small_report, outcomes=(*others, replace(prediction, evidence=evidence)))
    assert small_report.family == Family((), ("P1",))
    written = json.loads(json.dumps(document(report, []), allow_nan=False))
    (member,) = written["family"]["members"]
    assert (member["id"], member["corrected"], member["p"]) == ("P1", "supported", 2 / 64)
    assert written["statements"][-1]["counts"] == {"data": [6, 6], "no training": [0, 6]}
    page = render(report)
    assert "All predictions together" in page and str(report.family) in page
    assert "All predictions together" not in render(small_report)


def test_evidence_with_counts_of_no_test_is_not_believed(small_report: Any) -> None:
    prediction = small_report.outcomes[-1]
    wrong = replace(prediction.evidence, counts={DATA: (6, 6)})
    with pytest.raises(Unsound, match="counts of no test"):
        evidence_is_sound(wrong, "P1", prediction.result)
