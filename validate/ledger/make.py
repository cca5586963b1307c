"""Making the ledger of a theory, statement by statement; what was made before is kept while nothing changed."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ...theory.statement import Statement
from ...theory.theory import Theory
from ...theory.verify import StatementResult, check_derivations, check_statement
from ..folders import writable
from ..problems import BadRequest, Interrupted
from ..progress import Reporter, Silent
from ..provenance import deciding_versions, provenance
from ..statement_keys import checker_sources
from ..theories import theory_of
from .digest import digests
from .entry import Entry, entry_of
from .ledger import FILE, Ledger, load
from .page import write_pages

SAVE_INTERVAL = 10.0
"""Seconds after which what was found is saved; no source, an interrupted run loses no more than that."""
_DECIDING = ("python", "sympy", "python-flint", "mpmath")


def make_ledger(
    theory: Theory | str, out: Path, *, every: bool = False, progress: Reporter | None = None
) -> Ledger:
    """Try the altered copies of every step of ``theory``; write ledger and pages to the folder ``out``.

    Entries that are there already are kept if the statement, all that it uses, the checker and the libraries
    are the same. So an interrupted run goes on where it stopped.

    Raises:
        BadRequest: there is no such theory, or ``out`` cannot be written or holds a file that is no ledger of it.
        Interrupted: Ctrl-C. What was made is kept.
    """
    progress = progress or Silent()
    theory = theory_of(theory) if isinstance(theory, str) else theory
    run = _Run(theory, every, _before(theory, out, every))
    writable(out, "--out")
    progress.begin("ledger", len(theory.statements))
    saved = time.monotonic()
    try:
        for done, statement in enumerate(theory):
            progress.advance(done, statement.id)
            run.enter(statement)
            if time.monotonic() - saved > SAVE_INTERVAL:
                run.ledger.save(out)
                saved = time.monotonic()
    except KeyboardInterrupt:
        run.ledger.save(out)
        raise Interrupted(
            f"interrupted; {len(run.ledger.entries)} of {len(theory.statements)} entries are kept in {out / FILE}"
        ) from None
    ledger = run.ledger
    ledger.save(out)
    write_pages(ledger, theory, out)
    progress.end(f"{ledger.made} altered copies, {ledger.caught} rejected; pages in {out}")
    return ledger


def _before(theory: Theory, out: Path, every: bool) -> Ledger | None:
    """The ledger of an earlier run, if its entries may be kept."""
    if not (out / FILE).exists():
        return None
    ledger = load(out)
    if ledger.theory != theory.name:
        raise BadRequest(f"{out} holds the ledger of {ledger.theory}; give another folder for {theory.name}")
    return ledger if ledger.every == every else None


class _Run:
    def __init__(self, theory: Theory, every: bool, before: Ledger | None):
        self.theory, self.every, self._before = theory, every, before
        self._made: dict[str, Entry] = {}
        self._results: dict[str, StatementResult] = {}
        self._digests = digests(theory)
        versions = {name: v for name, v in deciding_versions().items() if name in _DECIDING}
        self._versions = versions
        self._checker = _short(checker_sources() + str(sorted(versions.items())))
        found = provenance()
        self._commit = found.commit + "+" * found.modified

    @property
    def ledger(self) -> Ledger:
        """What there is so far, in the order of the theory; an earlier ledger as it was if nothing is new."""
        kept = {s.id: e for s in self.theory if (e := self._made.get(s.id) or self._kept(s)) is not None}
        if not self._made and self._before is not None:
            return replace(self._before, entries=kept)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return Ledger(self.theory.name, self.every, self._commit, now, self._versions, kept)

    def _kept(self, statement: Statement) -> Entry | None:
        """The entry of ``statement`` from before, if nothing changed on which it hangs."""
        entry = None if self._before is None else self._before.entries.get(statement.id)
        if entry is None or (entry.digest, entry.checker) != (self._digests[statement.id], self._checker):
            return None
        return entry

    def enter(self, statement: Statement) -> None:
        """Take the entry of ``statement`` from before, or make it."""
        if self._kept(statement) is not None:
            return
        begun = time.monotonic()
        checked = check_derivations(statement, self.theory, True, self.every)
        result = check_statement(statement, self.theory, self._below(statement), checked=checked)
        self._results[statement.id] = result
        seconds = time.monotonic() - begun
        self._made[statement.id] = entry_of(
            statement, result, self._digests[statement.id], self._checker, seconds
        )

    def _below(self, statement: Statement) -> Mapping[str, StatementResult]:
        """Results of what ``statement`` rests on; of those that were kept, found without altered copies."""
        needed = {s.id for s in self.theory.below(statement)}
        for identifier in self.theory.order():
            if identifier in needed and identifier not in self._results:
                other = self.theory[identifier]
                checked = check_derivations(other, self.theory, False)
                self._results[identifier] = check_statement(
                    other, self.theory, self._results, checked=checked
                )
        return self._results


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
