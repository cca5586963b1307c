"""The ledger of one theory: its entries, and the file that keeps them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..atomic import write_text
from ..problems import BadRequest
from .entry import SCHEMA, Entry, read, write

FILE = "ledger.json"


@dataclass(frozen=True)
class Ledger:
    """``every`` says whether all altered copies were tried, or one of each kind for each step.

    ``commit`` is a git hash, with ``+`` where the checkout differed from it; ``time`` is UTC, when the last
    entry was made; ``versions`` are those of the interpreter and of the libraries that decide steps.
    """

    theory: str
    every: bool
    commit: str
    time: str
    versions: Mapping[str, str]
    entries: Mapping[str, Entry]

    @property
    def made(self) -> int:
        """Altered copies that were tried."""
        return sum(entry.made for entry in self.entries.values())

    @property
    def caught(self) -> int:
        """Those that were rejected."""
        return sum(entry.caught for entry in self.entries.values())

    @property
    def survivors(self) -> list[tuple[str, str, str]]:
        """(statement, change, altered relation) of every copy that nothing rejected."""
        return [
            (entry.id, survivor.change, survivor.to)
            for entry in self.entries.values()
            for step in entry.steps
            for survivor in step.survivors
        ]

    def save(self, folder: Path) -> Path:
        """Write the ledger to ``folder``, one line for each statement, so that two can be compared."""
        head = {
            "schema": SCHEMA,
            "theory": self.theory,
            "every": self.every,
            "commit": self.commit,
            "time": self.time,
            "versions": dict(self.versions),
        }
        lines = [json.dumps(write(entry), ensure_ascii=False) for entry in self.entries.values()]
        opening = json.dumps(head, ensure_ascii=False)[:-1]
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        write_text(path, f'{opening}, "entries": [\n' + ",\n".join(lines) + "\n]}\n")
        return path


def load(folder: Path) -> Ledger:
    """The ledger that was saved to ``folder``.

    Raises:
        BadRequest: there is none, or it is of another schema, or no ledger.
    """
    path = folder / FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            raise BadRequest(
                f"{path} has schema {data['schema']}, and this version reads {SCHEMA}; make it anew"
            )
        entries = [read(entry) for entry in data["entries"]]
        return Ledger(
            data["theory"],
            data["every"],
            data["commit"],
            data["time"],
            data["versions"],
            {entry.id: entry for entry in entries},
        )
    except OSError as error:
        raise BadRequest(f"there is no ledger in {folder}: {error}") from None
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadRequest):
            raise
        raise BadRequest(f"{path} is no ledger: {error!r}; delete it, and make it anew") from None
