"""The catalogue knows every run of a store, whatever its state, and removes only what it is told to."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.runs import catalogue as module
from spectral_edge.simulate.runs.catalogue import RunState, about, catalogue, chosen, prune, series, tables
from spectral_edge.simulate.runs.entry import StoreError
from spectral_edge.simulate.runs.keeper import PREFIX, claimed
from spectral_edge.simulate.store import RunStore

Tiny = Callable[..., RunDescription]


def stop(done: int, total: int) -> None:
    if done >= 35:
        raise KeyboardInterrupt


@pytest.fixture
def root(tiny: Tiny, tmp_path: Path) -> Path:
    """One finished run, one that was interrupted at step 35, and one folder that is neither."""
    RunStore(tmp_path).obtain(tiny())
    with pytest.raises(KeyboardInterrupt):
        RunStore(tmp_path, checkpoint_seconds=0.0).obtain(tiny(dtype="float64"), on_step=stop)
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "run.json").write_text('{"schema": 1}')
    return tmp_path


def by_state(root: Path) -> dict[RunState, module.StoredRun]:
    return {run.state: run for run in catalogue(root)}


def test_every_run_is_found_with_its_state(root: Path, tiny: Tiny) -> None:
    found = by_state(root)
    assert set(found) == {RunState.FINISHED, RunState.INTERRUPTED, RunState.DAMAGED}
    finished, interrupted, damaged = (
        found[state] for state in (RunState.FINISHED, RunState.INTERRUPTED, RunState.DAMAGED)
    )
    assert (finished.description, finished.step) == (tiny(), 60)
    assert finished.key == RunStore(root).key(tiny())
    assert finished.provenance is not None
    assert finished.bytes == sum(path.stat().st_size for path in finished.folder.iterdir())
    assert (interrupted.description, interrupted.step) == (tiny(dtype="float64"), 35)
    assert damaged.description is None
    assert "is not of schema 3" in damaged.problem


def test_a_run_of_other_sources_is_stale_and_one_in_use_is_running(
    root: Path, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = by_state(root)[RunState.INTERRUPTED].folder
    with claimed(folder, tiny(dtype="float64"), 0.0):
        monkeypatch.setattr(module, "source_digest", lambda: "other sources")
        assert set(by_state(root)) == {RunState.STALE, RunState.RUNNING, RunState.DAMAGED}
        assert prune(catalogue(root), RunState) != []
        assert [run.state for run in catalogue(root)] == [RunState.RUNNING]


def test_only_what_is_named_is_removed(root: Path) -> None:
    removed = prune(catalogue(root), [RunState.INTERRUPTED])
    assert [run.state for run in removed] == [RunState.INTERRUPTED]
    assert set(by_state(root)) == {RunState.FINISHED, RunState.DAMAGED}
    assert prune(catalogue(root), [RunState.STALE]) == []


def test_a_run_is_chosen_by_the_beginning_of_its_key(root: Path) -> None:
    finished = by_state(root)[RunState.FINISHED]
    assert chosen(catalogue(root), finished.key[:10]) == finished
    with pytest.raises(StoreError, match=r"key 'zz' is the beginning of 0 runs \(none\)"):
        chosen(catalogue(root), "zz")
    with pytest.raises(StoreError, match="key '' is the beginning of 3 runs"):
        chosen(catalogue(root), "")


def test_series_are_there_as_far_as_the_run_went(root: Path) -> None:
    found = by_state(root)
    assert np.isfinite(series(found[RunState.FINISHED])["train_loss"]).all()
    measured = np.isfinite(series(found[RunState.INTERRUPTED])["train_loss"]).all("seed")
    assert measured["step"][measured].to_numpy().tolist() == [0, 7, 14, 21, 28, 35]
    with pytest.raises(StoreError, match=r"odd: .*is not of schema 3"):
        series(found[RunState.DAMAGED])
    (found[RunState.INTERRUPTED].folder / "live.nc").unlink()
    with pytest.raises(StoreError, match="there are no series yet"):
        series(by_state(root)[RunState.INTERRUPTED])
    assert by_state(root)[RunState.INTERRUPTED].step is None


def test_an_unreadable_description_of_an_unfinished_run_is_told(root: Path) -> None:
    (by_state(root)[RunState.INTERRUPTED].folder / "description.json").write_text("{")
    (unfinished,) = [run for run in catalogue(root) if run.folder.name.startswith(PREFIX)]
    assert unfinished.state is RunState.DAMAGED
    assert "description.json cannot be read" in unfinished.problem


def test_tables_hold_every_number(root: Path, tiny: Tiny) -> None:
    finished = by_state(root)[RunState.FINISHED]
    found = {
        name: list(csv.DictReader(io.StringIO(text.decode()))) for name, text in tables(finished).items()
    }
    run, _ = RunStore(root).obtain(tiny())
    assert set(found) == {"series.csv", "spectra.csv"}
    assert len(found["series.csv"]) == run.train_loss.size
    for line in found["series.csv"]:
        s, e = int(line["seed"]), run.evaluation_steps.tolist().index(int(line["step"]))
        assert float(line["test_loss"]) == run.test_loss[s, e]
    assert len(found["spectra.csv"]) == run.sigma.size
    last = found["spectra.csv"][-1]
    assert (last["seed"], last["record_step"], last["mode"]) == ("2", "60", "3")
    assert float(last["sigma"]) == run.sigma[2, -1, 2]
    assert set(tables(by_state(root)[RunState.INTERRUPTED])) == {"series.csv"}


def test_no_store_is_an_empty_one(tmp_path: Path) -> None:
    assert catalogue(tmp_path / "absent") == []


def test_a_run_is_described_in_a_line_with_all_its_settings(tiny: Tiny) -> None:
    line = about(tiny())
    assert line.startswith(
        "modular_addition(modulus=5, train_share=0.6), quadratic_two_layer(width=16), adamw("
    )
    for part in ("task", "network", "optimizer"):
        for name in json.loads(tiny().to_json())[part]:
            assert name == "kind" or f"{name}=" in line
