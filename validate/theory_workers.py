"""Derivations checked by several processes at once; each finds the theory for itself, by its origin."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from ..theory import packs
from ..theory.theory import Theory
from ..theory.verify import CheckedDerivation, check_derivations
from .expression_json import NotStorable
from .result_json import read, write

FEWEST = 4
"""Fewer derivations than this are checked sooner than processes start; no source."""

_theory: Theory | None = None


def _begin(origin: str) -> None:
    global _theory
    # Ctrl-C reaches the whole group; the process that started this one ends it in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _theory = packs.load(origin)


def _check(identifier: str) -> Any:
    assert _theory is not None
    checked = check_derivations(_theory[identifier], _theory)
    try:
        written = write(checked)
        return written if read(written) == checked else None
    except NotStorable:
        return None  # it cannot travel between processes; the other one finds it anew


class Derivations:
    """The derivations of some statements, on their way."""

    def __init__(self, waiting: dict[str, Future[Any]]):
        self._waiting = waiting

    def of(self, identifier: str) -> tuple[CheckedDerivation, ...] | None:
        """Those of one statement, waited for; None if they were not asked for or could not travel."""
        future = self._waiting.get(identifier)
        written = None if future is None else future.result()
        if written is None:
            return None
        checked: tuple[CheckedDerivation, ...] = read(written)
        return checked


@contextmanager
def derivations(theory: Theory, identifiers: Sequence[str], workers: int) -> Iterator[Derivations]:
    """Begin to check the derivations of the statements named, in that order, in ``workers`` processes.

    With one worker, few statements, or a theory that no other process could find, nothing is begun.
    """
    wanted = [i for i in identifiers if theory[i].derivations]
    if workers < 2 or len(wanted) < FEWEST or not theory.origin:
        yield Derivations({})
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (theory.origin,))
    try:
        yield Derivations({i: pool.submit(_check, i) for i in wanted})
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
