"""What is asked of every topic of the theory: no statement left unchecked, no altered copy accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from spectral_edge.theory.check.counterexamples import confirm
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

Results = Mapping[str, StatementResult]


def checked(theory: Theory) -> dict[str, StatementResult]:
    """Every statement with its altered copies, in an order in which each comes after what it uses."""
    found: dict[str, StatementResult] = {}
    for identifier in theory.order():
        found[identifier] = check_statement(theory[identifier], theory, found)
    return found


def survivors(results: Results) -> list[tuple[str, str]]:
    """The statement and the change of every altered copy that nothing rejected."""
    return [(r.id, m.change) for r in results.values() for s in r.steps for m in s.mutants if not m.caught]


def assert_no_mutant_survives(results: Results) -> None:
    """Nor is there a proof of which no altered copy was made."""
    assert all(r.mutants_made for r in results.values() if r.status is Status.PROVED)
    assert survivors(results) == []


def assert_checked_whole(results: Results, mine: Collection[str]) -> None:
    """Nothing is unchecked, no mutant survives, and there are as many of each proof in ``mine`` as it has steps."""
    assert [i for i, r in results.items() if r.status is Status.NOT_CHECKED] == []
    assert survivors(results) == []
    proofs = [r for r in results.values() if r.status is Status.PROVED and r.id in mine]
    assert proofs
    assert all(r.mutants_made >= len(r.steps) > 0 for r in proofs)


def assert_statuses(results: Results, refuted: Collection[str]) -> None:
    """Definitions are assumed, ``refuted`` are refuted, and everything else is proved."""
    for identifier, result in results.items():
        wanted = Status.ASSUMED if identifier.startswith("D.") else Status.PROVED
        assert result.status is (Status.REFUTED if identifier in refuted else wanted), result.message


def assert_confirmed(theory: Theory, identifier: str) -> None:
    """The stored counterexample of a statement holds when it is looked at again."""
    confirmed, message = confirm(theory[identifier], theory)
    assert confirmed, message
