"""The tables by which evidence becomes a verdict, row by row."""

from __future__ import annotations

import itertools

import pytest

from spectral_edge.theory.status import Status
from spectral_edge.validate.rules import judge_prediction, judge_theorem
from spectral_edge.validate.verdict import Verdict

ANSWERS = (True, False, None)
PAIRS = tuple(itertools.product(ANSWERS, repeat=2))


@pytest.mark.parametrize("nulls", PAIRS)
def test_data_that_fail_the_test_refute_whatever_the_nulls_do(nulls):
    assert judge_prediction(False, dict(enumerate(nulls))) is Verdict.REFUTED


@pytest.mark.parametrize("nulls", PAIRS)
def test_data_that_cannot_say_are_inconclusive_whatever_the_nulls_do(nulls):
    assert judge_prediction(None, dict(enumerate(nulls))) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("others", PAIRS)
def test_one_null_that_passes_makes_passing_uninformative(others):
    assert judge_prediction(True, {"passes": True, **dict(enumerate(others))}) is Verdict.UNINFORMATIVE


def test_a_prediction_is_supported_only_when_every_null_fails():
    assert judge_prediction(True, {"a": False, "b": False}) is Verdict.SUPPORTED
    assert judge_prediction(True, {"a": False, "b": None}) is Verdict.INCONCLUSIVE


def test_a_prediction_without_a_null_cannot_be_judged():
    with pytest.raises(ValueError, match="at least one null model"):
        judge_prediction(True, {})


@pytest.mark.parametrize("numbers, altered", tuple(itertools.product(ANSWERS, (True, False))))
def test_numbers_never_save_a_theorem_that_the_theory_refutes_or_leaves_open(numbers, altered):
    assert judge_theorem(Status.REFUTED, numbers, altered) is Verdict.REFUTED
    assert judge_theorem(Status.NOT_CHECKED, numbers, altered) is Verdict.NOT_CHECKED
    assert judge_theorem(Status.EMPIRICAL, numbers, altered) is Verdict.NOT_CHECKED


def test_a_derived_theorem_is_proved_only_if_numbers_agree_and_altered_copies_fail():
    assert judge_theorem(Status.PROVED, True, True) is Verdict.PROVED
    assert judge_theorem(Status.PROVED, None, True) is Verdict.PROVED
    assert judge_theorem(Status.PROVED, False, True) is Verdict.REFUTED
    assert judge_theorem(Status.PROVED, True, False) is Verdict.UNINFORMATIVE
