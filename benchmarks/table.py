"""The page of the benchmarks, made from the committed results: ``python -m benchmarks.table`` writes docs/benchmarks.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import stochastic_table, training_table
from .flows import RESULTS

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

_HEAD = """# How fast it is

Made from `benchmarks/results/` by `python -m benchmarks.table`; please do not edit by hand. How fast the recorder is stands
in [its guide](guides/record-your-own-training.md).

First the integrators, measured by `python -m benchmarks.flows`, for which the peers of `benchmarks/requirements.txt` have to be
installed.

Everybody integrates the same flow: signal strengths with level repulsion, in float64 on the CPU. Each integrator runs at the
loosest tolerance at which the largest relative error at the end is below the target; the reference is SciPy near rounding.
Then all run in turn, round after round, so that whatever else the machine does falls on all alike. Times are processor times, of
all threads together. **Ratio** is the median over rounds of the time over spectral-edge's time in the same round: above 1,
spectral-edge is faster. Ratios hold on other machines better than times do.
"""


def main() -> None:
    """Write the page."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    PAGE.write_text(page(results, stochastic_table.read(), training_table.read()), encoding="utf-8")


def page(
    results: Mapping[str, Any],
    noise: Mapping[str, Any] | None = None,
    training: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
) -> str:
    """The page as Markdown; ``noise`` and ``training`` are the results for paths and for training, if they are to be on it."""
    made, machine = results["made"], results["made"]["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in made["versions"].items())
    lines = [_HEAD]
    for key, task in results["tasks"].items():
        lines += list(_cold(task) if key == "compile" else _task(task, machine["cores"]))
    lines += [] if noise is None else stochastic_table.sections(noise)
    lines += [] if training is None else training_table.sections(*training)
    lines += [
        "## Where and with what the integrators were measured",
        "",
        (
            f"{made['date']}; {machine['processor']}, {machine['cores']} cores, "
            f"{'with' if machine['avx512'] else 'without'} AVX-512; {machine['compiler']}; Python {made['python']}; "
            f"{versions}."
        ),
        "",
    ]
    return "\n".join(lines)


def _task(task: Mapping[str, Any], cores: int) -> Iterator[str]:
    yield f"## {task['says']}"
    yield ""
    yield f"Target error {task['target_error']:.0e}, over a time of {task['end']:g}; commit `{task['commit'][:12]}`."
    # The load is an average over a minute, in which this benchmark itself has used a core, or all.
    if task["load_before"] > cores:
        yield (
            f"The machine had other work (load {task['load_before']:.1f} before the task), so that the ratios scatter: a "
            "rerun on a quiet machine is advisable."
        )
    yield ""
    yield "| integrator | ratio | lowest to highest | µs per trajectory | achieved error | rtol |"
    yield "|---|---|---|---|---|---|"
    rows = [row for row in task["rows"] if "refused" not in row]
    for row in rows:
        some = "" if row["trajectories"] in (1, 10_000) else f" ({row['trajectories']} trajectories)"
        yield (
            f"| {row['name']}{some} | {_short(row['ratio'])} | {_short(row['ratio_lowest'])} to {_short(row['ratio_highest'])} | "
            f"{_short(row['microseconds'])} | {row['achieved_error']:.1e} | {row['rtol']:.0e} |"
        )
    yield ""
    yield from _missing(task["rows"])
    yield from _ahead(rows, task.get("stiff", False))


def _ahead(rows: list[Mapping[str, Any]], stiff: bool) -> Iterator[str]:
    """Who is faster and why, in words, so that no table is needed to see it."""
    faster = [row for row in rows if row["ratio"] < 1 and not row["name"].startswith("spectral-edge")]
    if not faster:
        return
    yield f"Ahead of spectral-edge here: {', '.join(row['name'] for row in faster)}."
    if stiff:
        yield (
            "On stiff problems a method with many steps back, such as LSODA's, gets by with one decomposition for several steps "
            "and one solution for each; the extrapolation needs one decomposition for each column of its table."
        )
    else:
        yield (
            "On small systems an evaluation takes as long as the call from Python and the bookkeeping of a step; what is below a "
            "factor of 1.2 is also within the scatter of the rounds."
        )
    yield ""


def _cold(task: Mapping[str, Any]) -> Iterator[str]:
    yield "## From SymPy to the first step"
    yield ""
    yield (
        "With empty caches, in a process of its own, without imports. numbalsoda and diffrax start from a loop written by hand, "
        "heyoka and JiTCODE from unrolled expressions written by hand. The processor time counts what compilers need and "
        "leaves out what others do on the machine: where seconds are several times the processor seconds, it was busy."
    )
    yield ""
    yield "| way | modes | seconds | processor seconds |"
    yield "|---|---|---|---|"
    for row in task["rows"]:
        if "refused" not in row:
            yield f"| {row['name']} | {row['n']} | {row['seconds']:.2f} | {row['processor_seconds']:.2f} |"
    yield ""
    yield f"Commit `{task['commit'][:12]}`."
    yield ""
    yield from _missing(task["rows"])


def _missing(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        if "refused" in row:
            size = f" ({row['n']} modes)" if "n" in row else ""
            yield f"- {row['name']}{size} is left out: {' '.join(str(row['refused']).split())}"
    if any("refused" in row for row in rows):
        yield ""


def _short(number: float) -> str:
    """Two digits behind the point below 10, none from 100 on."""
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:,.0f}"


if __name__ == "__main__":
    main()
