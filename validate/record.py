"""The record of a check: what will be measured and what will count, fixed before data are looked at."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field

from .statistics.power import Power, majority_power


@dataclass(frozen=True)
class Record:
    """The rule by which one statement is judged.

    ``constants`` holds every number the rule uses (threshold, quantile, window, ...) under the name
    by which the check looks it up, so that a change of any of them changes :meth:`digest`.
    ``reasons`` says for each constant where it comes from, or that it has no source. ``networks`` says
    which networks and sizes the verdict is about. ``baselines`` are the simpler predictors that a claimed
    early warning has to beat. ``effect`` is the share of seeds that would pass if the statement were true,
    for the power of the design; None where the test is no count of seeds.

    Raises:
        ValueError: a constant has no reason.
    """

    statement: str
    observable: str
    replication: str
    test: str
    refuted_if: str
    nulls: tuple[str, ...]
    constants: dict[str, float]
    reasons: dict[str, str] = field(default_factory=dict)
    networks: str = ""
    baselines: tuple[str, ...] = ()
    effect: float | None = None

    def __post_init__(self) -> None:
        unexplained = sorted(set(self.constants) - set(self.reasons))
        if unexplained:
            raise ValueError(
                f"record of {self.statement}: no reason is given for the constants {unexplained}; "
                "say for each where it comes from, or that it has no source"
            )

    def power(self, seeds: int) -> Power | None:
        """The chance that the count of seeds says yes if the statement is true; None without an effect."""
        return None if self.effect is None or seeds < 1 else majority_power(seeds, self.effect)

    def digest(self) -> str:
        """SHA-256 of the record's content; a verdict carries it."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
