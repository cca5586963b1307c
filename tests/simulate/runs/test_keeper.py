"""Checkpoints are whole or absent, and what goes wrong with them costs no training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.runs import keeper as module
from spectral_edge.simulate.runs.entry import StoreError
from spectral_edge.simulate.runs.keeper import CHECKPOINT, LIVE, PREFIX, claimed, in_use
from spectral_edge.simulate.store import RunStore
from spectral_edge.simulate.train import train

Tiny = Callable[..., RunDescription]
CPU = torch.device("cpu")


def stop_at(step: int) -> Callable[[int, int], None]:
    def interrupt(done: int, total: int) -> None:
        if done >= step:
            raise KeyboardInterrupt

    return interrupt


@pytest.fixture
def interrupted(tiny: Tiny, tmp_path: Path) -> tuple[RunStore, Path]:
    """A store with a run that was interrupted half way, and the folder of that run."""
    store = RunStore(tmp_path, checkpoint_seconds=0.0)
    with pytest.raises(KeyboardInterrupt):
        store.obtain(tiny(), on_step=stop_at(35))
    return store, tmp_path / f"{PREFIX}{store.key(tiny())}"


def test_the_next_call_goes_on_from_the_checkpoint(interrupted: tuple[RunStore, Path], tiny: Tiny) -> None:
    store, running = interrupted
    told: list[int] = []
    run, reused = store.obtain(tiny(), on_step=lambda done, _: told.append(done))
    assert not reused
    assert told == [35, 42, 49, 56, 60]
    assert not running.exists()
    np.testing.assert_array_equal(run.final_weights, train(tiny()).final_weights)


def test_series_can_be_read_while_a_run_goes_on(tiny: Tiny, tmp_path: Path) -> None:
    store, seen = RunStore(tmp_path, checkpoint_seconds=0.0), []

    def look(done: int, total: int) -> None:
        data = store.series(tiny())
        assert data is not None
        seen.append(int(np.isfinite(data["train_loss"]).all("seed").sum()))
        assert data["train_loss"].attrs["units"] == "nat"
        assert data["seed"].to_numpy().tolist() == [0, 1, 2]

    assert store.series(tiny()) is None
    run, _ = store.obtain(tiny(), on_step=look)
    assert seen == list(range(1, 11))
    finished = store.series(tiny())
    assert finished is not None
    np.testing.assert_array_equal(finished["train_loss"], run.train_loss)


def test_a_damaged_checkpoint_is_named_and_not_used(interrupted: tuple[RunStore, Path], tiny: Tiny) -> None:
    store, running = interrupted
    content = bytearray((running / CHECKPOINT).read_bytes())
    content[len(content) // 2] ^= 1
    (running / CHECKPOINT).write_bytes(content)
    with pytest.raises(
        StoreError, match=f"{running.name}/{CHECKPOINT} does not have the checksum .* from the start"
    ):
        store.obtain(tiny())


def test_a_damaged_live_file_is_named(interrupted: tuple[RunStore, Path], tiny: Tiny) -> None:
    store, running = interrupted
    (running / LIVE).write_bytes(b"what is this")
    with pytest.raises(StoreError, match=f"{running.name}/{LIVE} cannot be read .* no classic netCDF file"):
        store.series(tiny())


def test_a_full_disk_is_told_and_training_goes_on(
    tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, write: Any) -> None:
        raise OSError(28, "No space left on device")

    store = RunStore(tmp_path, checkpoint_seconds=0.0)
    with claimed(tmp_path / "running-x", tiny(), 0.0) as keeper:
        monkeypatch.setattr(module, "write_whole", full)
        with pytest.warns(
            RuntimeWarning, match=r"nothing can be written in .*No space left.*; training goes on"
        ) as told:
            run = train(tiny(), keeper=keeper)
    assert len(told) == 1  # once, not at every step
    np.testing.assert_array_equal(run.final_weights, train(tiny()).final_weights)
    monkeypatch.undo()
    assert store.obtain(tiny())[1] is False


def test_checkpoints_wait_for_their_time(tiny: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: clock[0])
    with claimed(tmp_path / "running-x", tiny(), 60.0) as keeper:
        assert keeper is not None
        assert not keeper.due()
        clock[0] += 60.0
        assert keeper.due()
        keeper.save({"step": 3})
        assert not keeper.due()
        assert keeper.load(CPU) == {"step": 3}


def test_two_processes_do_not_write_one_folder(tiny: Tiny, tmp_path: Path) -> None:
    folder = tmp_path / "running-x"
    assert not in_use(folder)
    with claimed(folder, tiny(), 0.0) as first:
        assert first is not None
        assert in_use(folder)
        with claimed(folder, tiny(), 0.0) as second:
            assert second is None
        assert in_use(folder)
    assert not in_use(folder)


def test_a_run_that_another_process_trains_is_trained_here_too(tiny: Tiny, tmp_path: Path) -> None:
    store = RunStore(tmp_path, checkpoint_seconds=0.0)
    with claimed(tmp_path / f"{PREFIX}{store.key(tiny())}", tiny(), 0.0) as other:
        assert other is not None
        run, reused = store.obtain(tiny())
        assert not reused
        assert in_use(tmp_path / f"{PREFIX}{store.key(tiny())}")
    found = store.find(tiny())
    assert isinstance(found, Run)
    np.testing.assert_array_equal(found.final_weights, run.final_weights)
