"""Measure how long the table behind P10 takes: ``python -m benchmarks.table_of_48``.

24 seeds of the two-layer network with decay and 24 without, as the standard profile trains them, recorder, measurements
and kept weights included. The seeds are none of those of a profile, and nothing that was recorded is looked at.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import torch

from spectral_edge.simulate.recorder.seeds import SeedsRecorder
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.measure import Measurements
from spectral_edge.simulate.training.snapshots import SnapshotKeeper
from spectral_edge.validate.profiles import DECAY, NO_DECAY, PROFILES

from .recorder import made

RESULTS = Path(__file__).parent / "results" / "table_of_48.json"
# Far from the seeds of every profile, whatever its master seed up to a hundred.
_ELSEWHERE = 5_000_000
_WATCHED = {
    "recorder": (SeedsRecorder, "observe"),
    "measurements": (Measurements, "take"),
    "kept weights": (SnapshotKeeper, "take"),
}


@contextmanager
def _shares(spent: dict[str, float]) -> Iterator[None]:
    """Adds up the seconds that each part of the loop takes."""

    def clocked(name: str, run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def timed(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            result = run(*args, **kwargs)
            spent[name] += time.perf_counter() - start
            return result

        return timed

    with ExitStack() as stack:
        for name, (owner, method) in _WATCHED.items():
            stack.enter_context(patch.object(owner, method, clocked(name, getattr(owner, method))))
        yield


def arm(name: str, most: int | None) -> dict[str, Any]:
    """Seconds of wall-clock and of processor time of one arm, and of its parts."""
    described = PROFILES["standard"].arms[name]
    described = replace(described, seeds=tuple(_ELSEWHERE + seed for seed in described.seeds))
    if most is not None and most < described.steps:
        # Shorter for a look at the pace: what is kept late in a run is left out.
        kept = described.snapshots and replace(described.snapshots, until=most)
        recording = replace(described.recording, keep_rows_at=())
        described = replace(described, steps=most, recording=recording, snapshots=kept)
    spent = dict.fromkeys(_WATCHED, 0.0)
    wall, processor = time.perf_counter(), time.process_time()
    with _shares(spent):
        train(described)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {
        "arm": name,
        "seeds": len(described.seeds),
        "steps": described.steps,
        "seconds": wall,
        "processor_seconds": processor,
        "seed_steps_per_second": len(described.seeds) * described.steps / wall,
        "share": {part: seconds / wall for part, seconds in spent.items()},
    }


@click.command()
@click.option("--steps", default=None, type=int, help="of each run, at most; all if not given")
@click.option("--threads", default=os.cpu_count() or 1)
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS, help="where the results go")
def main(steps: int | None, threads: int, out: Path) -> None:
    """Train both arms and write the times as JSON."""
    torch.set_num_threads(threads)
    load = os.getloadavg()[0]
    arms = [arm(name, steps) for name in (DECAY, NO_DECAY)]
    for one in arms:
        shares = ", ".join(f"{part} {share:.1%}" for part, share in one["share"].items())
        click.echo(
            f"{one['arm']}: {one['seconds']:.0f} s, {one['seed_steps_per_second']:.0f} seed-steps/s; {shares}"
        )
    whole = sum(one["seconds"] for one in arms)
    click.echo(f"together {whole:.0f} s")
    found = {"made": made(), "load_before": load, "threads": threads, "seconds": whole, "arms": arms}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
