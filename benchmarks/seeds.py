"""Measure training of many seeds at once: ``python -m benchmarks.seeds``.

The same seeds are trained as one array, one after another, and one at a time in one process for each core. In
each round everybody runs once, in turn, so that what else the machine does falls on all alike; what counts is
the median over rounds of the ratio within a round. Training is the project's own loop in float32, without
recording and without measuring losses on the way.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import torch

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.networks import EncoderTransformer, QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition, ModularArithmetic
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.batches import Batches
from spectral_edge.simulate.training.measure import Measurements

from .recorder import made

RESULTS = Path(__file__).parent / "results" / "seeds.json"
SEEDS = (1, 6, 24)
CORES = os.cpu_count() or 1


def two_layer(seeds: int, steps: int) -> RunDescription:
    """The project's toy network: addition modulo 23, width 256, all examples in each step."""
    return RunDescription(
        ModularAddition(), QuadraticTwoLayer(256), AdamW(), steps, tuple(range(seeds)), None, steps
    )


def transformer(seeds: int, steps: int) -> RunDescription:
    """The source's modular arithmetic: modulus 97, two layers of width 128, batches of 512."""
    rule = AdamW(learning_rate=1e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0)
    return RunDescription(
        ModularArithmetic("a+b", 97),
        EncoderTransformer(),
        rule,
        steps,
        tuple(range(seeds)),
        None,
        steps,
        batches=Batches(512),
        clip=1.0,
    )


# Network, steps of each run; a run is some seconds at most.
NETWORKS: dict[str, tuple[Callable[[int, int], RunDescription], int]] = {
    "two-layer, addition modulo 23": (two_layer, 100),
    "transformer, modulo 97": (transformer, 12),
}


def _unmeasured() -> None:
    """Measuring at the start and at the end would cost as much as the steps of so short a run."""
    Measurements.due = lambda *_: False  # type: ignore[method-assign]


def _alone(description: RunDescription) -> None:
    train(description)


def _one_thread() -> None:
    _unmeasured()
    torch.set_num_threads(1)


def case(name: str, seeds: int, rounds: int, workers: ProcessPoolExecutor) -> dict[str, Any]:
    """Seed-steps per second of the three ways, and the ratios of the first to the others."""
    make, steps = NETWORKS[name]
    together = make(seeds, steps)
    alone = [replace(together, seeds=(seed,)) for seed in together.seeds]

    def one_after_another() -> None:
        for description in alone:
            train(description)

    ways: dict[str, Callable[[], Any]] = {
        "one array": lambda: train(together),
        "one after another": one_after_another,
        "one process for each core": lambda: list(workers.map(_alone, alone)),
    }
    load = os.getloadavg()[0]
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for one in range(rounds + 1):
        for way, run in ways.items():
            start = time.perf_counter()
            run()
            if one:  # the first round imports and compiles
                seconds[way].append(time.perf_counter() - start)
    base = seconds["one array"]
    rows = {}
    for way, times in seconds.items():
        ratios = [t / b for t, b in zip(times, base, strict=True)]
        rows[way] = {
            "seed_steps_per_second": seeds * steps / statistics.median(times),
            "one_array_is_faster_by": statistics.median(ratios),
            "lowest": min(ratios),
            "highest": max(ratios),
        }
    return {
        "network": name,
        "seeds": seeds,
        "steps": steps,
        "rounds": rounds,
        "load_before": load,
        "rows": rows,
    }


@click.command()
@click.option("--rounds", default=7, help="of each case")
@click.option("--most", default=max(SEEDS), help="leave out cases of more seeds")
@click.option(
    "--threads",
    default=CORES,
    help="of the two ways in one process; on a machine that does other work threads wait for each other",
)
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS, help="where the results go")
def main(rounds: int, most: int, threads: int, out: Path) -> None:
    """Measure everything and write the results as JSON."""
    torch.set_num_threads(threads)
    _unmeasured()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(CORES, mp_context=spawn, initializer=_one_thread) as workers:
        cases = []
        for name in NETWORKS:
            for seeds in SEEDS:
                if seeds <= most:
                    cases.append(case(name, seeds, rounds, workers))
                    rows = cases[-1]["rows"].items()
                    said = ", ".join(f"{way} {row['seed_steps_per_second']:.0f}/s" for way, row in rows)
                    click.echo(f"{name}, {seeds} seeds: {said}")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"made": made(), "cases": cases}, indent=1) + "\n", encoding="utf-8")
    click.echo(f"Written: {out}")


if __name__ == "__main__":
    main()
