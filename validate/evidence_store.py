"""Evidence that was found once, kept until something it depends on changes.

One JSON file per entry below ``STORE/evidence/``, named by a key that covers everything the evidence
depends on. An entry is never changed: another key is another file. An entry that cannot be read is
set aside as ``*.damaged`` and found anew; evidence can always be recomputed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import atomic, evidence_json
from .evidence import Evidence

SCHEMA = 1
FOLDER = ".spectral-edge"
VARIABLE = "SPECTRAL_EDGE_STORE"


def default_root() -> Path:
    """``$SPECTRAL_EDGE_STORE``, or ``.spectral-edge`` in the current folder."""
    return Path(os.environ.get(VARIABLE) or FOLDER)


@dataclass(frozen=True)
class Dependencies:
    """Everything that evidence of one statement depends on.

    ``theory`` is the key of what the theory has to do with it (:meth:`.statement_keys.Keys.of_evidence`);
    ``record`` is the record's digest (""
    without one); ``runs`` maps each arm used to the address of its run; ``source`` is the digest of
    the package's sources; ``versions`` are the libraries that determine numbers; ``profile`` and
    ``device`` (the kind, such as "cpu") are what was asked for.
    """

    statement: str
    theory: str
    record: str
    runs: Mapping[str, str]
    source: str
    versions: Mapping[str, str]
    profile: str
    device: str

    def plain(self) -> dict[str, Any]:
        """The same as a JSON object."""
        return {**vars(self), "runs": dict(self.runs), "versions": dict(self.versions)}

    def key(self) -> str:
        """SHA-256 of all of it, 64 hex digits."""
        text = json.dumps(self.plain(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """Stored evidence, with how long it took to find (seconds) and when (ISO 8601, UTC)."""

    evidence: Evidence
    seconds: float
    found: str


class EvidenceStore:
    """The folder ``root/evidence``; made when first written to."""

    def __init__(self, root: Path):
        self.folder = root / "evidence"

    def path(self, dependencies: Dependencies) -> Path:
        """Where the entry with these dependencies is, or would be."""
        # The id is in the name for a human who looks into the folder; 32 hex digits of the key are 128 bits.
        safe = "".join(c if c.isalnum() else "_" for c in dependencies.statement)
        return self.folder / f"{safe}-{dependencies.key()[:32]}.json"

    def find(self, dependencies: Dependencies) -> Entry | None:
        """The stored entry, or None. A damaged one is renamed to ``*.damaged`` and counts as absent."""
        path = self.path(dependencies)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError:
            return self._set_aside(path)
        try:
            intact = data["digest"] == _digest(data["evidence"])
            if not intact or data["schema"] != SCHEMA or data["key"] != dependencies.key():
                return self._set_aside(path)
            evidence = evidence_json.from_json(data["evidence"])
            return Entry(evidence, float(data["seconds"]), str(data["found"]))
        except (KeyError, TypeError, ValueError):
            return self._set_aside(path)

    def keep(self, dependencies: Dependencies, entry: Entry) -> Path:
        """Store ``entry``; returns its file.

        Raises:
            OSError: the store cannot be written.
            TypeError: the evidence holds something that is not plain data.
        """
        evidence = evidence_json.to_json(entry.evidence)
        content = {
            "schema": SCHEMA,
            "key": dependencies.key(),
            "depends on": dependencies.plain(),
            "found": entry.found,
            "seconds": entry.seconds,
            "digest": _digest(evidence),
            "evidence": evidence,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.path(dependencies)
        atomic.write_text(path, json.dumps(content, allow_nan=False, ensure_ascii=False, indent=1) + "\n")
        return path

    @staticmethod
    def _set_aside(path: Path) -> None:
        path.replace(path.with_suffix(".damaged"))


def _digest(evidence: Any) -> str:
    text = json.dumps(evidence, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
