"""What a person sees while a verification runs: the stage, a bar, and the time that is left.

On a terminal that is one bar that moves. Anywhere else it is plain lines, one when a stage begins, one
every few seconds, and one when it ends, so that a log stays readable.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

# Seconds between two plain lines of one stage, and the share of the stage's time so far that must have
# passed as well, so that the lines of a long stage grow with the logarithm of its length. No source: often
# enough to see that it lives, rarely enough that a run of an hour fits on a screen.
PLAIN_INTERVAL = 5.0
PLAIN_SHARE = 0.1


class Reporter(Protocol):
    """Told by the pipeline what goes on. None of the calls may raise."""

    def begin(self, stage: str, total: int) -> None:
        """A stage starts that consists of ``total`` equal pieces of work."""

    def advance(self, done: int, now: str = "") -> None:
        """``done`` pieces are finished; ``now`` says in a few words what comes next."""

    def end(self, outcome: str) -> None:
        """The stage is over; ``outcome`` is one line."""


class Silent:
    """For calls from a program."""

    def begin(self, stage: str, total: int) -> None:
        """Say nothing."""

    def advance(self, done: int, now: str = "") -> None:
        """Say nothing."""

    def end(self, outcome: str) -> None:
        """Say nothing."""


def clock(seconds: float) -> str:
    """Minutes and seconds.

    >>> clock(4.2), clock(75.9), clock(3600)
    ('0:04', '1:15', '60:00')
    """
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def seconds_left(done: int, total: int, elapsed: float) -> float | None:
    """What is left if the rest goes as fast as the part that is done; None before anything is done.

    >>> seconds_left(1, 4, 10.0)
    30.0
    """
    return elapsed * (total - done) / done if 0 < done <= total else None


class PlainLines:
    """Lines for logs. ``write`` takes a line without its end; ``now`` is a clock in seconds."""

    def __init__(
        self,
        write: Callable[[str], None],
        interval: float = PLAIN_INTERVAL,
        now: Callable[[], float] = time.monotonic,
    ):
        self._write, self._interval, self._now = write, interval, now
        self._stage, self._total = "", 0
        self._started = self._last = now()

    def begin(self, stage: str, total: int) -> None:
        """Write the stage's name."""
        self._stage, self._total = stage, total
        self._started = self._last = self._now()
        self._write(f"{stage} ...")

    def advance(self, done: int, now: str = "") -> None:
        """Write how far it is, but rarely: see :data:`PLAIN_INTERVAL`."""
        moment = self._now()
        if moment - self._last < max(self._interval, PLAIN_SHARE * (moment - self._started)):
            return
        self._last = moment
        left = seconds_left(done, self._total, moment - self._started)
        tail = f", about {clock(left)} left" if left is not None else ""
        what = f" ({now})" if now else ""
        self._write(f"{self._stage}: {100 * done // max(self._total, 1)} %{what}{tail}")

    def end(self, outcome: str) -> None:
        """Write the outcome and the time it took."""
        self._write(f"{self._stage}: {outcome} [{clock(self._now() - self._started)}]")


class Bar:
    """A moving bar on a terminal; finished stages stay above it as lines."""

    def __init__(self, console: Console, progress: Progress):
        self._console, self._progress = console, progress
        self._task: TaskID | None = None
        self._stage, self._started = "", time.monotonic()

    def begin(self, stage: str, total: int) -> None:
        """Start the bar at zero."""
        self._stage, self._started = stage, time.monotonic()
        self._task = self._progress.add_task(stage, total=max(total, 1), now="")

    def advance(self, done: int, now: str = "") -> None:
        """Move the bar."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, now=now)

    def end(self, outcome: str) -> None:
        """Replace the bar by a line."""
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
        took = clock(time.monotonic() - self._started)
        self._console.print(f"{self._stage}: {outcome} [{took}]", markup=False, highlight=False)


@contextmanager
def reporter(console: Console) -> Iterator[Reporter]:
    """A bar when ``console`` is a terminal, plain lines otherwise."""
    if not console.is_terminal:
        # Not console.print: it would wrap and pad lines to a width that a log does not have.
        yield PlainLines(lambda line: print(line, file=console.file, flush=True))
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(console, progress)
