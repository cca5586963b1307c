from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from spectral_edge.validate.progress import Bar, PlainLines, clock, reporter, seconds_left


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_plain_lines_name_the_stage_how_far_it_is_and_what_is_left() -> None:
    lines: list[str] = []
    now = Clock()
    plain = PlainLines(lines.append, interval=5.0, now=now)
    plain.begin("2/4 train", 400)
    for second in range(1, 13):
        now.seconds = float(second)
        plain.advance(second * 25, "decay")
    plain.end("2 runs: 2 trained")
    assert lines == [
        "2/4 train ...",
        "2/4 train: 31 % (decay), about 0:11 left",
        "2/4 train: 62 % (decay), about 0:06 left",
        "2/4 train: 2 runs: 2 trained [0:12]",
    ]


def test_a_stage_of_hours_fits_on_a_screen() -> None:
    lines: list[str] = []
    now = Clock()
    plain = PlainLines(lines.append, interval=5.0, now=now)
    plain.begin("train", 7200)
    for second in range(7200):
        now.seconds = float(second)
        plain.advance(second)
    # Each line comes when the time has grown by a tenth of itself: log(7200 / 50) / log(1 / 0.9) + 50 / 5.
    assert 40 <= len(lines) <= 60


def test_nothing_is_said_of_the_time_left_before_anything_is_done() -> None:
    lines: list[str] = []
    now = Clock()
    plain = PlainLines(lines.append, interval=1.0, now=now)
    plain.begin("train", 10)
    now.seconds = 2.0
    plain.advance(0)
    assert lines[-1] == "train: 0 %"


@given(st.integers(1, 1000), st.integers(1, 1000), st.floats(1e-3, 1e6))
def test_the_time_left_is_that_of_a_steady_pace(done: int, total: int, elapsed: float) -> None:
    left = seconds_left(done, total, elapsed)
    if done > total:
        assert left is None
    else:
        assert left is not None
        assert left * done == pytest.approx(elapsed * (total - done))


@given(st.integers(0, 10**6))
def test_a_clock_shows_minutes_and_seconds(seconds: int) -> None:
    minutes, rest = clock(seconds).split(":")
    assert int(minutes) * 60 + int(rest) == seconds
    assert len(rest) == 2


def test_a_terminal_gets_a_bar_that_leaves_one_line_per_stage() -> None:
    stream = io.StringIO()
    with reporter(Console(file=stream, force_terminal=True, width=100)) as progress:
        assert isinstance(progress, Bar)
        progress.begin("2/4 train", 10)
        progress.advance(4, "decay")
        progress.end("1 run: 1 trained")
    assert "2/4 train: 1 run: 1 trained [0:00]" in stream.getvalue()


def test_a_log_gets_plain_lines_without_control_characters() -> None:
    stream = io.StringIO()
    with reporter(Console(file=stream, force_terminal=False)) as progress:
        progress.begin("1/4 derive", 3)
        progress.end("3 statements")
    assert stream.getvalue() == "1/4 derive ...\n1/4 derive: 3 statements [0:00]\n"
