"""A report made of published results: derivations are checked anew, what data decided is read."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ...theory.theory import Theory
from ...theory.verify import TheoryReport
from ..check import Check
from ..confront import from_store, judge, look_up, not_judged, predictions_without_check
from ..evidence_store import Entry, EvidenceStore, default_root
from ..numbers import counted
from ..outcome import Outcome, Report, RunUse
from ..profiles import Profile
from ..progress import Reporter
from ..provenance import provenance
from ..request import DEFAULT_THEORY, Request, prepare
from ..self_check import Unsound, derivations_were_tried, evidence_is_sound
from ..statement_keys import Keys
from ..theory_store import derive
from .reading import Misplaced, Published


def show(
    published: Published,
    store: Path | None = None,
    progress: Reporter | None = None,
    *,
    theory: Theory | str = DEFAULT_THEORY,
    checks: Sequence[Check] | None = None,
    profiles: Mapping[str, Profile] | None = None,
    workers: int = 1,
) -> Report:
    """The report that ``published`` amounts to today. Nothing is trained and nothing is written but derivations.

    A statement whose published result belongs to another rule, another claim or other runs than those of
    today is not checked, and its reason says so. The other arguments are those of :func:`..pipeline.verify`.

    Raises:
        BadRequest: the profile is gone, or the published files are damaged.
        SelfCheckFailed: an altered step of a derivation was accepted.
    """
    request = prepare(
        published.profile, store=store, progress=progress, theory=theory, checks=checks, profiles=profiles,
        workers=workers, master_seed=published.master_seed,
    )  # fmt: skip
    # The commands that repeat a result are those for a reader, on the device of the result.
    reader = replace(request, device=published.device, store=default_root())
    started, clock = datetime.now(UTC), time.monotonic()
    keys = Keys(request.theory)
    results = _derived(request, keys)
    request.progress.begin("read results", len(request.checks))
    kept = EvidenceStore(request.store)
    outcomes = tuple(_outcome(reader, check, published, results, keys, kept) for check in request.checks)
    request.progress.end(f"{counted(len(outcomes), 'statement')} from {published.folder}")
    arms = request.profile.arms
    used = {address for outcome in outcomes for address in outcome.evidence.runs}
    uses = {arm: arms[arm].address() for arm in arms}
    return Report(
        theory=request.theory,
        profile=request.profile.name,
        master_seed=published.master_seed,
        about=request.profile.about,
        device=published.device,
        provenance=provenance(),
        outcomes=(*outcomes, *predictions_without_check(reader, results)),
        results=results.results,
        runs=tuple(RunUse(arm, at, arms[arm], False) for arm, at in uses.items() if at in used),
        started=started,
        seconds=time.monotonic() - clock,
        store=request.store,
        published=published.origin,
    )


def _derived(request: Request, keys: Keys) -> TheoryReport:
    request.progress.begin("derive", len(request.theory.order()))
    results, _ = derive(
        request.theory,
        request.store,
        lambda done, _, identifier: request.progress.advance(done, identifier),
        workers=request.workers,
        keys=keys,
    )
    derivations_were_tried(results)
    request.progress.end(f"{counted(len(results.results), 'statement')} checked")
    return results


def _outcome(
    request: Request,
    check: Check,
    published: Published,
    results: TheoryReport,
    keys: Keys,
    store: EvidenceStore,
) -> Outcome:
    result = results.results[check.statement]
    pending = look_up(request, check, keys, store)
    if check.record is None and not check.arms:
        return (
            judge(request, pending, results, {}, store, keys)
            if pending.entry is None
            else from_store(request, pending, pending.entry, result)
        )
    try:
        evidence = published.evidence(check, request.theory[check.statement], request.profile)
        evidence_is_sound(evidence, check.statement, result)
    except (Misplaced, Unsound) as error:
        return not_judged(request, check, result, str(error))
    entry = published.entries[check.statement]
    found = Entry(evidence, float(entry["seconds"]), str(entry["found"]))
    return from_store(request, pending, found, result)
