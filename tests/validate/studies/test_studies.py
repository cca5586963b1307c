"""The studies have the source's settings at full size, and read off their runs what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import CausalTransformer, EncoderDecoderTransformer, EncoderTransformer
from spectral_edge.simulate.optimizers import AdamW, Muon
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.store import RunStore
from spectral_edge.simulate.tasks import DyckDepth, Scan
from spectral_edge.validate.cli import main
from spectral_edge.validate.problems import BadRequest, Interrupted
from spectral_edge.validate.studies import reproduce as module
from spectral_edge.validate.studies.catalogue import STUDIES
from spectral_edge.validate.studies.reproduce import reproduce, seed_lines, write_result
from spectral_edge.validate.studies.study import SIZES


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize("size", SIZES)
def test_every_size_of_every_study_describes_runs_that_can_be_trained(name: str, size: str) -> None:
    arms = STUDIES[name].arms(size)
    for arm in arms.values():
        assert arm.seeds == (42, 137, 2024)
        assert RunDescription.from_json(arm.to_json()) == arm
        assert arm.recorded_length < arm.network.length(arm.task)
    assert len({arm.address() for arm in arms.values()}) == len(arms)


def test_modular_arithmetic_at_full_size_is_the_sources() -> None:
    arms = STUDIES["modular"].arms("full")
    assert len(arms) == 12
    for name, arm in arms.items():
        assert (arm.task.modulus, arm.task.train_share) == (97, 0.5)
        assert arm.network == EncoderTransformer(width=128, heads=4, inner=256, layers=2)
        decay = 1.0 if name.endswith("decay 1") else 0.0
        assert arm.optimizer == AdamW(learning_rate=1e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=decay)
        assert (arm.batches.size, arm.clip) == (512, 1.0)
        assert arm.recording == Recording(10, 100 if decay else 500, weights=("*attention.*.weight",))
    assert {arm.task.operation for arm in arms.values()} == {
        "a+b", "a-b", "a*b", "a^2+b^2", "a^2+ab+b^2", "a^3+ab",
    }  # fmt: skip
    assert STUDIES["modular"].level == 0.98


def test_dyck_and_scan_at_full_size_are_the_sources() -> None:
    dyck, scan = STUDIES["dyck"].arms("full"), STUDIES["scan"].arms("full")
    for arm in dyck.values():
        assert arm.task == DyckDepth(train_count=50, test_count=5000, pairs=12)
        assert arm.network == CausalTransformer(width=128, heads=4, inner=256, layers=2)
        assert (arm.steps, arm.batches.size, arm.recording.window, arm.recording.stride) == (
            20_000,
            50,
            3,
            200,
        )
    for arm in scan.values():
        assert arm.task == Scan(train_count=2048)
        assert arm.network == EncoderDecoderTransformer(width=256, heads=4, inner=512, layers=3)
        assert (arm.recording.window, arm.recording.stride) == (5, 500)
    assert [arm.optimizer.weight_decay for arm in (*dyck.values(), *scan.values())] == [1.0, 0.0, 1.0, 0.0]
    # Each half's blocks and the cross attention of the decoder: 3 + 3 + 3 attentions of 4 matrices.
    assert scan["decay 1"].recorded_length == 9 * 4 * 256**2


def test_muon_and_adamw_are_compared_at_equal_decay() -> None:
    adamw, muon = (STUDIES["muon"].arms("full")[name] for name in ("AdamW", "Muon"))
    assert isinstance(muon.optimizer, Muon)
    assert replace(muon, optimizer=adamw.optimizer) == adamw
    for rate in (muon.optimizer.learning_rate, muon.optimizer.adam_learning_rate):
        assert (
            rate * muon.optimizer.weight_decay == adamw.optimizer.learning_rate * adamw.optimizer.weight_decay
        )


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """These networks are too small for two."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    reproduce("dyck", "tiny", folder)
    return folder


def test_a_study_is_trained_once_and_told_as_it_goes(store: Path) -> None:
    told: list[tuple[str, object]] = []

    class Told:
        def begin(self, stage: str, total: int) -> None:
            told.append((stage, total))

        def advance(self, done: int, now: str = "") -> None:
            told.append((now, done))

        def end(self, outcome: str) -> None:
            told.append((outcome, None))

    again = reproduce("dyck", "tiny", store, progress=Told())
    assert again.reused == 2
    assert told == [("dyck (tiny)", 2 * 40 * 3), ("2 runs, 2 of them from the store", None)]
    told.clear()
    fresh = reproduce("dyck", "tiny", store / "other", progress=Told())
    assert told[1] == ("run 1 of 2: decay 1, step 0", 0)
    assert told[-2] == ("run 2 of 2: decay 0, step 40", 240)
    assert fresh.lines == again.lines


def test_the_result_is_written_with_all_that_it_takes_to_repeat_it(store: Path, tmp_path: Path) -> None:
    result = reproduce("dyck", "tiny", store)
    path = write_result(result, tmp_path / "out")
    content = json.loads(path.read_text())
    assert path.name == "dyck-tiny.json"
    assert [(line["arm"], line["seed"]) for line in content["lines"]] == [
        (arm, seed) for arm in ("decay 1", "decay 0") for seed in (42, 137, 2024)
    ]
    arm = STUDIES["dyck"].arms("tiny")["decay 1"]
    assert RunDescription.from_json(json.dumps(content["runs"]["decay 1"])) == arm
    assert content["provenance"]["decay 1"]["sources"]
    assert content["lines"][0]["reported"] == 600


def test_a_line_says_what_the_run_did(store: Path) -> None:
    study = STUDIES["dyck"]
    run, _ = RunStore(store / "runs").obtain(study.arms("tiny")["decay 1"])
    accuracy = np.zeros_like(run.test_accuracy)
    accuracy[0, 5:] = 0.96  # evaluated every 4 steps: step 20
    sigma = np.ones_like(run.sigma) * np.array([2.0, 1.0, 0.5])
    sigma[:, 0] = [4.0, 3.0, 0.5]  # the first window, whose g_23 is 35/3 times that of the others
    changed = replace(run, test_accuracy=accuracy, sigma=sigma, resolved=np.ones_like(run.resolved))
    first, second, _ = seed_lines(study, "decay 1", changed)
    assert (first.grokked, first.reported, first.diverged) == (20, 600, None)
    assert second.grokked is None
    # Ratios 4/3 and 6 in the first window, 2 and 2 in the others; up to step 20 there are two windows.
    assert (first.position, second.position) == (2, 1)
    assert first.fall == pytest.approx((9 - 0.25) / (1 - 0.25))
    assert first.held_out == 0.96
    nan = np.full_like(run.test_accuracy, np.nan)
    gone = replace(
        changed, test_accuracy=nan, resolved=np.zeros_like(run.resolved), diverged=np.array([7, -1, -1])
    )
    line = seed_lines(study, "decay 1", gone)[0]
    assert (line.diverged, line.grokked, line.position, line.fall) == (7, None, None, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dick",), "unknown study 'dick'; did you mean 'dyck'"),
        (("dyck", "huge"), "unknown size 'huge'; known: tiny, small, full"),
        (("dyck", "tiny", None, "quantum"), r"--device quantum: .* is not a device name"),
    ],
)
def test_what_does_not_exist_is_refused(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        reproduce(*arguments)


def test_an_interruption_says_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: RunStore, *arguments: object) -> tuple[Run, bool]:
        raise KeyboardInterrupt

    monkeypatch.setattr(module.RunStore, "obtain", interrupted)
    with pytest.raises(Interrupted, match=r"interrupted in run 1 of 2; what was finished is kept in .*runs"):
        reproduce("dyck", "tiny", tmp_path)


def test_the_command_prints_a_table_and_writes_the_file(store: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["reproduce", "dyck", "--size", "tiny", "--store", str(store), "--out", str(tmp_path)]
    )
    assert done.exit_code == 0
    assert "decay 1" in done.output
    assert (tmp_path / "dyck-tiny.json").exists()
    assert CliRunner().invoke(main, ["reproduce", "dyck", "--size", "huge"]).exit_code == 2
