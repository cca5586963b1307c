"""Many studies of each scenario, and what came of them beside what was stated."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from ..verdict import Verdict
from . import grokking, regimes, spectra
from .scenario import Count, Scenario, record_of

STUDIES = 200
"""How many studies there are of each scenario: the exact interval of none of 200 ends at 0.037."""

TOGETHER = 4
"""So many studies in a row share their draw of null models, which takes longer than all that is judged by it."""

SEED = 20_260
"""Of everything that is planted; no meaning."""

SCENARIOS: tuple[Scenario, ...] = (*spectra.SCENARIOS, *grokking.SCENARIOS, *regimes.SCENARIOS)


@dataclass(frozen=True)
class Result:
    """A scenario, the verdict of each of its studies in order, and the digest of the record that judged them."""

    scenario: Scenario
    verdicts: tuple[Verdict, ...]
    record: str

    @property
    def count(self) -> Count:
        """How often the stated verdict came out."""
        return Count.of(self.scenario.stated, list(self.verdicts))

    @property
    def tally(self) -> dict[str, int]:
        """How often each verdict came out, in the order of :class:`.Verdict`."""
        counted = Counter(self.verdicts)
        return {verdict.value: counted[verdict] for verdict in Verdict if counted[verdict]}


def run(
    studies: int = STUDIES,
    scenarios: Sequence[Scenario] = SCENARIOS,
    workers: int = 1,
    on_study: Callable[[int, int], None] | None = None,
) -> tuple[Result, ...]:
    """Simulate ``studies`` studies of each scenario.

    Study i of a scenario draws its data from :data:`SEED`, i and the scenario's name, and its null models from the
    seed ⌊i/4⌋ (:data:`TOGETHER`): no numbers depend on which other scenarios are run, or on ``workers``.

    Args:
        studies: how many of each.
        scenarios: which.
        workers: processes. With more than one the scenarios are :data:`SCENARIOS`, or part of them, and the
            calling program must be importable without side effects.
        on_study: called with (done, in all) as indices are finished.

    Raises:
        ValueError: there is not one study, or a scenario is not among :data:`SCENARIOS` and workers are several.
    """
    if studies < 1:
        raise ValueError(f"studies={studies}; give one or more")
    strange = [s.name for s in scenarios if s not in SCENARIOS]
    if workers > 1 and strange:
        raise ValueError(f"{', '.join(strange)}: other processes know only the scenarios of this module")
    found: list[list[Verdict]] = [[] for _ in scenarios]
    rows = (
        _in_processes(studies, scenarios, workers)
        if workers > 1
        else (study(scenarios, i) for i in range(studies))
    )
    for done, row in enumerate(rows, 1):
        for verdicts, verdict in zip(found, row, strict=True):
            verdicts += [] if verdict is None else [verdict]
        if on_study is not None:
            on_study(done, studies)
    return tuple(
        Result(scenario, tuple(verdicts), record_of(scenario.statement).digest())
        for scenario, verdicts in zip(scenarios, found, strict=True)
    )


def study(scenarios: Sequence[Scenario], index: int) -> list[Verdict | None]:
    """Study number ``index`` of each scenario, None where it is not run."""
    seed = index // TOGETHER
    return [
        None if index % s.every else s.judge(np.random.default_rng([SEED, index, *_name(s)]), seed).verdict
        for s in scenarios
    ]


def _name(scenario: Scenario) -> bytes:
    """What tells the draws of a scenario from those of another; each byte is a number."""
    return f"{scenario.statement} {scenario.name}".encode()


def _by_place(places: Sequence[int], index: int) -> list[Verdict | None]:
    return study([SCENARIOS[place] for place in places], index)


def _in_processes(
    studies: int, scenarios: Sequence[Scenario], workers: int
) -> Iterator[list[Verdict | None]]:
    places = [SCENARIOS.index(scenario) for scenario in scenarios]
    with _one_thread_each(), ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_by_place, [places] * studies, range(studies), chunksize=TOGETHER)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Linear algebra of small matrices is slower with threads than without, and processes would share them."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def plain(results: Sequence[Result]) -> list[Mapping[str, object]]:
    """What is kept of the results: all but the single verdicts, which follow from the seed."""
    return [
        {
            "scenario": result.scenario.name,
            "statement": result.scenario.statement,
            "record": result.record,
            "planted": result.scenario.planted.value,
            "about": result.scenario.about,
            "stated": {
                "verdict": result.scenario.stated.verdict.value,
                "low": result.scenario.stated.low,
                "high": result.scenario.stated.high,
            },
            "studies": len(result.verdicts),
            "found": result.tally,
            "interval": [result.count.low, result.count.high],
            "shown": result.count.shown,
            "contradicted": result.count.contradicted,
        }
        for result in results
    ]
