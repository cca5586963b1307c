"""Several processes find what one finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.theory import packs
from spectral_edge.theory.verify import check_theory
from spectral_edge.validate.theory_store import derive
from spectral_edge.validate.theory_workers import FEWEST, derivations

FILE = """
import sympy as sp
from spectral_edge.theory.derivation import Derivation, Identity
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import ONE

N = Notation()
x, y = N.symbol("x", ONE, "a number"), N.symbol("y", ONE, "another")

def square(n):
    claim = sp.Eq((x + n * y) ** 2, x**2 + 2 * n * x * y + (n**2 + n // 5) * y**2, evaluate=False)
    steps = (Identity(to=claim, says="Multiply out."),)
    return Statement(f"T{n}", Kind.THEOREM, f"Square {n}", "A square.", (claim,), Source("a", "b"), "it fails",
                     derivations=(Derivation(steps),))

THEORY = Theory("squares", "Squares", N, tuple(square(n) for n in range(1, 6)))
"""


@pytest.fixture
def squares(tmp_path: Path):
    """Five theorems, the last of them wrong."""
    path = tmp_path / "squares.py"
    path.write_text(FILE, encoding="utf-8")
    return packs.load(str(path))


def test_two_processes_find_what_one_finds(squares):
    alone = check_theory(squares)
    together, reused = derive(squares, None, workers=2)
    assert together.results == alone.results
    assert reused == 0
    assert [str(r.status) for r in together.results.values()].count("proved") == 4


def test_what_other_processes_found_is_stored_and_found_again(squares, tmp_path):
    first, reused = derive(squares, tmp_path / "store", workers=2)
    assert reused == 0
    again, reused = derive(squares, tmp_path / "store", workers=2)
    assert reused == len(squares.statements)
    assert again.results == first.results


@pytest.mark.parametrize("workers, wanted", [(1, 5), (2, FEWEST - 1)])
def test_nothing_is_started_for_little_work(squares, workers, wanted):
    names = [s.id for s in squares][:wanted]
    with derivations(squares, names, workers) as under_way:
        assert all(under_way.of(name) is None for name in names)
