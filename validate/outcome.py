"""What a verification hands back: one outcome per statement, and everything needed to report it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ..simulate.description import RunDescription
from ..theory.statement import Kind, Statement
from ..theory.theory import Theory
from ..theory.verify import StatementResult
from .evidence import Evidence
from .family import Family, family
from .lock import Lock, read_locks, state
from .provenance import Origin, Provenance
from .record import Record
from .standing import Standing, standing
from .verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """One statement with its evidence.

    ``result`` is what checking the theory said of it. ``reused`` says that the evidence was found by
    an earlier run, at ``found`` (ISO 8601, UTC), in ``seconds``. ``replay`` is the command that finds
    it again. ``broken`` is the error of a check that did not come to its end, else empty.
    ``has_check`` is False for a prediction that no check judges yet.
    """

    statement: Statement
    result: StatementResult
    record: Record | None
    evidence: Evidence
    reused: bool
    seconds: float
    found: str
    replay: str
    broken: str = ""
    has_check: bool = True

    @property
    def id(self) -> str:
        """The statement's id."""
        return self.statement.id

    @property
    def verdict(self) -> Verdict:
        """The evidence's verdict."""
        return self.evidence.verdict

    @cached_property
    def lock(self) -> Lock | None:
        """Whether the record was fixed beforehand; None without a record."""
        return None if self.record is None else state(self.record, read_locks())


@dataclass(frozen=True)
class RunUse:
    """A training run that the evidence of this report rests on.

    ``trained`` is False when the run, or the evidence that rests on it, was there already.
    """

    arm: str
    address: str
    description: RunDescription
    trained: bool


@dataclass(frozen=True)
class Report:
    """A finished verification.

    ``store`` and ``folder`` are where runs and evidence are kept and where the report was written
    (None: it was not). ``differences`` are the lines of a comparison with expected verdicts.
    ``published`` says what found the evidence when it was read from published results, and not by this run.
    """

    theory: Theory
    profile: str
    master_seed: int
    about: str
    device: str
    provenance: Provenance
    outcomes: tuple[Outcome, ...]
    results: Mapping[str, StatementResult]
    runs: tuple[RunUse, ...]
    started: datetime
    seconds: float
    store: Path
    folder: Path | None = None
    differences: tuple[str, ...] = ()
    published: Origin | None = None

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """Verdict by statement id, in the order of the report."""
        return {outcome.id: outcome.verdict for outcome in self.outcomes}

    @property
    def claims(self) -> tuple[Outcome, ...]:
        """Claims of the source, their repairs, predictions, and whatever is judged by a record."""
        return tuple(o for o in self.outcomes if not o.statement.supporting or o.record is not None)

    @property
    def supporting(self) -> tuple[Outcome, ...]:
        """The other outcomes: theorems on the way to the claims."""
        return tuple(o for o in self.outcomes if o.statement.supporting and o.record is None)

    @cached_property
    def family(self) -> Family:
        """All predictions, corrected together."""
        return family({o.id: o.evidence for o in self.outcomes if o.statement.kind is Kind.PREDICTION})

    @property
    def broken(self) -> tuple[Outcome, ...]:
        """Outcomes whose check raised instead of judging."""
        return tuple(outcome for outcome in self.outcomes if outcome.broken)

    def standing(self, outcome: Outcome) -> Standing:
        """What the verdict on one statement is worth, given the fate of what it was drawn from."""
        return standing(outcome.statement, self.theory, self.verdicts)

    @property
    def reused(self) -> int:
        """How many outcomes were found by an earlier run."""
        return sum(outcome.reused for outcome in self.outcomes)

    @property
    def judged(self) -> int:
        """How many outcomes a check has judged, now or in an earlier run."""
        return sum(outcome.has_check for outcome in self.outcomes)

    @property
    def seeds(self) -> tuple[int, ...]:
        """All seeds that trained or sampled for any statement, in order."""
        used = {seed for run in self.runs for seed in run.description.seeds}
        return tuple(sorted(used | {seed for o in self.outcomes for seed in o.evidence.seeds}))
