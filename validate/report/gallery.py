"""Figures that are drawn once for all pages that show them, and by other processes while this one goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from markupsafe import Markup

from ..evidence import Figure
from .figures import svg

MOST = 512
"""Drawings that are kept; a report has some hundred."""
FEWEST = 8
"""Fewer figures than this are drawn sooner than a process starts; no source, starting takes about as long as four."""

_Key = tuple[Figure, str]
_kept: dict[_Key, Markup] = {}


def drawn(figure: Figure, identifier: str) -> Markup:
    """:func:`.figures.svg`, made once.

    Raises:
        ValueError: it cannot be drawn (:func:`.figures.check_figure`).
    """
    key = (figure, identifier)
    if key not in _kept:
        _keep(key, svg(figure, identifier))
    return _kept[key]


def _keep(key: _Key, drawing: Markup) -> None:
    while len(_kept) >= MOST:
        del _kept[next(iter(_kept))]
    _kept[key] = drawing


class Gallery:
    """Has figures drawn by ``workers`` processes; with one worker by nobody, so that :func:`drawn` does it."""

    def __init__(self, workers: int):
        self._workers = workers
        self._waiting: list[_Key] = []
        self._asked: dict[_Key, Future[str]] = {}
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, figure: Figure, identifier: str) -> None:
        """Have a figure drawn, if that is still to be done. Nothing waits for it."""
        key = (figure, identifier)
        if self._workers < 2 or key in _kept or key in self._asked or key in self._waiting:
            return
        self._waiting.append(key)
        if self._pool is None and len(self._waiting) >= FEWEST:
            self._pool = ProcessPoolExecutor(self._workers, get_context("spawn"), _begin)
        if self._pool is not None:
            try:
                self._asked |= {one: self._pool.submit(_draw, *one) for one in self._waiting}
            except RuntimeError:
                return  # its processes were ended from outside; what is missing is drawn when it is shown
            self._waiting.clear()

    def collect(self) -> None:
        """Wait for the drawings and keep them.

        What could not be drawn is left to whoever shows it: there the error names the page.
        """
        for key, future in self._asked.items():
            if future.exception() is None:
                _keep(key, Markup(future.result()))  # noqa: S704 - as `svg` made it
        self._asked.clear()

    def close(self) -> None:
        """Let the processes end; what they have not begun is not drawn."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def gallery(workers: int) -> Iterator[Gallery]:
    """A gallery that is closed in the end, whatever happens."""
    made = Gallery(workers)
    try:
        yield made
    finally:
        made.close()


def _begin() -> None:
    # Ctrl-C reaches the whole group; the process that started this one ends it in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _draw(figure: Figure, identifier: str) -> str:
    return str(svg(figure, identifier))
