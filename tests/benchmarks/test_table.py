"""The page of the benchmarks is made from the committed results, and says who is ahead and who is left out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _benchmarks_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(ROOT))
    yield
    for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
        del sys.modules[name]


def row(name: str, ratio: float, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "ratio": ratio,
        "ratio_lowest": ratio / 2,
        "ratio_highest": ratio * 2,
        "microseconds": 12.345,
        "achieved_error": 3e-11,
        "rtol": 1e-9,
        "trajectories": 1,
    } | more


def results(rows: list[dict[str, Any]], load: float = 0.1) -> dict[str, Any]:
    task = {"says": "One", "target_error": 1e-10, "end": 20.0, "load_before": load, "rows": rows}
    task |= {"commit": "0123456789abcdef"}
    machine = {"processor": "P", "cores": 2, "avx512": True, "compiler": "cc 1"}
    made = {
        "date": "today",
        "commit": "0123456789abcdef",
        "python": "3",
        "machine": machine,
        "versions": {"numpy": "2"},
    }
    return {"made": made, "tasks": {"single-10": task}}


def test_the_page_in_the_docs_is_that_of_the_committed_results() -> None:
    from benchmarks.stochastic_table import read
    from benchmarks.table import PAGE, RESULTS, page
    from benchmarks.training_table import read as training

    committed = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page(committed, read(), training())


def test_who_is_ahead_and_who_is_left_out_is_said_in_words() -> None:
    from benchmarks.table import page

    rows = [
        row("quick", 0.8),
        row("spectral-edge", 1.0),
        row("slow", 250.0),
        {"name": "gone", "refused": "no such"},
    ]
    text = page(results(rows))
    assert "Ahead of spectral-edge here: quick." in text
    assert "- gone is left out: no such" in text
    assert "| slow | 250 | 125 to 500 | 12.3 | 3.0e-11 | 1e-09 |" in text
    assert "Ahead" not in page(results(rows[1:]))


def test_a_busy_machine_is_told() -> None:
    from benchmarks.table import page

    assert "rerun on a quiet machine" in page(results([row("spectral-edge", 1.0)], load=5.0))
    assert "rerun on a quiet machine" not in page(results([row("spectral-edge", 1.0)]))


def test_ratios_are_taken_within_rounds_and_per_trajectory() -> None:
    from benchmarks.rounds import Entry, as_data

    # The second round was twice as slow for everybody: the ratio does not see it.
    base = Entry("base", seconds=[1.0, 2.0, 1.0], trajectories=10, run=lambda: np.zeros(1))
    other = Entry("other", seconds=[0.3, 0.6], trajectories=1, run=lambda: np.zeros(1))
    refused = Entry("refused", refused="why")
    rows = {entry["name"]: entry for entry in as_data([other, base, refused], "base")}
    assert rows["other"]["ratio"] == pytest.approx(3.0)
    assert rows["base"]["ratio"] == 1.0
    assert rows["refused"] == {"name": "refused", "refused": "why"}


def test_a_contestant_runs_at_the_loosest_tolerance_that_is_good_enough() -> None:
    from benchmarks.problem import draw
    from benchmarks.rounds import admitted

    problem, wanted = draw(2, end=1.0), np.ones((1, 2))
    entry = admitted("honest", lambda rtol, _: lambda: wanted + 9 * rtol, problem, wanted, 1e-9, 10)
    assert (entry.tolerance, entry.refused) == (pytest.approx(1e-10), "")
    vain = admitted("vain", lambda _rtol, _atol: lambda: wanted + 1, problem, wanted, 1e-9, 10)
    assert vain.refused == "no tolerance down to 3e-14 achieves 1e-09"


def test_the_modes_that_are_drawn_keep_their_order_or_want_to_change_it() -> None:
    from benchmarks.problem import draw

    calm, colliding = draw(5, end=1.0, trajectories=3), draw(5, end=1.0, trajectories=3, colliding=True)
    assert (np.diff(calm.initial, axis=1) < 0).all()
    assert (np.diff(calm.parameters[:, 6:11], axis=1) > 0).all()
    assert (np.diff(colliding.parameters[:, 6:11], axis=1) < 0).all()
    assert calm.parameters.shape[1] == len(calm.system.of_size(5).parameters)


def test_paths_are_in_it_with_what_being_wrong_costs() -> None:
    from benchmarks.stochastic_table import read, sections

    results = read()
    row = results["tasks"]["being-right"]["rows"][0]
    results["tasks"]["being-right"]["rows"] = [
        row | {"name": "wrong", "error_of_the_mean_of_squares": 39.506}
    ]
    text = "\n".join(sections(results))
    assert "### Euler and Maruyama" in text and "| diffrax | 100 |" in text
    assert "| wrong | 100 |" in text and "| 3,951 % |" in text


def test_training_is_in_it_with_who_is_faster_and_what_recording_takes() -> None:
    from benchmarks.training_table import read, sections

    many, runs = read()
    case = many["cases"][0]
    case["rows"] = {"elsewhere": case["rows"]["one array"] | {"one_array_is_faster_by": 0.25}}
    runs["arms"][0]["share"]["recorder"] = 0.4321
    text = "\n".join(sections(many, runs))
    assert f"| {case['network']} | {case['seeds']} | elsewhere | 0.25 |" in text
    assert "| 43.2% |" in text
