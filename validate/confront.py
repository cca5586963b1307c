"""Confronting statements with data, one by one; what was found before is not found again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from ..simulate.run import Run
from ..theory.statement import Kind
from ..theory.verify import StatementResult, TheoryReport
from . import evidence_json
from .check import NULL_SEED, Check, Context
from .evidence import Evidence, Measurement
from .evidence_store import Dependencies, Entry, EvidenceStore
from .outcome import Outcome
from .provenance import provenance
from .request import Request
from .self_check import evidence_is_sound
from .statement_keys import Keys
from .verdict import Verdict


@dataclass(frozen=True)
class Pending:
    """A check, what its evidence depends on, and the stored evidence if there is any."""

    check: Check
    dependencies: Dependencies
    entry: Entry | None
    missing_arms: tuple[str, ...]


def look_up(request: Request, check: Check, keys: Keys, store: EvidenceStore) -> Pending:
    """Find what is known of ``check`` already; ``keys`` are those of the theory it belongs to."""
    arms = request.profile.arms
    origin = provenance()
    profile = f"{request.profile.name} {hashlib.sha256(repr(request.profile).encode()).hexdigest()}"
    dependencies = Dependencies(
        statement=check.statement,
        theory=keys.of_evidence(check.statement, _alone(check)),
        record=check.record.digest() if check.record else "",
        runs={arm: arms[arm].address() for arm in check.uses(request.profile)},
        source=origin.source,
        versions=origin.versions,
        profile=profile,
        device=request.device_kind,
    )
    missing = tuple(arm for arm in check.arms if arm not in arms)
    return Pending(check, dependencies, None if missing else store.find(dependencies), missing)


def _alone(check: Check) -> bool:
    """Whether the verdict of its own statement decides a check: it has no record and takes no data."""
    return check.record is None and not check.arms and not check.optional


def _shown(check: Check, theory: TheoryReport, keys: Keys) -> TheoryReport:
    """What the check may look at: no more than its evidence is kept for."""
    if not _alone(check):
        return theory
    seen = keys.seen_alone(check.statement)
    statements = {s.id: s for identifier in seen for s in keys.scopes.to_judge(identifier)}
    statements |= {identifier: theory.theory[identifier] for identifier in seen}
    part = keys.scopes.part(tuple(statements.values()))
    return TheoryReport(part, {identifier: theory.results[identifier] for identifier in seen})


def from_store(request: Request, pending: Pending, entry: Entry, result: StatementResult) -> Outcome:
    """The outcome of a check whose evidence was found before."""
    return _outcome(request, pending.check, entry, result, reused=True)


def not_judged(request: Request, check: Check, result: StatementResult, reason: str) -> Outcome:
    """The outcome of a check that has no evidence, with the reason why."""
    return _outcome(request, check, _entry(_unjudged(check.statement, reason), time.monotonic()), result)


def judge(
    request: Request,
    pending: Pending,
    theory: TheoryReport,
    runs: Mapping[str, Run],
    store: EvidenceStore,
    keys: Keys,
) -> Outcome:
    """Run the check and store what it found.

    A check that raises, or whose evidence is not sound, is not the end of the others: its statement is
    not checked, and the outcome's ``broken`` says why. Such evidence is not stored.

    Raises:
        OSError: the store cannot be written.
    """
    check, result = pending.check, theory.results[pending.check.statement]
    started = time.monotonic()
    if pending.missing_arms:
        reason = f"profile {request.profile.name} trains no arm called {', '.join(pending.missing_arms)}"
        return _outcome(request, check, _entry(_unjudged(check.statement, reason), started), result)
    shown = _shown(check, theory, keys)
    used = check.uses(request.profile)
    seed = NULL_SEED + request.profile.master_seed
    context = Context(request.profile, shown, {arm: runs[arm] for arm in used}, request.device, seed)
    try:
        evidence = check.judge(context)
        if not evidence.runs:
            evidence = replace(evidence, runs=tuple(pending.dependencies.runs.values()))
        evidence_is_sound(evidence, check.statement, result)
        # The first run shows what a later one reads back, to the last digit.
        evidence = evidence_json.from_json(evidence_json.to_json(evidence))
    except Exception as error:  # noqa: BLE001 - whatever it was, the other statements are still to be judged
        reason = f"the check stopped: {type(error).__name__}: {error}"
        entry = _entry(_unjudged(check.statement, reason), started)
        return _outcome(request, check, entry, result, broken=reason)
    entry = _entry(evidence, started)
    store.keep(pending.dependencies, entry)
    return _outcome(request, check, entry, result)


def predictions_without_check(request: Request, theory: TheoryReport) -> list[Outcome]:
    """Predictions that no check judges: they have a row, and it says so."""
    judged = {check.statement for check in request.checks}
    return [
        _outcome(
            request,
            Check(statement.id, None, (), partial(_no_check, statement.id)),
            _entry(_no_check(statement.id), time.monotonic()),
            theory.results[statement.id],
            has_check=False,
        )
        for statement in request.theory
        if statement.kind is Kind.PREDICTION and statement.id not in judged
    ]


def _no_check(statement: str, _: Context | None = None) -> Evidence:
    return _unjudged(statement, "no check of this prediction has been written")


def _unjudged(statement: str, reason: str) -> Evidence:
    nothing = Measurement(None, "none", note="not measured")
    return Evidence(statement, Verdict.NOT_CHECKED, nothing, nothing, reason)


def _entry(evidence: Evidence, started: float) -> Entry:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Entry(evidence, time.monotonic() - started, now)


def _outcome(
    request: Request,
    check: Check,
    entry: Entry,
    result: StatementResult,
    reused: bool = False,
    broken: str = "",
    has_check: bool = True,
) -> Outcome:
    return Outcome(
        statement=request.theory[check.statement],
        result=result,
        record=check.record,
        evidence=entry.evidence,
        reused=reused,
        seconds=entry.seconds,
        found=entry.found,
        replay=request.replay_command(check.statement),
        broken=broken,
        has_check=has_check,
    )
