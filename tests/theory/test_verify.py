"""The whole theory comes out as expected, an altered derivation does not, and statuses combine fail-closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check.points import Decision
from spectral_edge.theory.derivation import Derivation, Identity, Rearrange, Start, Step
from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.statement import Kind, Statement
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, TheoryReport, check_statement, check_theory

EXPECTED = {
    "F1": Status.REFUTED,
    "F2": Status.REFUTED,
    "F3": Status.REFUTED,
    "F1.row": Status.PROVED,
    "F1.squared": Status.PROVED,
    "F1-amended": Status.PROVED,
    "F1.closed": Status.PROVED,
    "F2-amended": Status.PROVED,
    "F3-amended": Status.PROVED,
    "W1": Status.PROVED,
}


def part_of(theory: Theory, *wanted: str) -> Theory:
    """The statements ``wanted`` and all that they use, as a theory of their own."""
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        identifier = waiting.pop()
        if identifier not in needed:
            needed.add(identifier)
            statement = theory[identifier]
            below = (*statement.uses, *statement.proof_uses, statement.amends, *statement.drawn_from)
            waiting += [i for i in below if i]
    return replace(theory, statements=tuple(s for s in theory if s.id in needed), chapters=())


CORE = part_of(THEORY, *EXPECTED, "P01", "P02", "P03", "P10")
"""The window, the flow of strengths and gap, and four predictions: what the rest is built on."""


@pytest.fixture(scope="module")
def report() -> TheoryReport:
    """The core with every mutant that can be made: checked once, since it takes some seconds."""
    return check_theory(CORE, every=True)


@pytest.mark.parametrize(("identifier", "status"), sorted(EXPECTED.items()))
def test_the_theory_has_the_status_that_its_derivations_give(
    report: TheoryReport, identifier: str, status: Status
) -> None:
    assert report.results[identifier].status is status, report.results[identifier].message


@pytest.mark.parametrize("identifier", ["F1", "F2", "F3"])
def test_the_sources_own_equations_do_not_balance(report: TheoryReport, identifier: str) -> None:
    assert "does not balance" in report.results[identifier].message


def test_no_mutant_of_the_theory_survives(report: TheoryReport) -> None:
    assert report.survivors == []


def test_every_proved_theorem_had_mutants_and_all_were_caught(report: TheoryReport) -> None:
    proved = [r for r in report.results.values() if r.status is Status.PROVED]
    assert proved
    for result in proved:
        assert result.mutants_made == result.mutants_caught > 0, result.id


def test_every_statement_was_looked_at(report: TheoryReport) -> None:
    assert set(report.results) == set(CORE.by_id)
    claims = {s.id for s in CORE if s.kind is Kind.PREDICTION and not s.counterexample}
    balanced = {i for i in claims if report.results[i].status is not Status.REFUTED}
    assert {report.results[i].status for i in balanced} <= {Status.EMPIRICAL}
    givens = [s.id for s in CORE if s.kind in (Kind.DEFINITION, Kind.ASSUMPTION)]
    assert {report.results[i].status for i in givens} == {Status.ASSUMED}


@pytest.mark.slow
def test_every_theorem_of_the_whole_theory_is_proved_or_refuted() -> None:
    whole = check_theory(THEORY, mutate=False).results
    theorems = [s.id for s in THEORY if s.kind is Kind.THEOREM]
    undone = {i: whole[i].message for i in theorems if whole[i].status not in (Status.PROVED, Status.REFUTED)}
    assert undone == {}
    assert {i: whole[i].status for i in EXPECTED} == EXPECTED
    amended = [s.amends for s in THEORY if s.amends]
    assert {whole[i].status for i in amended} <= {Status.REFUTED, Status.NOT_CHECKED, Status.EMPIRICAL}


def relation(change: Callable[[Any, Any], tuple[Any, Any]]) -> Callable[[Step], Step]:
    """A step whose claimed equation has had its two sides changed."""

    def altered(step: Step) -> Step:
        return replace(step, to=sp.Eq(*change(step.to.lhs, step.to.rhs), evaluate=False))

    return altered


def first_term_dropped(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    return lhs, sp.Add(*sp.Add.make_args(rhs)[1:])


def last_term_flipped(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    *rest, last = sp.Add.make_args(rhs)
    return lhs, sp.Add(*rest, -last)


def half_lost(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    return lhs, rhs.xreplace({sp.Rational(1, 2): sp.Integer(1)})


def both_doubled(lhs: Any, rhs: Any) -> tuple[Any, Any]:
    return 2 * lhs, 2 * rhs


def other_statement(using: str) -> Callable[[Step], Step]:
    return lambda step: replace(step, using=using)


def other_renaming(step: Step) -> Step:
    return replace(step, where={old: old for old in step.where})  # type: ignore[attr-defined]


ALTERED = [
    ("F3-amended", 2, relation(last_term_flipped), "step 2 (differentiate) fails"),
    ("F3-amended", 3, relation(first_term_dropped), "step 3 (substitute) fails"),
    ("F3-amended", 3, relation(last_term_flipped), "step 3 (substitute) fails"),
    ("F3-amended", 3, other_statement("F1.squared"), "step 3 (substitute) fails"),
    ("F3-amended", 3, other_statement("F3"), "step 3 (substitute) fails"),
    ("F3-amended", 3, other_renaming, "step 3 (substitute) fails"),
    ("F3-amended", 5, relation(half_lost), "step 5 (substitute) fails"),
    ("F3-amended", 5, other_statement("D.gap"), "step 5 (substitute) fails"),
    ("F3-amended", 7, relation(last_term_flipped), "step 7 (substitute) fails"),
    ("F1-amended", 2, relation(first_term_dropped), "step 2 (rewrite) fails"),
    ("F1-amended", 3, lambda step: replace(step, times=1 / step.to.lhs.expr), "step 3 (rearrange) fails"),  # type: ignore[attr-defined]
    ("F1.squared", 2, relation(both_doubled), "step 2 (differentiate) fails"),
    ("F1.squared", 6, other_statement("D.source"), "step 6 (substitute) fails"),
    ("F1.closed", 2, relation(first_term_dropped), "step 2 (solve the flow) fails"),
    ("F2-amended", 2, relation(lambda lhs, rhs: (lhs, 2 * rhs)), "step 2 (solve) fails"),
]


def with_step(statement: Statement, number: int, change: Callable[[Step], Step]) -> Statement:
    (derivation,) = statement.derivations
    steps = list(derivation.steps)
    steps[number - 1] = change(steps[number - 1])
    return replace(statement, derivations=(replace(derivation, steps=tuple(steps)),))


@pytest.mark.parametrize(("identifier", "number", "change", "message"), ALTERED)
def test_a_derivation_fails_loudly_at_the_step_that_was_altered(
    report: TheoryReport, identifier: str, number: int, change: Callable[[Step], Step], message: str
) -> None:
    altered = with_step(CORE[identifier], number, change)
    theory = replace(CORE, statements=tuple(altered if s.id == identifier else s for s in CORE))
    result = check_statement(altered, theory, report.results, mutate=False)
    assert result.status is Status.NOT_CHECKED
    assert message in result.message


def test_a_derivation_whose_last_step_is_missing_does_not_arrive(report: TheoryReport) -> None:
    statement = CORE["F3-amended"]
    (derivation,) = statement.derivations
    shorter = replace(statement, derivations=(replace(derivation, steps=derivation.steps[:-1]),))
    result = check_statement(shorter, CORE, report.results, mutate=False)
    assert (result.status, result.message) == (
        "not checked",
        "the last step of a derivation is not the statement",
    )


def test_what_rests_on_an_altered_theorem_is_not_proved_either(report: TheoryReport) -> None:
    altered = with_step(CORE["F1.squared"], 2, relation(both_doubled))
    theory = replace(CORE, statements=tuple(altered if s.id == "F1.squared" else s for s in CORE))
    results = dict(report.results)
    for identifier in ("F1.squared", "F1-amended", "F3-amended"):
        results[identifier] = check_statement(theory[identifier], theory, results, mutate=False)
        assert results[identifier].status is Status.NOT_CHECKED
    assert results["F1-amended"].message == "it rests on F1.squared, which is not checked"
    assert results["F3-amended"].message == "it rests on F1-amended, which is not checked"


# --- how statuses combine --------------------------------------------------------------------------


def proof(small: Any) -> tuple[Any, Any]:
    claim = small.eq((small.x + 1) ** 2, small.x**2 + 2 * small.x + 1)
    return claim, Identity(to=claim, says="")


def test_definitions_and_assumptions_are_assumed_and_predictions_are_left_to_data(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    for kind in (Kind.DEFINITION, Kind.ASSUMPTION):
        assert small.status(small.assume("A", claim, kind=kind)).status is Status.ASSUMED
    prediction = replace(small.theorem("P", claim), kind=Kind.PREDICTION)
    assert small.status(prediction).status is Status.EMPIRICAL


@pytest.mark.parametrize("kind", list(Kind))
def test_units_that_do_not_balance_refute_whatever_it_is(small: Any, kind: Kind) -> None:
    statement = replace(small.theorem("T", small.eq(small.length, small.loss)), kind=kind)
    result = small.status(statement)
    assert result.status is Status.REFUTED
    assert "does not balance" in result.message


def test_the_units_of_hypotheses_count_too(small: Any) -> None:
    claim, step = proof(small)
    result = small.status(small.theorem("T", claim, step, hypotheses=(sp.Gt(small.length, small.loss),)))
    assert result.status is Status.REFUTED


def test_a_theorem_without_a_derivation_is_not_checked(small: Any) -> None:
    result = small.status(small.theorem("T", small.eq(small.x, small.y)))
    assert (result.status, result.message) == ("not checked", "no derivation of relation [0]")


def test_every_relation_of_a_theorem_needs_its_derivation(small: Any) -> None:
    claim, step = proof(small)
    both = replace(
        small.theorem("T", claim, step),
        content=(claim, small.eq(2 * small.x + small.y, small.y + 2 * small.x + 1)),
    )
    result = small.status(both)
    assert (result.status, result.message) == ("not checked", "no derivation of relation [1]")


@pytest.mark.parametrize("part", [-1, 1, 7])
def test_a_derivation_of_a_relation_that_is_not_there_does_not_arrive(small: Any, part: int) -> None:
    claim, step = proof(small)
    elsewhere = replace(small.theorem("T", claim), derivations=(Derivation((step,), part=part),))
    assert small.status(elsewhere).status is Status.NOT_CHECKED


def test_a_theorem_that_uses_a_refuted_meaning_is_not_proved(small: Any) -> None:
    claim, step = proof(small)
    bad = small.assume("D", small.eq(small.length, small.loss), kind=Kind.DEFINITION)
    result = small.status(bad, small.theorem("T", claim, step, uses=("D",)))
    assert (result.status, result.message) == ("not checked", "it rests on D, which is refuted")


def test_a_theorem_cannot_rest_on_a_prediction(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    prediction = replace(small.theorem("P", claim), kind=Kind.PREDICTION)
    result = small.status(prediction, small.theorem("T", claim, Start(using="P", to=claim, says="")))
    assert (result.status, result.message) == ("not checked", "it rests on P, which is empirical")


def test_the_first_step_that_fails_is_named(small: Any) -> None:
    claim, step = proof(small)
    wrong = Rearrange(to=small.eq((small.x + 1) ** 2, small.x**2 + 1), says="")
    again = Rearrange(to=claim, says="")
    result = small.status(small.theorem("T", claim, step, wrong, again))
    assert result.message.startswith("step 2 (rearrange) fails: ")


def test_undecided_never_counts_as_proved(small: Any) -> None:
    claim = small.eq(sp.gamma(small.p + 1), small.p * sp.gamma(small.p))
    result = small.status(small.theorem("T", claim, Identity(to=claim, says="")))
    assert result.status is Status.NOT_CHECKED
    assert result.message.startswith("step 1 (identity) could not be decided: cannot evaluate gamma")


def test_one_way_alone_does_not_pass_a_step(small: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    claim, step = proof(small)
    for way in ("symbolic", "points"):
        for answer in (None, False):
            with monkeypatch.context() as patch:
                patch.setattr(
                    f"spectral_edge.theory.check.{way}.vanishes",
                    lambda *_, answer=answer, **__: Decision(answer),
                )
                assert small.status(small.theorem("T", claim, step)).status is Status.NOT_CHECKED


def test_progress_is_told_statement_by_statement(small: Any) -> None:
    claim, step = proof(small)
    told: list[tuple[int, int]] = []
    theory = small.theory(small.assume("A", small.eq(small.x, small.y)), small.theorem("T", claim, step))
    check_theory(theory, lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_mutants_are_made_on_request_only(small: Any) -> None:
    claim, step = proof(small)
    theorem = small.theorem("T", claim, step)
    assert small.status(theorem).mutants_made == 0
    assert small.status(theorem, mutate=True).mutants_made > 0


def test_a_report_lists_the_mutants_that_survived(small: Any) -> None:
    claim, step = proof(small)
    theory: Theory = small.theory(small.theorem("T", claim, step))
    result: StatementResult = check_theory(theory).results["T"]
    (checked,) = result.derivations
    (only,) = checked.steps
    survivor = replace(only.mutants[0], by_symbols=False, by_points=False, by_units=False, by_arrival=False)
    spoiled = replace(only, mutants=(survivor, *only.mutants[1:]))
    bad = replace(result, derivations=(replace(checked, steps=(spoiled,)),))
    assert TheoryReport(theory, {"T": bad}).survivors == [("T", survivor.change)]
    assert bad.mutants_caught == bad.mutants_made - 1
    assert checked.holds


def test_the_scope_of_a_proof_for_some_sizes_is_reported(small: Any) -> None:
    u, W, i = small.u, small.W, small.i
    claim = small.eq(sp.Sum(u(i), (i, 1, W)) ** 2, u(1) ** 2 + 2 * u(1) * u(W) + u(W) ** 2)
    written = small.eq((u(1) + u(2)) ** 2, u(1) ** 2 + 2 * u(1) * u(2) + u(2) ** 2)

    def proved_for(size: int) -> StatementResult:
        one = Derivation(
            (Identity(to=written, says=""),), scope=f"W = {size}", instance={W: sp.Integer(size)}
        )
        result: StatementResult = small.status(replace(small.theorem("T", claim), derivations=(one,)))
        return result

    assert (proved_for(2).status, proved_for(2).scope) == ("proved", "W = 2")
    assert proved_for(3).status is Status.NOT_CHECKED
