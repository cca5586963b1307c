"""What other processes draw is what this one draws, and each figure is drawn once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from spectral_edge.validate.evidence import Curve, Figure
from spectral_edge.validate.report import gallery as drawings
from spectral_edge.validate.report.figures import svg
from spectral_edge.validate.report.gallery import FEWEST, MOST, drawn, gallery

FIGURE = Figure(
    "gap", "The gap", "", "A line.", "step", "g [θ]", (Curve("", (1.0, 2.0), (1.0, float("nan"))),)
)
WRONG = replace(FIGURE, name="wrong", curves=())


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    drawings._kept.clear()
    yield
    drawings._kept.clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the drawings that this process makes."""
    made: list[str] = []

    def draw(figure: Figure, identifier: str) -> str:
        made.append(identifier)
        return str(svg(figure, identifier))

    monkeypatch.setattr(drawings, "svg", draw)
    return made


def test_other_processes_draw_the_same_and_this_one_draws_no_more(asked: list[str]) -> None:
    figures = [replace(FIGURE, name=f"gap-{i}", log_x=bool(i % 2)) for i in range(FEWEST)]
    with gallery(2) as drawing:
        for figure in figures:
            drawing.ask(figure, f"figure-{figure.name}")
        drawing.collect()
    for figure in figures:
        assert drawn(figure, f"figure-{figure.name}") == svg(figure, f"figure-{figure.name}")
    assert asked == []


def test_what_another_process_could_not_draw_is_refused_where_it_is_shown() -> None:
    with gallery(2) as drawing:
        for i in range(FEWEST):
            drawing.ask(replace(WRONG, name=f"wrong-{i}"), "figure")
        drawing.collect()
    with pytest.raises(ValueError, match="figure 'wrong-3' has no curves"):
        drawn(replace(WRONG, name="wrong-3"), "figure")


@pytest.mark.parametrize("workers, number", [(1, FEWEST), (2, FEWEST - 1)])
def test_no_process_is_started_for_little_work(asked: list[str], workers: int, number: int) -> None:
    with gallery(workers) as drawing:
        for i in range(number):
            drawing.ask(FIGURE, f"figure-{i}")
        assert drawing._pool is None
        drawing.collect()
    assert "<svg" in drawn(FIGURE, "figure-0")
    assert asked == ["figure-0"]


def test_a_figure_is_drawn_once_and_another_under_its_name_is_another(asked: list[str]) -> None:
    other = replace(FIGURE, title="Another gap")
    assert drawn(FIGURE, "a") is drawn(FIGURE, "a")
    assert drawn(other, "a") != drawn(FIGURE, "a") != drawn(FIGURE, "b")
    assert asked == ["a", "a", "b"]


def test_the_oldest_drawing_is_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "svg", lambda _, identifier: identifier)
    for i in range(MOST + 2):
        drawn(FIGURE, str(i))
    assert len(drawings._kept) == MOST
    assert next(key for _, key in drawings._kept) == "2"


def test_drawings_that_were_asked_for_and_cannot_be_finished_are_drawn_where_they_are_shown(
    asked: list[str],
) -> None:
    with gallery(2) as drawing:
        for i in range(FEWEST):
            drawing.ask(FIGURE, f"figure-{i}")
        assert drawing._pool is not None
        for process in list(drawing._pool._processes.values()):
            process.terminate()
        drawing.collect()
        drawing.ask(FIGURE, "later")
        drawing.collect()
    assert "<svg" in drawn(FIGURE, "later")
    assert "later" in asked
