"""The page of the replications says what the committed numbers say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from spectral_edge.validate.studies.__main__ import main
from spectral_edge.validate.studies.page import page

ROOT = Path(__file__).parents[3]


def line(arm: str, seed: int, **more: Any) -> dict[str, Any]:
    return {
        "arm": arm, "seed": seed, "memorised": 100, "grokked": None, "reported": None, "position": 2,
        "leading_share": 0.98765, "fall": 12345.6, "held_out": 0.5, "diverged": None,
    } | more  # fmt: skip


def run(decay: float, operation: str = "a+b") -> dict[str, Any]:
    return {
        "task": {"kind": "modular_arithmetic", "modulus": 31, "operation": operation},
        "network": {"kind": "encoder_transformer", "width": 64},
        "optimizer": {"kind": "adamw", "betas": [0.9, 0.98], "weight_decay": decay},
        "steps": 4000,
        "recording": {"window": 10, "stride": 40},
    }


@pytest.fixture
def result() -> dict[str, Any]:
    lines = [
        line("a+b, decay 1", 42, grokked=300),
        line("a+b, decay 1", 137, grokked=500),
        line("a*b, decay 1", 42),
        line("a+b, decay 0", 42),
    ]
    origin = {
        "commit": "0123456789abcdef",
        "dirty": False,
        "started_at": "2026-01-02T03:04:05",
        "wall_seconds": 1800,
    }
    runs = {"a+b, decay 1": run(1.0), "a*b, decay 1": run(1.0, "a*b"), "a+b, decay 0": run(0.0)}
    return {
        "study": "modular", "size": "small", "lines": lines, "runs": runs, "provenance": dict.fromkeys(runs, origin)
    }  # fmt: skip


def test_the_page_in_the_docs_is_made_from_the_committed_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "replications"
    folder.symlink_to(ROOT / "docs" / "replications")
    assert CliRunner().invoke(main, ["--results", str(folder)]).exit_code == 0
    made = (tmp_path / "replications.md").read_text(encoding="utf-8")
    assert made == (ROOT / "docs" / "replications.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "replications").glob("*.json")), ids=lambda path: path.stem
)
def test_committed_numbers_come_from_a_clean_tree_and_have_a_line_for_each_seed(path: Path) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    assert not any(origin["dirty"] for origin in content["provenance"].values())
    expected = {(arm, seed) for arm, described in content["runs"].items() for seed in described["seeds"]}
    assert {(line["arm"], line["seed"]) for line in content["lines"]} == expected


def test_arms_that_differ_in_decay_are_counted_together(result: dict[str, Any]) -> None:
    text = page([result])
    assert "- decay 1: 2 of 3 seeds grokked, at the median 300 steps after memorising." in text
    assert "- decay 0: 0 of 1 seeds grokked." in text


def test_a_study_without_grokking_says_that_it_says_nothing_about_it(result: dict[str, Any]) -> None:
    assert "No seed grokked" not in page([result])
    for one in result["lines"]:
        one["grokked"] = None
    assert "No seed grokked within its run" in page([result])


def test_numbers_are_rounded_and_what_is_not_there_is_a_dash(result: dict[str, Any]) -> None:
    text = page([result])
    assert "| a+b, decay 1 | 42 | 100 | 300 | 2 | 0.988 | 12,300 | 0.5 |" in text
    assert "| a*b, decay 1 | 42 | 100 | – | 2 |" in text


def test_columns_that_would_say_nothing_are_left_out_and_others_are_not(result: dict[str, Any]) -> None:
    assert "source (full)" not in page([result]) and "diverged at" not in page([result])
    result["lines"][0] |= {"reported": 3000, "diverged": 17}
    assert "| 300 | 3000 |" in page([result]) and "| 17 |" in page([result])


def test_what_all_runs_share_is_told_and_what_differs_is_not(result: dict[str, Any]) -> None:
    text = page([result])
    assert "Task: modular_arithmetic (modulus 31); network: encoder_transformer (width 64)" in text
    assert "optimizer: adamw (betas 0.9 and 0.98); steps: 4,000; recorded: W = 10 every 40 steps." in text


def test_uncommitted_changes_are_told(result: dict[str, Any]) -> None:
    assert "uncommitted" not in page([result])
    result["provenance"]["a+b, decay 0"] = result["provenance"]["a+b, decay 0"] | {"dirty": True}
    assert "commit `0123456789ab`, with uncommitted changes; 1.5 hours of training by the clock" in page(
        [result]
    )


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["--results", str(tmp_path)])
    assert told.exit_code == 1 and "holds none of modular-tiny.json" in told.output
