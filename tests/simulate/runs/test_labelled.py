"""A labelled run says what every number is, and loses no bit on the way to a file and back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import LinearModel
from spectral_edge.simulate.optimizers import SGD
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.runs.files import read_dataset, write_dataset, write_whole
from spectral_edge.simulate.runs.labelled import labelled, unlabelled
from spectral_edge.simulate.tasks import CorruptedLabels, LinearTeacher, ModularAddition
from spectral_edge.simulate.train import train

Tiny = Callable[..., RunDescription]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"recording": None},
        {"dtype": "float64", "recording": Recording(3, 5, weights=("readout",))},
        {"task": CorruptedLabels(ModularAddition(5), 0.2)},
        {"optimizer": SGD(learning_rate=1e30)},  # every seed diverges: NaN stays NaN
        {"seeds": (2**31 - 1, 0)},
    ],
)
def test_nothing_is_lost_in_a_file(tiny: Tiny, tmp_path: Path, changes: dict[str, object]) -> None:
    run = train(tiny(**changes))
    write_dataset(tmp_path / "series.nc", labelled(run))
    found = unlabelled(read_dataset(tmp_path / "series.nc"), run.description, run.provenance, run.snapshots)
    for name in Run.shapes(run.description):
        one, other = getattr(run, name), getattr(found, name)
        np.testing.assert_array_equal(one, other, err_msg=name)
        assert one.dtype == other.dtype, name
    assert found.probes.keys() == run.probes.keys()
    for name, series in run.probes.items():
        np.testing.assert_array_equal(series, found.probes[name])
    for step, rows in run.kept_rows.items():
        np.testing.assert_array_equal(rows, found.kept_rows[step])
        assert rows.dtype == found.kept_rows[step].dtype


def test_every_array_has_a_unit_and_its_coordinates(tiny: Tiny) -> None:
    run = train(tiny())
    data = labelled(run)
    assert set(Run.shapes(run.description)) - {"evaluation_steps", "record_steps", "snapshots"} <= set(
        data.data_vars
    )
    assert all(array.attrs["units"] and array.attrs["long_name"] for array in data.data_vars.values())
    assert data.attrs["address"] == run.description.address()
    one = data["sigma"].sel(seed=2, record_step=60, mode=1)
    assert one.item() == run.sigma[2, -1, 0]
    assert data["test_accuracy"].sel(seed=1, step=49).item() == run.test_accuracy[1, 7]
    assert data["inner"].dims == ("seed", "record_step", "row", "column")


def test_the_unit_of_a_loss_is_that_of_its_task(tiny: Tiny) -> None:
    values = replace(tiny(), task=LinearTeacher(), network=LinearModel(), recording=None)
    assert labelled(train(values))["train_loss"].attrs["units"] == "squared unit of the targets"
    assert labelled(train(tiny()))["train_loss"].attrs["units"] == "nat"


def test_a_file_that_could_not_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, lambda at: at.write_bytes(b"old") and None)

    def fail(at: Path) -> None:
        at.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_whole(path, fail)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_any_netcdf_reader_can_read_it(tiny: Tiny, tmp_path: Path) -> None:
    write_dataset(tmp_path / "series.nc", labelled(train(tiny())))
    with xr.open_dataset(tmp_path / "series.nc") as data:
        assert data["sigma"].shape == (3, 9, 3)
