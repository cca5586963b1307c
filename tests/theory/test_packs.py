"""Theories are found by name or in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.theory.packs import PACKS, load
from spectral_edge.theory.theory import Theory, TheoryError

_THEORY = """
import sympy as sp
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import ONE

NOTATION = Notation()
x, y = (NOTATION.symbol(name, ONE, "a number") for name in "xy")
A = Statement("A", Kind.ASSUMPTION, "A", "x is y.", (sp.Eq(x, y),), Source("mine", "here"))
THEORY = Theory("mine", "My theory", NOTATION, (A,))
"""


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_theory_that_ships_is_found_under_its_name(name: str) -> None:
    assert load(name).name == name


def test_a_theory_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(_THEORY, encoding="utf-8")
    theory = load(str(file))
    assert isinstance(theory, Theory)
    assert theory.name == "mine"
    assert list(theory.by_id) == ["A"]


def test_a_misspelt_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(TheoryError, match="no theory is called 'spectral-egde'; did you mean spectral-edge"):
        load("spectral-egde")
    with pytest.raises(TheoryError, match="no theory is called 'deep-linaer'; did you mean deep-linear"):
        load("deep-linaer")
    with pytest.raises(TheoryError, match=r"no theory is called 'quux'; known are .*spectral-edge"):
        load("quux")
    with pytest.raises(TheoryError, match=r"there is no file .*absent.py"):
        load(str(tmp_path / "absent.py"))


def test_a_file_without_a_theory_says_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "empty.py"
    file.write_text("THEORY = 3\n", encoding="utf-8")
    with pytest.raises(TheoryError, match=r"empty.py must define THEORY, a .*; it has 3"):
        load(str(file))


def test_what_a_theory_file_raises_is_passed_on(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_text("raise KeyError('lost')\n", encoding="utf-8")
    with pytest.raises(KeyError, match="lost"):
        load(str(file))
