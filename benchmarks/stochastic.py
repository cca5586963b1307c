"""Measure the simulation of Dyson's process: ``python -m benchmarks.stochastic``.

Two tasks, both with 20 eigenvalues and 10,000 paths. In the first everybody takes the same steps of Euler and Maruyama, at
β = 2. The second is about being right, at β = 1, where such steps leave the law of the process whatever their length:
the mean of the sum of squares, which Itô's rule gives exactly, is compared.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from rich.console import Console

from spectral_edge.simulate.native import load
from spectral_edge.simulate.stochastic import simulate_paths
from spectral_edge.simulate.stochastic.matrix import dyson_eigenvalues
from spectral_edge.theory.edge.noise.particles import dyson_process

from .flows import _made
from .noise_peers import PEERS, Array, Run, start
from .rounds import Entry, as_data, measured

RESULTS = Path(__file__).parent / "results" / "stochastic.json"
SIZE, PATHS, STEPS = 20, 10_000, 100
OURS = "spectral-edge"

# Vector operations on one lane in a step of Euler and Maruyama, counted in lanes.c, particles.c and stepper.c: a pair takes
# a difference, an estimate of its inverse, four multiply-adds to refine it and two sums; two normal numbers take 70 for
# their random words and 66 to transform them; a state takes 12 to be moved and checked.
OPERATIONS = 8 * SIZE * (SIZE - 1) // 2 + 136 * SIZE // 2 + 12 * SIZE

_PEAK = """
#include <stdint.h>
typedef double V __attribute__((vector_size(64)));
double peak(int64_t count) {
  V a[16];
  for (int i = 0; i < 16; i++) a[i] = (V){0} + 1e-3 * i;
  for (int64_t k = 0; k < count; k++)
    for (int i = 0; i < 16; i++) a[i] = a[i] * 0.999 + 1e-3;
  double sum = 0;
  for (int i = 0; i < 16; i++) sum += a[i][0];
  return sum;
}
"""


def ours(beta: int, method: str, steps: int, *, naive: bool = False) -> Run:
    """Our own paths; naive ones mind neither walls nor errors."""
    process = dyson_process(beta)
    resolution = None
    if naive:
        process, resolution = replace(process, ordered=False), math.inf
    seeds = iter(range(10**9))

    def run() -> Array:
        found = simulate_paths(
            process, start(SIZE), {"matrix_noise": 1.0}, (0, 1), steps=steps, paths=PATHS, seed=next(seeds),
            method=method, resolution=resolution,
        )  # fmt: skip
        # The explicit method loses a path in some ten thousand, and says which.
        return found.y[:, -1, found.outcomes == 0].T

    return run


def multiply_adds() -> tuple[Run, float]:
    """A run of nothing but multiply-adds on every core, and how many lanes it works on in all."""
    library = load(_PEAK, ("-ffp-contract=fast",))
    library.peak.argtypes, library.peak.restype = [ctypes.c_int64], ctypes.c_double
    cores, count = os.cpu_count() or 1, 2_000_000
    pool = ThreadPoolExecutor(cores)

    def run() -> Array:
        return np.array(list(pool.map(library.peak, [count] * cores)))

    return run, float(cores * count * 16 * 8)


def entry(name: str, make: Any, paths: int, beta: float, console: Console) -> Entry:
    """A contestant after its first run, with the error of its mean sum of squares, in standard errors."""
    found = Entry(name, trajectories=paths)
    try:
        begun = time.perf_counter()
        run = make()
        y = run()
        found.run, found.error = run, deviation(y, beta)
        console.print(f"  {name}: first run {time.perf_counter() - begun:.1f} s", markup=False)
    except Exception as problem:  # noqa: BLE001 - a peer's failure is a result
        found.refused = f"{type(problem).__name__}: {problem}"[:200]
        console.print(f"  {name}: {found.refused}", markup=False)
    return found


def deviation(y: Array, beta: float) -> float:
    """How far the mean of Σ λ² at time 1 is from n + β n (n − 1)/2 more than at the start, relative to that mean."""
    exact = float((start(SIZE) ** 2).sum() + SIZE + beta * SIZE * (SIZE - 1) / 2)
    return float((y**2).sum(axis=1).mean() / exact - 1)


def scatter() -> float:
    """The standard error of the mean of Σ λ² of as many matrices, relative to that mean."""
    y = dyson_eigenvalues(start(SIZE), 1.0, [1.0], 2000, seed=1)[:, 0]
    squares = (y**2).sum(axis=0)
    return float(squares.std() / squares.mean() / math.sqrt(PATHS))


def same_steps(rounds: int, console: Console) -> dict[str, Any]:
    """Everybody takes the same steps."""
    load_before = os.getloadavg()[0]
    entries = [entry(OURS, lambda: ours(2, "euler", STEPS, naive=True), PATHS, 2, console)]
    for name, (make, fewer) in PEERS.items():
        paths = PATHS // fewer
        entries.append(
            entry(name, lambda make=make, paths=paths: make(SIZE, 2.0, STEPS, paths), paths, 2, console)
        )
    peak, lanes = multiply_adds()
    bound = Entry("multiply-adds alone", trajectories=1, run=peak, error=0.0)
    measured([*entries, bound], rounds, 120.0, lambda told: console.print(f"  {told}", markup=False))
    rows = tidied(as_data(entries, OURS), STEPS)
    shares = [
        OPERATIONS * STEPS * PATHS / mine / (lanes / theirs)
        for mine, theirs in zip(entries[0].seconds, bound.seconds, strict=False)
    ]
    return {
        "says": f"Euler and Maruyama, beta = 2, {SIZE} eigenvalues, {PATHS:,} paths, {STEPS} steps",
        "load_before": load_before,
        "operations_per_step": OPERATIONS,
        "share_of_the_rate_of_multiply_adds": sorted(shares)[len(shares) // 2],
        "rows": rows,
    }


def being_right(rounds: int, console: Console) -> dict[str, Any]:
    """Ours with and without the rule for near-collisions, against naive steps and the best peer's."""
    load_before = os.getloadavg()[0]
    ways = {
        OURS: (lambda: ours(1, "trapezoidal", 50), 50, 1),
        "spectral-edge, euler with halving": (lambda: ours(1, "euler", 50), 50, 1),
        "spectral-edge, naive": (lambda: ours(1, "euler", STEPS, naive=True), STEPS, 1),
        "spectral-edge, naive, ten times the steps": (
            lambda: ours(1, "euler", 10 * STEPS, naive=True),
            10 * STEPS,
            1,
        ),
        "numba, a loop, naive": (lambda: PEERS["numba, a loop"][0](SIZE, 1.0, STEPS, PATHS), STEPS, 1),
        "numba, a loop, naive, ten times the steps": (
            lambda: PEERS["numba, a loop"][0](SIZE, 1.0, 10 * STEPS, PATHS // 10),
            10 * STEPS,
            10,
        ),
    }
    entries = [entry(name, make, PATHS // fewer, 1, console) for name, (make, _, fewer) in ways.items()]
    measured(entries, rounds, 120.0, lambda told: console.print(f"  {told}", markup=False))
    rows = tidied(as_data(entries, OURS), 0)
    for row in rows:
        row["steps"] = ways[row["name"]][1]
    return {
        "says": f"Mean of the sum of squares, beta = 1, {SIZE} eigenvalues, {PATHS:,} paths",
        "load_before": load_before,
        "statistical_error_of_matrices": scatter(),
        "rows": rows,
    }


def tidied(rows: list[Any], steps: int) -> list[dict[str, Any]]:
    """Rows without a tolerance, the error under its name, and with the rate if everybody takes the same steps."""
    found = []
    for row in rows:
        mine = {key: value for key, value in row.items() if key not in ("rtol", "achieved_error")}
        if "achieved_error" in row:
            mine["error_of_the_mean_of_squares"] = row["achieved_error"]
            if steps:
                mine["million_path_steps_per_second"] = steps / row["microseconds"]
        found.append(mine)
    return found


@click.command()
@click.option(
    "--only", type=click.Choice(["same-steps", "being-right"]), help="The task to run; the other is kept."
)
@click.option("--rounds", default=7, help="How often everybody runs.")
@click.option(
    "--out", type=click.Path(path_type=Path), default=RESULTS, help="Where the results go, as JSON."
)
def main(rounds: int, only: str | None, out: Path) -> None:
    """Run the tasks and write the results."""
    console = Console(stderr=True)
    kept = json.loads(out.read_text(encoding="utf-8"))["tasks"] if only and out.exists() else {}
    todo = {"same-steps": same_steps, "being-right": being_right}
    tasks = kept | {key: run(rounds, console) for key, run in todo.items() if only in (None, key)}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"made": _made(), "tasks": tasks}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
