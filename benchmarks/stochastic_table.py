"""The part of the page of the benchmarks that is about paths under noise."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "stochastic.json"

_HEAD = """## Paths under noise

From `benchmarks/results/stochastic.json`, measured by `python -m benchmarks.stochastic` in the same manner: Dyson's Brownian
motion of 20 eigenvalues. First everybody takes the same steps of Euler and Maruyama, right or wrong; then it is asked what
being right costs. The error is that of the mean of the sum of squares, which Itô's rule gives exactly."""


def sections(results: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the part."""
    yield _HEAD
    for task in results["tasks"].values():
        yield from ("", f"### {task['says']}", "")
        if task["load_before"] > 1:
            yield (
                f"The machine had other work (load {task['load_before']:.1f} before the task), so that the ratios scatter: a "
                "rerun on a quiet machine is advisable."
            )
        if "share_of_the_rate_of_multiply_adds" in task:
            yield (
                f"With {task['operations_per_step']:,} operations for a step of one path, spectral-edge reaches "
                f"{task['share_of_the_rate_of_multiply_adds']:.2f} of the rate of multiply-adds measured in the same rounds."
            )
        yield from (
            "",
            "| integrator | steps | ratio | lowest to highest | µs per path | error |",
            "|---|---|---|---|---|---|",
        )
        for row in task["rows"]:
            some = "" if row["trajectories"] == 10_000 else f" ({row['trajectories']} paths)"
            ratios = (row["ratio"], row["ratio_lowest"], row["ratio_highest"])
            middle, low, high = (f"{ratio:.2g}" for ratio in ratios)
            yield (
                f"| {row['name']}{some} | {row.get('steps', 100)} | {middle} | {low} to {high} | "
                f"{row['microseconds']:.0f} | {_error(row['error_of_the_mean_of_squares'])} |"
            )
    yield ""
    yield f"{results['made']['date']}, commit `{results['made']['commit'][:12]}`."
    yield ""


def _error(share: float) -> str:
    return f"{share:.1e}" if share < 0.01 else f"{100 * share:,.0f} %"


def read() -> dict[str, Any]:
    """The committed results."""
    found: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found
