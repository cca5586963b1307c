"""The pack as a whole: what the checker finds of each statement, topic by topic."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from spectral_edge.theory.check.counterexamples import confirm
from spectral_edge.theory.deep_linear import (
    THEORY,
    alignment,
    assumptions,
    depth,
    depth_cost,
    depth_limit,
    depth_strength,
    descent,
    imbalance,
    learning_time,
    loss,
    mode_flow,
    order,
    plateau,
    trajectory,
    unbalanced,
)
from spectral_edge.theory.statement import Kind
from spectral_edge.theory.status import Status
from spectral_edge.theory.verify import StatementResult, check_statement, check_theory

TOPICS = (
    assumptions, loss, alignment, mode_flow, trajectory, learning_time, plateau, order, imbalance, unbalanced,
    descent, depth, depth_strength, depth_limit, depth_cost,
)  # fmt: skip
REFUTED = {"O.half", "I.logistic", "I.balance", "G.conserved", "X.free"}


@pytest.fixture(scope="module")
def results() -> Mapping[str, StatementResult]:
    return check_theory(THEORY, mutate=False).results


def test_every_theorem_is_proved_or_refuted_as_it_should_be(results: Mapping[str, StatementResult]) -> None:
    for statement in THEORY:
        wanted = Status.PROVED if statement.kind is Kind.THEOREM else Status.ASSUMED
        if statement.id in REFUTED:
            wanted = Status.REFUTED
        assert results[statement.id].status is wanted, f"{statement.id}: {results[statement.id].message}"


def test_the_topics_together_are_the_pack() -> None:
    assert [s.id for topic in TOPICS for s in topic.STATEMENTS] == [s.id for s in THEORY]


def test_what_fails_as_quoted_has_an_amendment_that_is_proved(results: Mapping[str, StatementResult]) -> None:
    amended = {s.amends: s.id for s in THEORY if s.amends}
    assert set(amended) == REFUTED
    assert {results[i].status for i in amended.values()} == {Status.PROVED}


@pytest.mark.parametrize("identifier", sorted(REFUTED))
def test_a_stored_counterexample_is_confirmed_in_exact_arithmetic(identifier: str) -> None:
    confirmed, message = confirm(THEORY[identifier], THEORY)
    assert confirmed, message


@pytest.mark.slow
@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.__name__.rsplit(".", 1)[1])
def test_no_altered_step_of_a_topic_survives(topic, results: Mapping[str, StatementResult]) -> None:
    attacked = [check_statement(s, THEORY, results) for s in topic.STATEMENTS]
    assert [(r.id, m.change) for r in attacked for s in r.steps for m in s.mutants if not m.caught] == []
    steps = [r for r in attacked if r.steps]
    assert [r.id for r in steps if not r.mutants_made] == []
