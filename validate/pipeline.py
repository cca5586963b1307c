"""The whole verification as one function: derive, train, confront, report.

Whatever the command line does is a call of :func:`verify` or :func:`replay`; both return objects.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ..simulate.run import Run
from ..simulate.store import RunStore, StoreError
from ..theory.statement import Kind
from ..theory.theory import Theory
from ..theory.verify import TheoryReport
from .check import Check
from .collection import settled
from .confront import Pending, from_store, judge, look_up, predictions_without_check
from .evidence import Evidence
from .evidence_json import same
from .evidence_store import EvidenceStore
from .expect import differences, read_expected
from .numbers import counted
from .outcome import Outcome, Report, RunUse
from .problems import BadRequest, Interrupted, unknown
from .profiles import Profile
from .progress import Reporter
from .provenance import provenance
from .report.folder import ReportFolder
from .report.gallery import Gallery, gallery
from .report.page import ask_for_figures, set_formulas
from .report.writer import write_report
from .request import DEFAULT_DEVICE, DEFAULT_PROFILE, DEFAULT_THEORY, Request, prepare
from .self_check import derivations_were_tried
from .statement_keys import Keys
from .theory_store import derive

DEFAULT_OUT = Path("report")


@dataclass
class _Kept:
    """What is safely stored so far, for the line that an interrupted run ends with."""

    store: Path
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, number: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + number

    def __str__(self) -> str:
        parts = [counted(number, what) for what, number in self.counts.items() if number]
        return f"{', '.join(parts) if parts else 'nothing yet'} in {self.store}"


def verify(
    profile: str = DEFAULT_PROFILE,
    out: Path = DEFAULT_OUT,
    device: str = DEFAULT_DEVICE,
    store: Path | None = None,
    expect: Path | None = None,
    progress: Reporter | None = None,
    *,
    theory: Theory | str = DEFAULT_THEORY,
    checks: Sequence[Check] | None = None,
    profiles: Mapping[str, Profile] | None = None,
    workers: int = 1,
    master_seed: int = 0,
) -> Report:
    """Verify a theory and write the report.

    Args:
        profile: which networks are trained, with how many seeds; a name in ``profiles``.
        out: the folder of the report; made if absent. One that holds another thing is refused.
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        store: where runs and evidence are kept; by default :func:`.evidence_store.default_root`.
        expect: a file of expected verdicts; the report's ``differences`` then say what differs.
        progress: told what goes on; by default nobody is.
        theory: the theory under test, or its name, or a Python file that defines it as ``THEORY``.
        checks: how statements are confronted; by default those of the project for its own theory.
        profiles: the known profiles by name; by default those of the project.
        workers: processes that check derivations. With more than one, the calling program must be
            importable without side effects (``if __name__ == "__main__":``).
        master_seed: another one gives every network and every null model other seeds, see :meth:`.Profile.drawn_from`.

    Raises:
        BadRequest: something asked for does not exist or cannot be written, and nothing was done; or a stored run
            is damaged, which is named with the way out.
        SelfCheckFailed: the verifier failed a check of itself. What was computed is kept.
        Interrupted: Ctrl-C. What was computed is kept, and the same call goes on from there.
    """
    request = prepare(
        profile,
        device,
        store,
        progress,
        theory=theory,
        checks=checks,
        profiles=profiles,
        workers=workers,
        master_seed=master_seed,
    )
    expected = None if expect is None else read_expected(expect)
    folder = ReportFolder(out)
    folder.claim()
    kept = _Kept(request.store)
    started, clock = datetime.now(UTC), time.monotonic()
    try:
        with _keeping(kept), settled(), gallery(request.workers) as drawing:
            keys = Keys(request.theory)
            results = _derive(request, kept, keys)
            evidence = EvidenceStore(request.store)
            pending = [look_up(request, check, keys, evidence) for check in request.checks]
            runs, uses = _train(request, pending, kept)
            outcomes = _confront(request, pending, results, runs, kept, keys, drawing)
            report = Report(
                theory=request.theory,
                profile=request.profile.name,
                master_seed=request.profile.master_seed,
                about=request.profile.about,
                device=request.device,
                provenance=provenance(),
                outcomes=outcomes,
                results=results.results,
                runs=uses,
                started=started,
                seconds=time.monotonic() - clock,
                store=request.store,
                folder=out,
            )
            if expected is not None:
                report = replace(report, differences=tuple(differences(expected, report.verdicts)))
            request.progress.begin("4/4 report", 1)
            set_formulas(request.theory)
            drawing.collect()
            files = write_report(report, folder)
            request.progress.end(f"{counted(len(files), 'file')} in {out}")
    finally:
        folder.release()
    return report


@dataclass(frozen=True)
class Replay:
    """One statement found anew, beside the evidence that was stored for it before (None: there was none)."""

    outcome: Outcome
    stored: Evidence | None

    @property
    def agrees(self) -> bool | None:
        """Whether both are equal to the last digit; None without stored evidence."""
        return None if self.stored is None else same(self.stored, self.outcome.evidence)


def replay(
    statement: str,
    profile: str = DEFAULT_PROFILE,
    device: str = DEFAULT_DEVICE,
    store: Path | None = None,
    progress: Reporter | None = None,
    *,
    theory: Theory | str = DEFAULT_THEORY,
    checks: Sequence[Check] | None = None,
    profiles: Mapping[str, Profile] | None = None,
    workers: int = 1,
    master_seed: int = 0,
) -> Replay:
    """Find the evidence of one statement again: its derivation and its judgement are done anew.

    Training runs are taken from the store where they are there; they are found by everything that
    determines them. Arguments and errors are those of :func:`verify`.

    Raises:
        BadRequest: also when no check judges ``statement``; the message lists those that have one.
    """
    request = prepare(
        profile,
        device,
        store,
        progress,
        theory=theory,
        checks=checks,
        profiles=profiles,
        workers=workers,
        master_seed=master_seed,
    )
    chosen = [check for check in request.checks if check.statement == statement]
    if not chosen:
        raise _unjudged(statement, request)
    request = replace(request, checks=tuple(chosen))
    kept = _Kept(request.store)
    with _keeping(kept):
        keys = Keys(request.theory)
        results = _derive(request, kept, keys, anew=frozenset({statement}))
        found = look_up(request, chosen[0], keys, EvidenceStore(request.store))
        anew = replace(found, entry=None)
        runs, _ = _train(request, [anew], kept)
        (outcome,) = _confront(request, [anew], results, runs, kept, keys)
    return Replay(outcome, None if found.entry is None else found.entry.evidence)


def _unjudged(statement: str, request: Request) -> BadRequest:
    """Why nothing can be replayed of this statement: there is none of that id, or nothing judges it."""
    known = request.theory.by_id.get(statement)
    if known is None:
        return unknown("statement", statement, [check.statement for check in request.checks])
    why = {
        Kind.ASSUMPTION: "an assumption is named, and not checked",
        Kind.DEFINITION: "a definition is neither true nor false",
    }.get(known.kind, "no check of it has been written")
    return BadRequest(
        f"nothing judges {statement}: {why}; 'spectral-edge impact {statement}' says what rests on it"
    )


@contextmanager
def _keeping(kept: _Kept) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(f"interrupted; kept: {kept}. The same command goes on from there.") from None


def _derive(request: Request, kept: _Kept, keys: Keys, anew: frozenset[str] = frozenset()) -> TheoryReport:
    order = request.theory.order()
    request.progress.begin("1/4 derive", len(order))

    def on_statement(done: int, _: int, identifier: str) -> None:
        kept.counts["derived statement"] = done
        request.progress.advance(done, identifier)

    results, reused = derive(request.theory, request.store, on_statement, anew, request.workers, keys)
    kept.counts["derived statement"] = len(order)
    derivations_were_tried(results)
    made = sum(result.mutants_made for result in results.results.values())
    request.progress.end(
        f"{counted(len(order), 'statement')} checked, {counted(made, 'altered step')} rejected"
        f"{_reused(reused, len(order))}"
    )
    return results


def _train(
    request: Request, pending: Sequence[Pending], kept: _Kept
) -> tuple[dict[str, Run], tuple[RunUse, ...]]:
    """The runs that are needed to judge; and all runs that the evidence, old or new, rests on."""
    looked_at = [(p, p.check.uses(request.profile)) for p in pending if not p.missing_arms]
    used = dict.fromkeys(arm for _, arms in looked_at for arm in arms)
    needed = {arm for p, arms in looked_at if p.entry is None for arm in arms}
    total = sum(request.profile.arms[arm].steps for arm in needed)
    store, before = RunStore(request.store / "runs"), 0
    runs: dict[str, Run] = {}
    trained: set[str] = set()
    request.progress.begin("2/4 train", total)
    for arm in used:
        if arm not in needed:
            continue
        description = request.profile.arms[arm]

        def on_step(done: int, _: int, before: int = before, arm: str = arm) -> None:
            request.progress.advance(before + done, arm)

        try:
            runs[arm], reused = store.obtain(description, request.device, on_step)
        except StoreError as error:
            raise BadRequest(str(error)) from error
        if not reused:
            trained.add(arm)
        before += description.steps
        kept.add("training run")
    request.progress.end(_training_outcome(len(used), len(needed), len(trained)))
    arms = request.profile.arms
    return runs, tuple(RunUse(arm, arms[arm].address(), arms[arm], arm in trained) for arm in used)


def _training_outcome(used: int, needed: int, trained: int) -> str:
    if not used:
        return "no statement needs a trained network"
    parts = [f"{trained} trained"] if trained else []
    parts += [f"{needed - trained} reused"] if needed > trained else []
    parts += [f"{used - needed} not needed: their evidence is reused"] if used > needed else []
    return f"{counted(used, 'run')}: {', '.join(parts)}"


def _confront(
    request: Request,
    pending: Sequence[Pending],
    results: TheoryReport,
    runs: Mapping[str, Run],
    kept: _Kept,
    keys: Keys,
    drawing: Gallery | None = None,
) -> tuple[Outcome, ...]:
    """An outcome for each check; its figures are asked of ``drawing``, which is None for a statement by itself."""
    store = EvidenceStore(request.store)
    request.progress.begin("3/4 confront", len(pending))
    outcomes = []
    for done, item in enumerate(pending):
        request.progress.advance(done, item.check.statement)
        if item.entry is not None:
            result = results.results[item.check.statement]
            outcomes.append(from_store(request, item, item.entry, result))
        else:
            outcomes.append(judge(request, item, results, runs, store, keys))
        if drawing is not None:
            ask_for_figures(outcomes[-1], drawing)
        kept.add("verdict")
    reused = sum(outcome.reused for outcome in outcomes)
    without = [] if drawing is None else predictions_without_check(request, results)
    request.progress.end(
        f"{counted(len(outcomes), 'statement')} judged{_reused(reused, len(outcomes))}"
        + (f"; {counted(len(without), 'prediction')} without a check" if without else "")
    )
    return (*outcomes, *without)


def _reused(reused: int, of: int) -> str:
    if not reused:
        return ""
    return ", all reused" if reused == of else f", {reused} of them reused"
