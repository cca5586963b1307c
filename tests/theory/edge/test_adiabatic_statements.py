"""The statements on 𝒜, checked with their mutants: what each was found to be."""

from __future__ import annotations

import pytest

from spectral_edge.theory.edge.adiabatic import (
    adiabatic_regimes,
    adiabatic_units,
    adiabatic_window,
    following_bounds,
    following_many,
    following_norms,
    mode_following,
)
from spectral_edge.theory.edge.kernel import (
    critical_adiabatic,
    exceptional_point,
    exceptional_solutions,
    kernel_speed,
    many_rates,
    orbit_form,
    rotating_kernel,
    rotating_loss,
    three_mode_claims,
    three_mode_frame,
    three_modes,
)
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.statement import Kind
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import TheoryReport, check_theory

TOPIC = (
    adiabatic_units, adiabatic_window, rotating_kernel, three_mode_frame, kernel_speed, exceptional_point,
    critical_adiabatic, exceptional_solutions, orbit_form, rotating_loss, three_modes, many_rates,
    three_mode_claims, mode_following, following_bounds, following_many, following_norms, adiabatic_regimes,
)  # fmt: skip
THEORY = Theory("trial", "𝒜 alone", NOTATION, tuple(s for module in TOPIC for s in module.STATEMENTS))

REFUTED = {
    "S5.v1-record", "S5.abs", "S5.abs-eigen", "S5.abs-adam", "S5.abs-invariance", "S5.geo-any-stride",
    "S5.geo-rotates", "S5.one-f", "S5.one-2", "S5.fast-kernel", "S5.forgetting-loss", "S5.plateau-loss",
    "S5.plateau-held-out", "S5.step-loss", "S5.pairs-suffice", "S5.pairs-needed",
}  # fmt: skip
BY_UNITS = {"S5.v1-record", "S5.abs", "S5.abs-eigen", "S5.abs-adam"}
EMPIRICAL = {
    "S5.regime-order", "S5.regime-plateau", "S5.regime-transition", "S5.regime-forgetting", "S5.regime-boundary",
    "S5.regime-separation",
}  # fmt: skip


@pytest.fixture(scope="module")
def report() -> TheoryReport:
    return check_theory(THEORY)


@pytest.mark.slow
def test_no_statement_on_the_adiabatic_parameter_is_left_unchecked(report: TheoryReport) -> None:
    undecided = {i: r.message for i, r in report.results.items() if r.status is Status.NOT_CHECKED}
    assert undecided == {}


@pytest.mark.slow
def test_exactly_the_readings_that_fail_are_refuted(report: TheoryReport) -> None:
    assert {i for i, r in report.results.items() if r.status is Status.REFUTED} == REFUTED
    assert {i for i, r in report.results.items() if r.status is Status.EMPIRICAL} == EMPIRICAL


@pytest.mark.slow
def test_every_other_theorem_is_proved(report: TheoryReport) -> None:
    theorems = {s.id for s in THEORY if s.kind is Kind.THEOREM} - REFUTED
    assert {i for i, r in report.results.items() if r.status is Status.PROVED} == theorems
    assert len(theorems) >= 60


@pytest.mark.slow
@pytest.mark.parametrize("identifier", sorted(BY_UNITS))
def test_the_readings_with_a_unit_are_refuted_by_it(report: TheoryReport, identifier: str) -> None:
    assert "does not balance" in report.results[identifier].message


@pytest.mark.slow
def test_every_mutant_of_these_derivations_is_caught(report: TheoryReport) -> None:
    assert report.survivors == []
    # A ledger without entries would be empty of survivors as well.
    proved = [r for r in report.results.values() if r.status is Status.PROVED]
    assert [r.id for r in proved if r.mutants_made < len(r.steps)] == []


@pytest.mark.slow
def test_theorems_about_few_modes_say_so_in_their_scope(report: TheoryReport) -> None:
    assert {i for i, r in report.results.items() if r.scope == "n = 3"} == {
        "S5.commutator", "S5.frame-three", "S5.three-polynomial", "S5.three-sufficient", "S5.depressed",
    }  # fmt: skip
    for general in ("S5.frame", "S5.no-work", "S5.mode-loss", "S5.cone", "S5.rotation-bound"):
        assert report.results[general].scope == ""


def test_each_refuted_reading_is_amended_or_says_that_nothing_near_it_holds() -> None:
    amended = {s.amends for s in THEORY if s.amends}
    assert amended <= REFUTED
    # A held-out loss has no sign in this model, and Adam's 𝒜 is repaired as S5.abs is.
    assert REFUTED - amended == {"S5.plateau-held-out", "S5.abs-adam"}
