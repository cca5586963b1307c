"""Switching, reading, saving, resuming, and what bad input gives."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from spectral_edge.simulate.recorder import (
    NoSuchParameter,
    NotEnoughRecords,
    ParametersChanged,
    SpectrumRecorder,
)
from spectral_edge.simulate.recorder.files import UnreadableFile, load, save

STORAGES: dict[str, dict[str, Any]] = {
    "exact": {},
    "bfloat16": {"storage": "bfloat16"},
    "sketch": {"storage": "sketch", "dimensions": 32},
}


class Run:
    """A training whose gradients are noise, so that any number of steps can be made."""

    def __init__(self, dtype: torch.dtype = torch.float32, **options: Any) -> None:
        self.model = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 2)).to(dtype)
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.8)
        self.random = torch.Generator().manual_seed(5)
        self.recorder = SpectrumRecorder(self.model, self.optimizer, **({"window": 4} | options))

    def steps(self, count: int) -> Run:
        for _ in range(count):
            for p in self.model.parameters():
                p.grad = torch.randn(p.shape, generator=self.random).to(p)
            self.optimizer.step()
        return self


def test_it_hangs_on_the_optimizer_until_it_is_let_go() -> None:
    run = Run()
    with run.recorder as recorder:
        run.steps(5)
        assert recorder.attached
    assert not run.recorder.attached
    run.steps(3)
    assert (run.recorder.updates, run.recorder.records) == (5, 5)
    assert run.recorder.spectra().sizes["step"] == 2
    run.recorder.detach()


def test_an_exception_in_the_block_lets_it_go_and_keeps_what_was_seen() -> None:
    run = Run()

    def interrupted() -> None:
        with run.recorder:
            run.steps(6)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not run.recorder.attached
    assert run.recorder.spectra().sizes["step"] == 3


def test_switched_off_it_counts_and_looks_away_and_then_begins_a_new_window() -> None:
    run = Run().steps(6)
    before = run.recorder.spectra()
    run.recorder.enabled = False
    run.steps(10)
    assert run.recorder.spectra().identical(before)
    run.recorder.enabled = True
    run.recorder.enabled = True  # no second restart
    run.steps(5)
    after = run.recorder.spectra()
    assert after.step.values.tolist() == [4, 5, 6, 20, 21]
    assert np.isnan(after.delta_S.sel(group="all").values).tolist() == [True, False, False, True, False]
    # The windows after the break are those of a recorder that began there.
    torch.manual_seed(0)
    other = Run()
    other.recorder.detach()
    other.steps(16)
    fresh = SpectrumRecorder(other.model, other.optimizer, window=4)
    other.steps(5)
    np.testing.assert_array_equal(fresh.spectra().gram, after.gram[-2:])


@pytest.mark.parametrize("name", STORAGES)
def test_series_can_be_read_while_training_goes_on(name: str) -> None:
    run = Run(**STORAGES[name]).steps(6)
    early = run.recorder.spectra()
    late = run.steps(4).recorder.spectra()
    assert late.isel(step=slice(3)).identical(early)
    assert late.isel(step=slice(5, 7)).identical(run.recorder.spectra(last=2))
    assert run.recorder.spectra(groups=["2", "all"]).identical(late.sel(group=["2", "all"]))


def test_long_series_are_worked_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run().steps(20)
    whole = run.recorder.spectra()
    monkeypatch.setattr("spectral_edge.simulate.recorder.series.AT_ONCE", 3)
    assert run.recorder.spectra().identical(whole)


def test_every_number_has_a_unit_and_a_meaning() -> None:
    for options in STORAGES.values():
        spectra = Run(**options).steps(6).recorder.spectra()
        assert [
            name
            for name, one in spectra.items()
            if not one.attrs.get("units") or not one.attrs.get("long_name")
        ] == []


def test_series_survive_the_disk(tmp_path: Path) -> None:
    run = Run(groups={"weights": "*.weight"}).steps(9)
    run.recorder.save(tmp_path / "spectra.nc")
    assert load(tmp_path / "spectra.nc").identical(run.recorder.spectra())
    assert [path.name for path in tmp_path.iterdir()] == ["spectra.nc"]


def test_a_write_that_fails_leaves_the_file_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spectra = Run().steps(9).recorder.spectra()
    path = tmp_path / "spectra.nc"
    save(spectra, path)
    whole = path.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(spectra), "to_netcdf", full)
    with pytest.raises(OSError, match="No space left"):
        save(spectra, path)
    assert path.read_bytes() == whole
    assert [one.name for one in tmp_path.iterdir()] == ["spectra.nc"]


@pytest.mark.parametrize("content", [b"", b"not a file of series", b"CDF\x01\x00"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.nc"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"other\.nc"):
        load(path)
    with pytest.raises(FileNotFoundError, match="no such file of spectra"):
        load(tmp_path / "absent.nc")


@pytest.mark.parametrize("stop", [0, 1, 3, 4, 7, 12])
@pytest.mark.parametrize("name", STORAGES)
def test_a_run_that_was_stopped_and_resumed_has_the_same_bits(name: str, stop: int) -> None:
    options = STORAGES[name] | {"stride": 2, "window": 3}
    torch.manual_seed(1)
    whole = Run(**options).steps(20)

    torch.manual_seed(1)
    first = Run(**options).steps(stop)
    disk = io.BytesIO()
    states = (
        first.model.state_dict(),
        first.optimizer.state_dict(),
        first.recorder.state_dict(),
        first.random.get_state(),
    )
    torch.save(states, disk)
    disk.seek(0)
    model, optimizer, recorder, random = torch.load(disk, weights_only=True)
    torch.manual_seed(2)
    second = Run(**options)
    second.model.load_state_dict(model)
    second.optimizer.load_state_dict(optimizer)
    second.recorder.load_state_dict(recorder)
    second.random.set_state(random)
    second.steps(20 - stop)

    assert second.recorder.updates == 20
    assert second.recorder.spectra().identical(whole.recorder.spectra())


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"window": 5}, "window is 4 there and 5 here"),
        ({"stride": 2}, "stride is 1 there and 2 here"),
        ({"per_layer": False}, "scopes is"),
        ({"storage": "bfloat16"}, "storage is 'exact' there and 'bfloat16' here"),
        ({"dtype": torch.float64}, "dtypes is"),
    ],
)
def test_a_state_of_other_settings_is_refused(other: dict[str, Any], message: str) -> None:
    state = Run().steps(2).recorder.state_dict()
    with pytest.raises(ValueError, match=message):
        Run(**other).recorder.load_state_dict(state)


def test_a_state_of_another_version_is_refused() -> None:
    run = Run()
    with pytest.raises(ValueError, match="version 99; this program reads 2"):
        run.recorder.load_state_dict(run.recorder.state_dict() | {"version": 99})


def test_too_few_records_say_what_can_be_read() -> None:
    run = Run().steps(3)
    with pytest.raises(
        NotEnoughRecords, match=r"needs 4 records in a row; there are 3, after 3 .* spectra\(window=3\)"
    ):
        run.recorder.spectra()
    assert run.recorder.spectra(window=3).sizes["step"] == 1
    with pytest.raises(NotEnoughRecords, match=r"there are 1, after 1 updates at stride=1$"):
        Run().steps(1).recorder.spectra()
    with pytest.raises(ValueError, match="last=0; give a number of records"):
        run.recorder.spectra(window=3, last=0)
    with pytest.raises(ValueError, match="window=5; the recorder holds what windows of 2 to 4 rows need"):
        run.recorder.spectra(window=5)


@pytest.mark.parametrize("patterns", ["*.attn.*", ["0.*", "encoder*"]])
def test_a_pattern_that_matches_nothing_is_named(patterns: str | list[str]) -> None:
    with pytest.raises(
        NoSuchParameter, match=r"groups\['attention'\]: pattern .* matches none of 4 parameters: 0.weight"
    ):
        Run(groups={"attention": patterns})
    with pytest.raises(NoSuchParameter, match=r"watch: pattern 'nothing'"):
        Run(watch="nothing")
    with pytest.raises(KeyError, match="'attention' is not among the groups: all, 0, 2"):
        Run().steps(5).recorder.spectra(groups=["attention"])


def test_only_what_is_watched_is_kept() -> None:
    run = Run(watch=["0.*"], groups={"bias": "*.bias"}).steps(5)
    spectra = run.recorder.spectra()
    assert spectra.group.values.tolist() == ["all", "bias", "0"]
    assert spectra.parameters.values.tolist() == [42, 7, 42]


@pytest.mark.parametrize("group", ["all", "0"])
def test_two_sets_of_one_name_are_refused(group: str) -> None:
    with pytest.raises(ValueError, match=f"'{group}' would name two sets of parameters"):
        Run(groups={group: "*"})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 1}, "window=1; a gap needs"),
        ({"stride": 0}, "stride=0; give"),
        ({"storage": "zip"}, "storage='zip'; give"),
        ({"storage": "sketch", "dimensions": 10}, "dimensions=10; give a positive multiple of 16"),
    ],
)
def test_settings_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Run(**options)


def test_parameters_that_cannot_be_watched_are_refused() -> None:
    theta = torch.zeros(3, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1)
    for pairs, message in (
        ([], "no parameters to watch"),
        ([("a", theta), ("a", torch.zeros(3))], "is given twice"),
        ([("a", theta), ("b", theta)], "is given twice"),
        ([("a", torch.zeros(3, dtype=torch.int64))], "a is of type torch.int64"),
    ):
        with pytest.raises(ValueError, match=message):
            SpectrumRecorder(pairs, optimizer)
    with pytest.raises(ValueError, match="no parameters to watch"):
        SpectrumRecorder(nn.Linear(2, 2).requires_grad_(False), optimizer)


def test_frozen_and_tied_parameters_of_a_model_count_once_or_not_at_all() -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    model[2].requires_grad_(False)
    recorder = SpectrumRecorder(model, torch.optim.SGD([model[0].weight], lr=0.1))
    assert recorder.names == ("0.weight",)


def test_a_parameter_that_changes_shape_ends_the_recording_and_loses_nothing() -> None:
    run = Run().steps(6)
    before = run.recorder.spectra()
    run.model[0].weight.data = torch.zeros(9, 5)
    run.optimizer.state.clear()
    with pytest.raises(
        ParametersChanged,
        match=r"0\.weight: now \(9, 5\).*recorded as \(7, 5\).*after update 7; its 6 records",
    ):
        run.steps(1)
    assert not run.recorder.attached
    assert run.recorder.spectra().identical(before)
    run.steps(2)  # training goes on


@pytest.mark.parametrize("name", STORAGES)
def test_nan_is_marked_in_its_own_groups_and_gone_with_its_rows(name: str) -> None:
    run = Run(**STORAGES[name]).steps(6)
    kept = run.model[2].weight.detach().clone()
    with torch.no_grad():
        run.model[2].weight.fill_(torch.nan)
    run.optimizer.state.clear()
    run.steps(1)
    with torch.no_grad():
        run.model[2].weight.copy_(kept)
    run.optimizer.state.clear()
    run.steps(7)
    spectra = run.recorder.spectra()
    bad = spectra.sel(group="2")
    assert np.isfinite(spectra.sel(group="0").sigma).all()
    lost = np.isnan(bad.sigma).all("mode").values
    # The rows of updates 7 (to NaN) and 8 (back from it) are in the windows of updates 7 to 11.
    assert spectra.step.values[lost].tolist() == [7, 8, 9, 10, 11]
    assert not bad.resolved.values[lost].any()
    assert (bad.k_star.values[lost] == 0).all()
    assert np.isnan(bad.R.values[lost]).all()
    assert np.isnan(spectra.sel(group="all").sigma).any()


def test_parameters_in_any_order_of_memory_and_of_any_type_are_read() -> None:
    base = torch.zeros(4, 6, dtype=torch.float64)
    tensors = {
        "transposed": torch.nn.Parameter(base.T),
        "complex": torch.nn.Parameter(torch.zeros(5, dtype=torch.complex128)),
        "half": torch.nn.Parameter(torch.zeros(3, dtype=torch.float16)),
        "scalar": torch.nn.Parameter(torch.zeros((), dtype=torch.float64)),
        "empty": torch.nn.Parameter(torch.zeros(0)),
    }
    optimizer = torch.optim.SGD(list(tensors.values()), lr=1.0)
    recorder = SpectrumRecorder(tensors.items(), optimizer, window=2)
    rows = []
    for step in range(3):
        for number, tensor in enumerate(tensors.values()):
            generator = torch.Generator().manual_seed(10 * step + number)
            drawn = torch.randint(-4, 5, (2, *tensor.shape), generator=generator).double()
            tensor.grad = torch.complex(*drawn) if tensor.is_complex() else drawn[0].to(tensor.dtype)
        rows.append(
            torch.cat([torch.view_as_real(t.grad).reshape(-1) if t.is_complex() else t.grad.reshape(-1).double()
                       for t in tensors.values()]).numpy()
        )  # fmt: skip
        optimizer.step()
    X = np.array(rows[1:])
    np.testing.assert_array_equal(recorder.spectra().gram.sel(group="all", step=3), X @ X.T)  # whole numbers
