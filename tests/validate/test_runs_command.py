"""``spectral-edge runs`` lists, shows, exports and removes what is in a store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.runs import catalogue
from spectral_edge.simulate.store import RunStore
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.validate.cli import main

DESCRIPTION = RunDescription(
    ModularAddition(5), QuadraticTwoLayer(4), AdamW(), 20, (0, 3), Recording(3, 5), evaluate_every=10
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    RunStore(tmp_path / "runs").obtain(DESCRIPTION)
    return tmp_path


def ask(store: Path, *words: str, given: str = "") -> Result:
    return CliRunner().invoke(main, ["runs", *words, "--store", str(store)], input=given)


def test_it_lists_every_run(store: Path, tmp_path: Path) -> None:
    (store / "runs" / "odd").mkdir()
    found = ask(store, "list")
    assert found.exit_code == 0
    lines = found.output.splitlines()
    key = RunStore(store / "runs").key(DESCRIPTION)[:12]
    assert any(line.startswith(f"{key}  finished  20/20 steps  2 seeds") for line in lines)
    assert any(line.startswith("odd  damaged") and "run.json cannot be read" in line for line in lines)
    (tmp_path / "empty").mkdir()
    assert ask(tmp_path / "empty", "list").output == f"no runs in {tmp_path / 'empty'}\n"


def test_it_shows_one_with_its_newest_numbers(store: Path) -> None:
    key = RunStore(store / "runs").key(DESCRIPTION)
    found = ask(store, "show", key[:8])
    assert found.exit_code == 0
    assert DESCRIPTION.to_json() in found.output
    run, _ = RunStore(store / "runs").obtain(DESCRIPTION)
    assert f"train_loss at step 20: {run.train_loss[0, -1]:.6g}  {run.train_loss[1, -1]:.6g}" in found.output
    assert f"sources: {run.provenance.sources}" in found.output


def test_it_exports_tables(store: Path, tmp_path: Path) -> None:
    found = ask(store, "export", RunStore(store / "runs").key(DESCRIPTION), "--out", str(tmp_path / "out"))
    assert found.exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"series.csv", "spectra.csv"}
    header = (tmp_path / "out" / "series.csv").read_text().splitlines()[0]
    assert header.startswith("seed,step,train_loss")


def test_parquet_has_the_numbers_of_the_series(store: Path, tmp_path: Path) -> None:
    key = RunStore(store / "runs").key(DESCRIPTION)
    found = ask(store, "export", key, "--out", str(tmp_path), "--format", "parquet")
    assert found.exit_code == 0, found.output
    table = pd.read_parquet(tmp_path / "series.parquet")
    run = RunStore(store / "runs").find(DESCRIPTION)
    assert run is not None
    np.testing.assert_array_equal(table["test_loss"].to_numpy().reshape(run.test_loss.shape), run.test_loss)
    assert {"seed", "record_step", "mode", "sigma"} <= set(pd.read_parquet(tmp_path / "spectra.parquet"))


def test_without_pyarrow_it_says_what_to_install(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "find_spec", lambda _: None)
    key = RunStore(store / "runs").key(DESCRIPTION)
    found = ask(store, "export", key, "--out", str(tmp_path), "--format", "parquet")
    assert found.exit_code == 2
    assert "--format parquet: parquet needs pyarrow" in found.stderr


def test_an_unknown_key_is_refused(store: Path) -> None:
    found = ask(store, "show", "zz")
    assert found.exit_code == 2
    assert "key 'zz' is the beginning of 0 runs" in found.stderr


def test_it_removes_what_is_named_after_asking(store: Path) -> None:
    (store / "runs" / "odd").mkdir()
    assert ask(store, "prune").exit_code == 2
    refused = ask(store, "prune", "--damaged", given="n\n")
    assert refused.exit_code == 0
    assert (store / "runs" / "odd").exists()
    assert ask(store, "prune", "--damaged", "--yes").output == "removed 1 run\n"
    assert not (store / "runs" / "odd").exists()
    assert RunStore(store / "runs").find(DESCRIPTION) is not None


def test_damaged_numbers_are_named_with_the_way_out(store: Path, tmp_path: Path) -> None:
    folder = RunStore(store / "runs").folder(DESCRIPTION)
    content = bytearray((folder / "series.nc").read_bytes())
    content[-1] ^= 1
    (folder / "series.nc").write_bytes(content)
    for words in (("show", folder.name), ("export", folder.name, "--out", str(tmp_path / "out"))):
        found = ask(store, *words)
        assert (found.exit_code, found.stderr.count("\n")) == (2, 1), found.stderr
        assert "series.nc does not have the checksum" in found.stderr
        assert "remove its folder to train this run again" in found.stderr
    shown = CliRunner().invoke(main, ["nulls", folder.name, "--store", str(store)])
    assert (shown.exit_code, "does not have the checksum" in shown.stderr) == (2, True)
