"""Results of checking the theory, kept until the theory, its checker or the libraries below change.

Deriving takes longer than reading: every step is tried in dozens of altered forms. One JSON file per
statement below ``STORE/theory/``. A file that cannot be read back to an equal result counts as absent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import sympy as sp

from ..theory.theory import Theory
from ..theory.verify import StatementResult, TheoryReport, check_statement
from . import atomic
from .expression_json import NotStorable
from .provenance import deciding_versions, running_sources
from .result_json import read, write
from .theory_workers import derivations

SCHEMA = 1

# The libraries by which steps are decided; the others cannot change a result.
_DECIDING = ("python", "sympy", "python-flint", "mpmath")


def derive(
    theory: Theory,
    root: Path | None,
    on_statement: Callable[[int, int, str], None] | None = None,
    anew: frozenset[str] = frozenset(),
    workers: int = 1,
) -> tuple[TheoryReport, int]:
    """Check every statement of ``theory``, taking from the store below ``root`` what is there already.

    Each result is stored as soon as it is found, so that an interrupted derivation goes on where it
    stopped. The statements in ``anew`` are checked even if they are stored. Returns the report and how
    many statements were taken from the store.
    ``on_statement(done, total, id)`` is called before each statement. With more than one of ``workers``,
    derivations are checked in as many processes.
    """
    store = None if root is None else TheoryStore(root, theory)
    order, results = theory.order(), dict[str, StatementResult]()
    stored = (
        {} if store is None else {i: r for i in order if i not in anew and (r := store.find(i)) is not None}
    )
    with derivations(theory, [i for i in order if i not in stored], workers) as under_way:
        for done, identifier in enumerate(order):
            if on_statement is not None:
                on_statement(done, len(order), identifier)
            result = stored.get(identifier)
            if result is None:
                checked = under_way.of(identifier)
                result = check_statement(theory[identifier], theory, results, checked=checked)
                if store is not None:
                    store.keep(result)
            results[identifier] = result
    return TheoryReport(theory, results), len(stored)


class TheoryStore:
    """The results of one theory, as checked by the sources and libraries that are running."""

    def __init__(self, root: Path, theory: Theory):
        self.folder = root / "theory"
        self._key = theory_digest(theory)

    def path(self, identifier: str) -> Path:
        """Where the result of this statement is, or would be."""
        safe = "".join(c if c.isalnum() else "_" for c in identifier)
        key = hashlib.sha256(f"{self._key} {identifier}".encode()).hexdigest()
        return self.folder / f"{safe}-{key[:32]}.json"

    def find(self, identifier: str) -> StatementResult | None:
        """The stored result, or None."""
        try:
            data = json.loads(self.path(identifier).read_text(encoding="utf-8"))
            if data["schema"] != SCHEMA or data["digest"] != _digest(data["result"]):
                return None
            result = read(data["result"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return result if isinstance(result, StatementResult) and result.id == identifier else None

    def keep(self, result: StatementResult) -> bool:
        """Store ``result`` if it survives the way through JSON; says whether it did.

        Raises:
            OSError: the store cannot be written.
        """
        try:
            written = write(result)
            survives = bool(read(written) == result)
        except NotStorable:
            return False
        if survives:
            self.folder.mkdir(parents=True, exist_ok=True)
            content = {"schema": SCHEMA, "digest": _digest(written), "result": written}
            atomic.write_text(self.path(result.id), json.dumps(content, ensure_ascii=False) + "\n")
        return survives


def theory_digest(theory: Theory) -> str:
    """SHA-256 of everything that determines what checking ``theory`` finds, 64 hex digits."""
    versions = {name: v for name, v in deciding_versions().items() if name in _DECIDING}
    # The sources cover the theory of this project; the representations cover one that is made at run time.
    statements = [(_canonical(s), [sp.srepr(c) for c in (*s.content, *s.hypotheses)]) for s in theory]
    content = [running_sources(("theory",)), versions, statements, [repr(q) for q in theory.notation]]
    return _digest(content)


def _canonical(thing: Any) -> Any:
    """``thing`` as plain data that is the same in every process, whatever order its mappings were made in."""
    if is_dataclass(thing):
        return [type(thing).__name__, *(_canonical(getattr(thing, field.name)) for field in fields(thing))]
    if isinstance(thing, Mapping):
        return sorted((str(key), str(value)) for key, value in thing.items())
    if isinstance(thing, tuple):
        return [_canonical(part) for part in thing]
    return str(thing)


def _digest(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
