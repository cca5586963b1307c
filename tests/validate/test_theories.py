"""A user's theory file that does not work is told apart from a fault of the program, with the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.theory import packs
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.theories import theory_of

_BEGIN = "from spectral_edge.theory.notation import Notation\nNOTATION = Notation()\n"


@pytest.mark.parametrize("name", sorted(packs.PACKS))
def test_a_theory_that_ships_is_found(name: str) -> None:
    assert theory_of(name).origin == name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = 1\ny = x / 0\n", r" \(line 2\): ZeroDivisionError: division by zero"),
        ("def f():\n    return nothing\n\nTHEORY = f()\n", r" \(line 2\): NameError: name 'nothing'"),
        ("x = (1\n", r": SyntaxError: .*\(mine.py, line 1\)"),
        ("import nowhere_at_all\n", r" \(line 1\): ModuleNotFoundError: No module named 'nowhere_at_all'"),
        # What the error came through last in the file counts, not where it was raised.
        (
            f"{_BEGIN}from spectral_edge.theory.units import ONE\nx = NOTATION.symbol('x', ONE, '')\n",
            r" \(line 4\): ValueError: notation: 'x' has no meaning",
        ),
        (
            f"{_BEGIN}from spectral_edge.theory.theory import Theory\nTHEORY = Theory('a', 'A', NOTATION, ('P1',))\n",
            r" \(line 4\): statement 1 is 'P1'; give a Statement",
        ),
        ("THEORY = 3\n", r": .*mine.py must define THEORY, a .*; it has 3"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadRequest, match=rf"^--theory {file}{told}"):
        theory_of(str(file))


def test_a_name_or_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"--theory deep: no theory is called 'deep'; .*deep-linear"):
        theory_of("deep")
    with pytest.raises(BadRequest, match=r"there is no file .*absent.py"):
        theory_of(str(tmp_path / "absent.py"))


def test_a_fault_in_a_theory_that_ships_is_not_the_fault_of_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise NameError("ours")

    monkeypatch.setattr(packs, "load", broken)
    with pytest.raises(NameError, match="ours"):
        theory_of("deep-linear")
