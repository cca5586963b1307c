"""Derivations checked by several processes at once; each finds the theory for itself, by its origin."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import sympy as sp

from ..theory import packs
from ..theory.scope import Scopes
from ..theory.statement import Statement
from ..theory.theory import Theory
from ..theory.verify import check_derivations
from .expression_json import NotStorable
from .result_json import write

FEWEST = 4
"""Fewer derivations than this are checked sooner than processes start; no source."""
LONG = 8
"""One of so many derivations counts as long; no source, the lengths are of orders of magnitude."""


_theory: Theory | None = None
_scopes: Scopes | None = None


def cores() -> int:
    """Processes for the derivations: as many as this one may use cores."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(origin: str) -> None:
    global _theory, _scopes
    # Ctrl-C reaches the whole group; the process that started this one ends it in good order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _theory = packs.load(origin)
    _scopes = Scopes(_theory)
    gc.freeze()  # the theory lives as long as the process: no search for garbage need walk over it


def _check(identifier: str) -> Any:
    assert _theory is not None
    assert _scopes is not None
    checked = check_derivations(_theory[identifier], _scopes.part(_scopes.to_derive(identifier)))
    try:
        return write(checked)
    except NotStorable:
        return None  # it cannot travel between processes; the other one finds it anew


class Derivations:
    """The derivations of some statements, on their way."""

    def __init__(self, waiting: dict[str, Future[Any]]):
        self._waiting = waiting

    def of(self, identifier: str) -> dict[str, Any] | None:
        """Those of one statement as they were written, waited for; None if nobody was asked or they cannot travel."""
        future = self._waiting.get(identifier)
        return None if future is None else future.result()


@contextmanager
def derivations(theory: Theory, identifiers: Sequence[str], workers: int) -> Iterator[Derivations]:
    """Begin to check the derivations of the statements named in ``workers`` processes.

    The longest come first, so that no process works on alone at the end; the others in the order given, in which
    they are waited for.

    With one worker, few statements, or a theory that no other process could find, nothing is begun.
    """
    wanted = [i for i in identifiers if theory[i].derivations]
    if workers < 2 or len(wanted) < FEWEST or not theory.origin:
        yield Derivations({})
        return
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _begin, (theory.origin,))
    try:
        yield Derivations({i: pool.submit(_check, i) for i in longest_first(theory, wanted)})
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def longest_first(theory: Theory, identifiers: Sequence[str]) -> list[str]:
    """The longest of these statements' derivations, and then the others in the order given."""
    lengths = {i: _length(theory[i]) for i in identifiers}
    long = sorted(identifiers, key=lambda i: -lengths[i])[: len(identifiers) // LONG]
    return [*long, *(i for i in identifiers if i not in set(long))]


def _length(statement: Statement) -> int:
    """About how much there is to check: the nodes of all relations that its derivations reach."""
    return sum(1 for d in statement.derivations for step in d.steps for _ in sp.preorder_traversal(step.to))
