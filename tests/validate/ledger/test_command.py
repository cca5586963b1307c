"""``spectral-edge ledger`` writes the three files, and fails when an altered copy was accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from spectral_edge.theory.check import mutants
from spectral_edge.validate.cli import main

PACK = Path(__file__).parents[3] / "docs" / "examples" / "harmonic.py"


def test_it_writes_data_and_pages(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["ledger", "--theory", str(PACK), "--out", str(tmp_path)])
    assert found.exit_code == 0, found.output
    assert "altered copies were rejected" in found.output
    assert {path.name for path in tmp_path.iterdir()} == {"ledger.json", "ledger.md", "status.md"}


def test_a_survivor_is_named_and_the_status_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        mutants.Mutant, "caught", property(lambda self: self.change != "sign of the right side")
    )
    found = CliRunner().invoke(main, ["ledger", "--theory", str(PACK), "--out", str(tmp_path)])
    assert found.exit_code == 1
    assert "survived: T.energy: sign of the right side" in found.output


def test_an_unknown_theory_is_one_clear_line(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["ledger", "--theory", "nonsense", "--out", str(tmp_path)])
    assert found.exit_code == 2
    assert "no theory is called 'nonsense'" in found.output
