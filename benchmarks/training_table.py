"""The part of the page of the benchmarks that is about training many seeds at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from . import seeds, table_of_48

_HEAD = """## Training many seeds at once

From `benchmarks/results/seeds.json`, measured by `python -m benchmarks.seeds`: the same seeds trained as one array, one after
another, and one at a time in a process for each core. **Ratio** is the median over rounds of the time of a way over that of the
one array in the same round: above 1, the one array is faster. Neither recorder nor measurements run."""

_TABLE = """### The 48 runs behind P10

From `benchmarks/results/table_of_48.json`, measured by `python -m benchmarks.table_of_48`: the two-layer network as the standard
profile trains it, once with weight decay and once without, with recorder, measurements and kept weights."""


def sections(many: Mapping[str, Any], runs: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the part, from the results of both benchmarks."""
    yield _HEAD
    yield ""
    yield "| network | seeds | way | ratio | lowest to highest | seeds × steps per second |"
    yield "|---|---|---|---|---|---|"
    for case in many["cases"]:
        for way, row in case["rows"].items():
            yield (
                f"| {case['network']} | {case['seeds']} | {way} | {row['one_array_is_faster_by']:.2f} | "
                f"{row['lowest']:.2f} to {row['highest']:.2f} | {row['seed_steps_per_second']:,.0f} |"
            )
    yield ""
    yield from _ahead(many["cases"])
    yield from _circumstances(many["made"], max(case["load_before"] for case in many["cases"]))
    yield _TABLE
    yield ""
    yield "| arm | seeds | steps | seconds | recorder | measurements | kept weights |"
    yield "|---|---|---|---|---|---|---|"
    for arm in runs["arms"]:
        shares = " | ".join(
            f"{arm['share'][part]:.1%}" for part in ("recorder", "measurements", "kept weights")
        )
        yield f"| {arm['arm']} | {arm['seeds']} | {arm['steps']:,} | {arm['seconds']:.1f} | {shares} |"
    yield ""
    yield f"Together {runs['seconds']:.0f} seconds."
    yield from _circumstances(runs["made"], runs["load_before"])


def _ahead(cases: list[Mapping[str, Any]]) -> Iterator[str]:
    """Who is faster and why, in words, so that no table is needed to see it."""
    faster = [
        f"{way} ({case['network']}, {case['seeds']} seeds)"
        for case in cases
        for way, row in case["rows"].items()
        if row["highest"] < 1
    ]
    if faster:
        yield (
            f"Ahead of the one array in every round: {'; '.join(faster)}. The matrices of a transformer keep a core busy by "
            "themselves, and processes need not wait for each other after each product, as threads do."
        )
        yield ""


def _circumstances(made: Mapping[str, Any], load: float) -> Iterator[str]:
    yield (
        f"{made['date']}, commit `{made['commit'][:12]}`, {made['threads']} threads, PyTorch {made['versions']['torch']}; the "
        f"load of the machine was up to {load:.1f} before a part began."
    )
    yield ""


def read() -> tuple[dict[str, Any], dict[str, Any]]:
    """The committed results of both."""
    many, runs = (
        json.loads(path.read_text(encoding="utf-8")) for path in (seeds.RESULTS, table_of_48.RESULTS)
    )
    return many, runs
