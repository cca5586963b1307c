"""How contestants are compared: at the same achieved error, in rounds in which everybody runs once."""

from __future__ import annotations

import gc
import signal
import statistics
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from .peers import Make, Run
from .problem import Array, Problem, error, reference

# Tolerances tried, from loose to tight, half a power of ten apart; the absolute one is a thousandth of the relative.
TOLERANCES = tuple(10.0 ** (-k / 2) for k in range(14, 28))


@dataclass
class Entry:
    """One contestant: its tolerance and achieved error, the processor seconds of its runs, or why it does not take part."""

    name: str
    tolerance: float = 0.0
    error: float = float("nan")
    seconds: list[float] = field(default_factory=list)
    trajectories: int = 1
    refused: str = ""
    run: Run | None = None

    @property
    def each(self) -> float:
        """The median processor time of one trajectory."""
        return statistics.median(self.seconds) / self.trajectories


def admitted(name: str, make: Make, problem: Problem, wanted: Array, target: float, patience: float) -> Entry:
    """The contestant at the loosest tolerance that achieves the target; refused if none does or it takes too long."""
    entry = Entry(name, trajectories=len(problem.initial))
    begun = None
    for tolerance in TOLERANCES:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run = make(tolerance, tolerance * 1e-3)
                with _interrupted(2 * patience):
                    found = run()
        except Exception as problem_with_it:  # noqa: BLE001 - a peer's failure is a result
            entry.refused = f"{type(problem_with_it).__name__}: {problem_with_it}"[:200]
            return entry
        entry.tolerance, entry.error = tolerance, error(found, wanted)
        if entry.error <= target:
            entry.run = run
            return entry
        begun = begun or time.perf_counter()  # the first run may have compiled
        if time.perf_counter() - begun > patience:
            entry.refused = f"{patience:g} s were not enough to find a tolerance"
            return entry
    entry.refused = f"no tolerance down to {TOLERANCES[-1]:.0e} achieves {target:.0e}"
    return entry


@contextmanager
def _interrupted(seconds: float) -> Iterator[None]:
    """Stop what Python code runs longer; what is compiled is not interrupted."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"one run takes more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def measured(entries: list[Entry], rounds: int, budget: float, tell: Callable[[str], None]) -> None:
    """Run every contestant once in each round, for 20 ms or once, and note the processor time of one run.

    Processor time, of all threads together, leaves out the time in which others had the machine. Who has used up its share of
    the budget leaves after the round.
    """
    running = [entry for entry in entries if entry.run is not None]
    share, spent = budget / max(len(running), 1), dict.fromkeys((entry.name for entry in running), 0.0)
    for number in range(rounds):
        for entry in running:
            if spent[entry.name] > share:
                continue
            run: Any = entry.run
            repeats = max(1, min(1000, int(0.02 / max(entry.seconds[-1], 1e-6)))) if entry.seconds else 1
            gc.disable()
            begun, used = time.perf_counter(), time.process_time()
            for _ in range(repeats):
                run()
            entry.seconds.append((time.process_time() - used) / repeats)
            gc.enable()
            spent[entry.name] += time.perf_counter() - begun
        tell(f"round {number + 1} of {rounds}")


def as_data(entries: list[Entry], baseline: str) -> list[Mapping[str, Any]]:
    """Rows with the median, over rounds, of the ratio to the baseline in the same round."""
    base = next(entry for entry in entries if entry.name == baseline)
    rows: list[Mapping[str, Any]] = []
    for entry in entries:
        if entry.refused or not entry.seconds:
            rows.append({"name": entry.name, "refused": entry.refused or "not run"})
            continue
        pairs = zip(entry.seconds, base.seconds, strict=False)
        ratios = sorted(a / entry.trajectories / (b / base.trajectories) for a, b in pairs)
        rows.append(
            {
                "name": entry.name,
                "rtol": entry.tolerance,
                "achieved_error": entry.error,
                "microseconds": entry.each * 1e6,
                "trajectories": entry.trajectories,
                "rounds": len(entry.seconds),
                "ratio": statistics.median(ratios),
                "ratio_lowest": ratios[0],
                "ratio_highest": ratios[-1],
            }
        )
    return sorted(rows, key=lambda row: row.get("ratio", float("inf")))


__all__ = ["Entry", "admitted", "as_data", "measured", "reference"]
