"""The record of a check: what will be measured and what will count, fixed before data are looked at."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Record:
    """The rule by which one statement is judged.

    ``constants`` holds every number the rule uses (threshold, quantile, window, ...) under the name
    by which the check looks it up, so that a change of any of them changes :meth:`digest`.
    ``reasons`` says for each constant where it comes from, or that it has no source.
    """

    statement: str
    observable: str
    replication: str
    test: str
    refuted_if: str
    nulls: tuple[str, ...]
    constants: dict[str, float]
    reasons: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unexplained = sorted(set(self.constants) - set(self.reasons))
        if unexplained:
            raise ValueError(
                f"record of {self.statement}: no reason is given for the constants {unexplained}; "
                "say for each where it comes from, or that it has no source"
            )

    def digest(self) -> str:
        """SHA-256 of the record's content; a verdict carries it."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
