"""Results of checking a theory, kept until something that decides them changes.

Two JSON files for each statement below ``STORE/theory/``, named by their keys (:mod:`.statement_keys`): what was
found of its derivations, and the verdict. A file that cannot be read back, that was altered, or that holds
another thing than its name says counts as absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..theory.theory import Theory
from ..theory.verify import (
    CheckedDerivation,
    StatementResult,
    TheoryReport,
    check_derivations,
    check_statement,
)
from . import atomic
from .expression_json import NotStorable
from .result_json import read, write
from .statement_keys import Keys
from .theory_workers import Derivations, derivations

SCHEMA = 2


def derive(
    theory: Theory,
    root: Path | None,
    on_statement: Callable[[int, int, str], None] | None = None,
    anew: frozenset[str] = frozenset(),
    workers: int = 1,
    keys: Keys | None = None,
) -> tuple[TheoryReport, int]:
    """Check every statement of ``theory``, taking from the store below ``root`` what is there already.

    Each result is stored as soon as it is found, so that an interrupted derivation goes on where it
    stopped. The statements in ``anew`` are checked even if they are stored. Returns the report and how
    many statements were taken from the store.
    ``on_statement(done, total, id)`` is called before each statement. With more than one of ``workers``,
    derivations are checked in as many processes. ``keys`` are those of ``theory``, if they have been made already.
    """
    keys = Keys(theory) if keys is None else keys
    store = None if root is None else TheoryStore(root, keys)
    order, results = theory.order(), dict[str, StatementResult]()
    steps = (
        {} if store is None else {i: d for i in order if i not in anew and (d := store.steps(i)) is not None}
    )
    stored = {}
    if store is not None:
        for identifier in steps:
            verdict = store.verdict(identifier)
            if verdict is not None:
                stored[identifier] = replace(verdict, derivations=steps[identifier])
    with derivations(theory, [i for i in order if i not in steps], workers) as under_way:
        for done, identifier in enumerate(order):
            if on_statement is not None:
                on_statement(done, len(order), identifier)
            result = stored.get(identifier)
            if result is None:
                found = steps.get(identifier)
                if found is None:
                    found = _found(theory, keys, identifier, under_way, store)
                judged = keys.scopes.part(keys.scopes.to_judge(identifier))
                result = check_statement(theory[identifier], judged, results, checked=found)
                if store is not None:
                    store.keep_verdict(result)
            results[identifier] = result
    return TheoryReport(theory, results), len(stored)


def _found(
    theory: Theory, keys: Keys, identifier: str, under_way: Derivations, store: TheoryStore | None
) -> tuple[CheckedDerivation, ...]:
    """The derivations of one statement, from the process that checked them or checked here; they are stored."""
    statement = theory[identifier]
    written = under_way.of(identifier)
    if written is not None:
        found: tuple[CheckedDerivation, ...] = read(written)
    else:
        found = check_derivations(statement, keys.scopes.part(keys.scopes.to_derive(identifier)))
    if store is not None and statement.derivations:
        store.keep_steps(identifier, found, written)
    return found


class TheoryStore:
    """The results of one theory, as checked by the sources and libraries that are running."""

    def __init__(self, root: Path, keys: Keys):
        self.folder = root / "theory"
        self._keys = keys

    def path(self, identifier: str, key: str | None) -> Path:
        """Where what has this key is, or would be."""
        safe = "".join(c if c.isalnum() else "_" for c in identifier)
        return self.folder / f"{safe}-{(key or 'none')[:32]}.json"

    def steps(self, identifier: str) -> tuple[CheckedDerivation, ...] | None:
        """What was found of the derivations of a statement, or None; nothing is found of one that has none."""
        if not self._keys.has_derivations(identifier):
            return ()
        found = self._find(identifier, self._keys.of_derivations(identifier))
        right = isinstance(found, tuple) and all(isinstance(d, CheckedDerivation) for d in found)
        return found if right else None

    def verdict(self, identifier: str) -> StatementResult | None:
        """What was found of a statement, without its derivations, or None."""
        found = self._find(identifier, self._keys.of_verdict(identifier))
        return found if isinstance(found, StatementResult) and found.id == identifier else None

    def keep_steps(
        self, identifier: str, found: tuple[CheckedDerivation, ...], written: dict[str, Any] | None = None
    ) -> bool:
        """Store what was found of derivations, ``written`` already if another process did; says whether it was.

        Raises:
            OSError: the store cannot be written.
        """
        return self._keep(identifier, self._keys.of_derivations(identifier), found, written)

    def keep_verdict(self, result: StatementResult) -> bool:
        """Store what was found of a statement, without its derivations; says whether that could be done.

        Raises:
            OSError: the store cannot be written.
        """
        return self._keep(result.id, self._keys.of_verdict(result.id), replace(result, derivations=()))

    def _find(self, identifier: str, key: str | None) -> Any:
        if key is None:
            return None
        try:
            head, text = self.path(identifier, key).read_text(encoding="utf-8").split("\n", 1)
            if json.loads(head) != _head(key, text):
                return None
            return read(json.loads(text))
        except (OSError, ValueError, KeyError, TypeError, IndexError):
            return None

    def _keep(
        self, identifier: str, key: str | None, thing: Any, written: dict[str, Any] | None = None
    ) -> bool:
        if key is None:
            return False
        try:
            text = json.dumps(written or write(thing), ensure_ascii=False, separators=(",", ":")) + "\n"
        except NotStorable:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        atomic.write_text(self.path(identifier, key), f"{json.dumps(_head(key, text))}\n{text}")
        return True


def _head(key: str, text: str) -> dict[str, Any]:
    """The first line of a file: what it is, and the digest by which it shows that it was not altered."""
    return {"schema": SCHEMA, "key": key, "digest": hashlib.sha256(text.encode()).hexdigest()}
