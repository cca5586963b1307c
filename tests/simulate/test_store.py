"""What was stored comes back bit for bit, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from spectral_edge.simulate import store
from spectral_edge.simulate.description import RunDescription, Snapshots
from spectral_edge.simulate.device import DeviceError
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.runs import entry
from spectral_edge.simulate.runs.files import read_dataset, write_dataset
from spectral_edge.simulate.store import RunStore, StoreError
from spectral_edge.simulate.train import train

Tiny = Callable[..., RunDescription]


@pytest.fixture(scope="module")
def run(tiny: Tiny) -> Run:
    return train(tiny(snapshots=Snapshots(20)))


@pytest.fixture
def runs(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def no_training(*arguments: Any) -> Run:
    pytest.fail("it was trained again")


@pytest.fixture
def forbid_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "train", no_training)


def names(runs: RunStore) -> list[str]:
    return sorted(path.name for path in runs.root.iterdir()) if runs.root.exists() else []


def test_what_comes_back_is_what_was_stored(runs: RunStore, run: Run) -> None:
    folder = runs.save(run)
    found = runs.find(run.description)
    assert found is not None
    assert found.description == run.description
    assert found.provenance == run.provenance
    for name in Run.shapes(run.description):
        np.testing.assert_array_equal(getattr(found, name), getattr(run, name), err_msg=name)
        assert getattr(found, name).dtype == getattr(run, name).dtype
    assert found.kept_rows.keys() == run.kept_rows.keys()
    for step, rows in run.kept_rows.items():
        np.testing.assert_array_equal(found.kept_rows[step], rows)
    assert names(runs) == [folder.name] == [runs.key(run.description)]


def test_a_run_is_trained_once(runs: RunStore, tiny: Tiny, monkeypatch: pytest.MonkeyPatch) -> None:
    first, reused = runs.obtain(tiny())
    assert not reused
    monkeypatch.setattr(store, "train", no_training)
    second, reused = runs.obtain(tiny())
    assert reused
    np.testing.assert_array_equal(first.final_weights, second.final_weights)


def test_what_is_not_there_is_not_found(runs: RunStore, tiny: Tiny) -> None:
    assert runs.find(tiny()) is None
    assert not runs.root.exists()


def test_another_description_source_or_version_is_another_run(
    runs: RunStore, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {runs.key(tiny()), runs.key(tiny(steps=65))}
    with monkeypatch.context() as patch:
        patch.setattr(store, "source_digest", lambda: "other sources")
        keys.add(runs.key(tiny()))
    with monkeypatch.context() as patch:
        patch.setattr(store.torch, "__version__", "0.0")
        keys.add(runs.key(tiny()))
    with monkeypatch.context() as patch:
        patch.setattr(store.np, "__version__", "0.0")
        keys.add(runs.key(tiny()))
    with monkeypatch.context() as patch:
        cuda = store.torch.device("cuda")
        patch.setattr(store, "resolve_device", {"cpu": cuda}.__getitem__)
        keys.add(runs.key(tiny()))
    assert len(keys) == 6


def test_a_device_that_is_absent_is_refused(runs: RunStore, tiny: Tiny) -> None:
    with pytest.raises(DeviceError):
        runs.obtain(tiny(), device="meta")


def test_storing_twice_keeps_the_first(runs: RunStore, run: Run) -> None:
    folder = runs.save(run)
    before = (folder / entry.CARD).stat().st_mtime_ns
    assert runs.save(run) == folder
    assert (folder / entry.CARD).stat().st_mtime_ns == before
    assert names(runs) == [folder.name]


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "file", "message"),
    [
        (flip_a_byte, "series.nc", "does not have the checksum"),
        (Path.unlink, "series.nc", "cannot be read"),
        (lambda path: path.write_bytes(b""), "series.nc", "does not have the checksum"),
        (flip_a_byte, "snapshots.npy", "does not have the checksum"),
        (Path.unlink, "snapshots.npy", "cannot be read"),
        (flip_a_byte, "run.json", "(cannot be read|does not have|is not of)"),
        (Path.unlink, "run.json", "cannot be read"),
        (lambda path: path.write_text("{"), "run.json", "cannot be read"),
        (lambda path: path.write_text("[]"), "run.json", "is not of schema 3"),
        (lambda path: path.write_text('{"schema": 2}'), "run.json", "is not of schema 3"),
        (lambda path: path.write_text('{"schema": 3}'), "run.json", "does not have the checksum"),
    ],
)
def test_a_damaged_entry_is_named_and_not_used(
    runs: RunStore,
    run: Run,
    forbid_training: None,
    damage: Callable[[Path], Any],
    file: str,
    message: str,
) -> None:
    folder = runs.save(run)
    damage(folder / file)
    with pytest.raises(StoreError, match=f"{folder.name}/{file} {message}.*; remove its folder"):
        runs.obtain(run.description)


def forge(folder: Path, **changes: Any) -> None:
    """Change the card and give it right checksums, as another program could."""
    path = folder / "run.json"
    card = json.loads(path.read_text())
    for name in card["content"]["sha256"]:
        card["content"]["sha256"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    card["content"] |= changes
    text = json.dumps(card["content"], sort_keys=True, separators=(",", ":"))
    card["content_sha256"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(card))


def test_the_run_of_another_description_is_refused(runs: RunStore, run: Run, tiny: Tiny) -> None:
    other = tiny(optimizer=type(run.description.optimizer)(weight_decay=0.0))
    runs.save(run).rename(runs.folder(other))
    with pytest.raises(StoreError, match=r"run\.json describes another run than its folder is for"):
        runs.find(other)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"description": "{}"}, "schema=None"),
        ({"description": 3}, "JSON object must be str"),
        ({"provenance": {}}, "its provenance has other fields"),
    ],
)
def test_a_card_of_another_version_is_refused(
    runs: RunStore, run: Run, changes: dict[str, Any], message: str
) -> None:
    folder = runs.save(run)
    forge(folder, **changes)
    with pytest.raises(StoreError, match=f"holds no run of this version .*{message}"):
        runs.find(run.description)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.drop_vars("inner"), "No variable named 'inner'"),
        (lambda data: data.isel(step=slice(1, None)), r"train_loss has shape \(3, 9\)"),
    ],
)
def test_series_that_are_not_those_of_the_run_are_refused(
    runs: RunStore, run: Run, change: Callable[[xr.Dataset], xr.Dataset], message: str
) -> None:
    folder = runs.save(run)
    write_dataset(folder / "series.nc", change(read_dataset(folder / "series.nc")))
    forge(folder)
    with pytest.raises(StoreError, match=f"holds no run of this version .*{message}"):
        runs.find(run.description)


def test_a_file_that_is_no_netcdf_is_refused(runs: RunStore, run: Run) -> None:
    folder = runs.save(run)
    (folder / "series.nc").write_bytes(b"something else")
    forge(folder)
    with pytest.raises(StoreError, match=r"holds no run of this version .*is no classic netCDF file"):
        runs.find(run.description)


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("moment", ["write_dataset", "rename", "fsync"])
def test_interrupted_writing_leaves_nothing_half_made(
    runs: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException], moment: str
) -> None:
    def fail(*arguments: Any, **keywords: Any) -> None:
        raise failure("stopped")

    owner = {"write_dataset": entry, "rename": Path, "fsync": os}[moment]
    with monkeypatch.context() as patch:
        patch.setattr(owner, moment, fail)
        with pytest.raises(failure, match="stopped"):
            runs.save(run)
    assert names(runs) == []
    assert runs.find(run.description) is None
    runs.save(run)
    assert runs.find(run.description) is not None


def test_interrupted_training_leaves_no_entry(runs: RunStore, tiny: Tiny) -> None:
    def interrupt(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runs.obtain(tiny(), on_step=interrupt)
    assert names(runs) == [f"running-{runs.key(tiny())}"]
    assert runs.find(tiny()) is None


def test_a_run_that_cannot_be_stored_is_not_lost(
    runs: RunStore, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, run: Run) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_entry", full)
    with pytest.warns(RuntimeWarning, match="could not be stored.*No space left"):
        run, reused = runs.obtain(tiny())
    assert not reused
    assert run.train_loss.shape == (3, 10)


def test_a_store_that_cannot_be_made_is_told_before_training(
    tmp_path: Path, tiny: Tiny, forbid_training: None
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        RunStore(tmp_path / "file" / "runs").obtain(tiny())


def test_two_writers_of_one_run_do_not_harm_each_other(
    runs: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = entry.write_entry

    def slow_write(folder: Path, written: Run) -> None:
        monkeypatch.setattr(store, "write_entry", write)
        runs.save(run)  # another process is faster
        write(folder, written)

    monkeypatch.setattr(store, "write_entry", slow_write)
    folder = runs.save(run)
    assert names(runs) == [folder.name]
    assert runs.find(run.description) is not None


def test_what_a_killed_process_left_is_swept_away_but_not_what_is_being_written(
    runs: RunStore, run: Run
) -> None:
    old, new = runs.root / ".unfinished-old", runs.root / ".unfinished-new"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "series.nc").write_bytes(b"half")
    long_ago = old.stat().st_mtime - 2 * store._ABANDONED_SECONDS
    os.utime(old, (long_ago, long_ago))
    key = runs.save(run).name
    assert names(runs) == [new.name, key]
