"""The phase diagrams of the project: their regimes meet on the boundary of the theory, and it is drawn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from spectral_edge.simulate.sweep import Regime, boundary_values, run_sweep
from spectral_edge.validate.cli import main
from spectral_edge.validate.sweep_figure import diagram_svg
from spectral_edge.validate.sweeps import BASIN, SWEEPS

SIZE = (9, 10)


@pytest.mark.parametrize("name", SWEEPS)
def test_regimes_lie_on_their_sides_of_the_boundary(name: str) -> None:
    sweep = SWEEPS[name]
    found = run_sweep(sweep, SIZE)
    values = boundary_values(sweep, found.first, found.second)
    # Where the rest that repels is not real, there is none, and every gap collapses.
    inside = np.isfinite(values)
    away = np.abs(values) > 0.05  # the nearer the boundary, the longer it takes to see on which side
    if name == "exceptional-point":
        np.testing.assert_array_equal(found.regime[away], np.where(values < 0, 0, 1)[away])
    else:
        np.testing.assert_array_equal(found.regime[away & inside], np.where(values < 0, 0, 1)[away & inside])
        np.testing.assert_array_equal(found.regime[~inside], 0)
    assert set(np.unique(found.regime)) >= {0, 1}


def test_the_drawing_shows_every_regime_and_the_boundary() -> None:
    diagram = run_sweep(BASIN, (4, 5))
    text = diagram_svg(diagram)
    ElementTree.fromstring(text)
    for words in (*(regime.name for regime in BASIN.regimes), BASIN.says, BASIN.title, BASIN.first.label):
        assert words in text
    assert text == diagram_svg(diagram)


def test_more_regimes_than_colours_are_refused() -> None:
    many = replace(BASIN, regimes=tuple(Regime(f"regime {i}") for i in range(6)))
    diagram = run_sweep(many, (2, 2))
    with pytest.raises(ValueError, match="has 6 regimes; 5 have colours"):
        diagram_svg(diagram)


def test_the_command_writes_the_picture_and_goes_on_with_what_is_there(tmp_path: Path) -> None:
    words = ["sweep", "feedback-threshold", "--size", "4", "--out", str(tmp_path)]
    first = CliRunner().invoke(main, words)
    assert first.exit_code == 0, first.output
    picture = (tmp_path / "feedback-threshold.svg").read_bytes()
    again = CliRunner().invoke(main, words)
    assert "0 rows integrated, 4 found again" in again.output
    assert (tmp_path / "feedback-threshold.svg").read_bytes() == picture


def test_an_unknown_sweep_lists_the_known_ones(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["sweep", "moon", "--out", str(tmp_path)])
    assert found.exit_code == 2
    assert "unknown sweep 'moon'; known: feedback-threshold" in found.output
