"""Measure the integrators: ``python -m benchmarks.flows``; the table is made by ``python -m benchmarks.table``.

Everybody integrates the same flow to the same achieved error, in rounds in which each runs for a moment, so that what else the
machine does falls on all alike; what counts is the median over rounds of the ratio of processor times within a round.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from .cold import SIZES, first_step
from .peers import everyone
from .problem import Problem, draw
from .rounds import admitted, as_data, measured, reference

RESULTS = Path(__file__).parent / "results" / "flows.json"
PACKAGES = (
    "spectral-edge", "numpy", "scipy", "sympy", "numba", "numbalsoda", "CyRK", "heyoka", "jitcode", "diffrax", "jax",
    "torch", "torchdiffeq", "torchode",
)  # fmt: skip


@dataclass(frozen=True)
class Task:
    """One table: ``seconds`` for its rounds, and how long a contestant may look for its tolerance."""

    key: str
    says: str
    draw: Callable[[], Problem]
    target: float
    rounds: int
    seconds: float
    patience: float
    slow: int = 0  # ensembles: those that take more than a second for 64 trajectories get so many


TASKS = (
    Task("single-10", "One trajectory, 10 modes, non-stiff", lambda: draw(10, end=20.0), 1e-10, 41, 30, 6),
    Task("single-100", "One trajectory, 100 modes, non-stiff", lambda: draw(100, end=2.0), 1e-10, 9, 40, 8),
    Task(
        "colliding-10",
        "One trajectory, 10 modes that collide: stiff",
        lambda: draw(10, end=20.0, colliding=True, noise=0.01),
        1e-10,
        11,
        25,
        8,
    ),
    Task(
        "ensemble-10",
        "10,000 trajectories, 10 modes, two threads",
        lambda: draw(10, end=20.0, trajectories=10_000),
        1e-10,
        5,
        60,
        10,
        64,
    ),
)
_SAMPLE = 64  # trajectories of an ensemble whose error is looked at, to find the tolerance


@click.command()
@click.option(
    "--only", multiple=True, type=click.Choice([*(t.key for t in TASKS), "compile"]), help="Tasks to run."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=RESULTS, help="Where the results go, as JSON."
)
def main(only: tuple[str, ...], out: Path) -> None:
    """Run the tasks and write the results; results of tasks that are not run are kept."""
    console = Console(stderr=True)
    kept = json.loads(out.read_text(encoding="utf-8"))["tasks"] if only and out.exists() else {}
    tasks = dict(kept)
    for task in TASKS:
        if not only or task.key in only:
            console.print(f"[bold]{task.says}")
            tasks[task.key] = _run(task, console)
    if not only or "compile" in only:
        console.print("[bold]From SymPy to the first step")
        tasks["compile"] = {"rows": [first_step(way, n) for n, ways in SIZES.items() for way in ways]}
    made = _made()
    for measured_task in tasks.values():
        measured_task.setdefault("commit", made["commit"])  # a task that is not run again keeps its own
    text = json.dumps({"made": made, "tasks": tasks}, indent=1)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n", encoding="utf-8")


def _run(task: Task, console: Console) -> dict[str, Any]:
    begun, load = time.perf_counter(), os.getloadavg()[0]
    problem, many = task.draw(), task.slow > 0
    sample = problem.first(_SAMPLE) if many else problem
    wanted = reference(sample)
    makes, missing = everyone(sample, many=many)
    entries = []
    for name, make in makes.items():
        entry = admitted(name, make, sample, wanted, task.target, task.patience)
        console.print(
            f"  {name}: rtol {entry.tolerance:.0e}, error {entry.error:.1e} {entry.refused}", markup=False
        )
        entries.append(entry)
    if many:  # now with all trajectories, or as many as can be waited for
        everybody, _ = everyone(problem, many=True)
        few, _ = everyone(problem.first(task.slow), many=True)
        for entry in entries:
            if entry.run is None:
                continue
            start = time.perf_counter()
            entry.run()
            slow = time.perf_counter() - start > 1
            entry.run = (few if slow else everybody)[entry.name](entry.tolerance, entry.tolerance * 1e-3)
            entry.trajectories = task.slow if slow else len(problem.initial)
    measured(entries, task.rounds, task.seconds, lambda told: console.print(f"  {told}", markup=False))
    rows = as_data(entries, "spectral-edge")
    rows += [{"name": name, "refused": f"not installed: {why}"} for name, why in missing.items()]
    return {
        "says": task.says,
        "stiff": task.key.startswith("colliding"),
        "target_error": task.target,
        "states": problem.n,
        "end": problem.end,
        "load_before": load,
        "seconds": time.perf_counter() - begun,
        "rows": rows,
    }


def _made() -> dict[str, Any]:
    """When, on what and with what."""
    root = Path(__file__).parent.parent
    commit = subprocess.run(  # noqa: S603 - git
        ["git", "-C", str(root), "rev-parse", "HEAD"],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "python": sys.version.split()[0],
        "machine": _machine(),
        "versions": versions,
    }


def _machine() -> dict[str, Any]:
    """Processor, cores and compiler."""
    model = platform.processor()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
        flags = next(line for line in lines if line.startswith("flags"))
    except (OSError, StopIteration):
        flags = ""
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True, check=False)  # noqa: S607
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "avx512": "avx512f" in flags.split(),
        "compiler": compiler.stdout.splitlines()[0] if compiler.stdout else "none",
        "system": platform.platform(),
    }


if __name__ == "__main__":
    main()
