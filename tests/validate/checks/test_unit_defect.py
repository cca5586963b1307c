"""Changing the units leaves a balanced equation alone and breaks the others."""

from __future__ import annotations

import pytest

from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.statement import Kind
from spectral_edge.validate.checks.unit_defect import unit_defect

UNITS = THEORY.notation.units
EQUATIONS = [
    "A.flow",
    "A.quadratic",
    "D.source",
    "F1.row",
    "F1.squared",
    "F1-amended",
    "F2-amended",
    "F3-amended",
]


@pytest.mark.parametrize("identifier", EQUATIONS)
def test_an_equation_that_balances_does_not_notice_a_change_of_units(identifier):
    assert THEORY[identifier].kind in Kind
    assert unit_defect(THEORY[identifier].content[0], UNITS) == 0


@pytest.mark.parametrize("identifier", ["F1", "F2", "F3"])
def test_the_equations_that_do_not_balance_give_another_number_in_other_units(identifier):
    assert unit_defect(THEORY[identifier].content[0], UNITS) > 0.01
