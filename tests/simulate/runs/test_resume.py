"""A run that was interrupted, or killed, at any moment ends with the same bits as one that was not."""

from __future__ import annotations

import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import torch

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import DeepLinear, EncoderTransformer, QuadraticTwoLayer
from spectral_edge.simulate.optimizers import SGD, AdamW, Muon
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.runs.keeper import CHECKPOINT, PREFIX
from spectral_edge.simulate.store import RunStore
from spectral_edge.simulate.tasks import LinearTeacher, ModularAddition, ModularArithmetic, Task, TaskSwitch
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.batches import Batches
from spectral_edge.simulate.training.schedules import Change, Cosine

Tiny = Callable[..., RunDescription]


def assert_same_bits(first: Run, second: Run) -> None:
    for name in Run.shapes(first.description):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    for name, series in first.probes.items():
        np.testing.assert_array_equal(series, second.probes[name], err_msg=name)
    for step, rows in first.kept_rows.items():
        np.testing.assert_array_equal(rows, second.kept_rows[step], err_msg=f"rows at {step}")


class InMemory:
    """A keeper that saves when told to, and can be made to stop the run there."""

    def __init__(self, stop_after: int) -> None:
        self.stop_after, self.asked, self.content = stop_after, 0, None

    def load(self, device: torch.device) -> Any:  # noqa: ARG002 - all trials are on the CPU
        return None if self.content is None else torch.load(io.BytesIO(self.content), weights_only=True)

    def due(self) -> bool:
        self.asked += 1
        return self.asked % self.stop_after == 0

    def save(self, state: Any) -> None:
        buffer = io.BytesIO()
        torch.save(state, buffer)
        self.content = buffer.getvalue()
        raise KeyboardInterrupt

    def show(self, measured: Any) -> None:
        pass


@dataclass(frozen=True)
class OneSeedExplodes(QuadraticTwoLayer):
    """Seed 1 diverges after some steps."""

    def initial(self, task: Task, seed: int) -> npt.NDArray[np.float64]:
        return super().initial(task, seed) * (1e9 if seed == 1 else 1.0)


SMALL = {"width": 8, "heads": 2, "inner": 8, "layers": 1}
DEEP = {
    "task": LinearTeacher(features=4, values=3, strengths=(2.0, 1.0)),
    "network": DeepLinear(depth=4, width=5),
}
SETTINGS: dict[str, dict[str, Any]] = {
    "adamw": {},
    "momentum": {"optimizer": SGD(momentum=0.9, weight_decay=0.1)},
    "muon": {**DEEP, "optimizer": Muon(weight_decay=0.1)},
    "batches and a schedule": {"batches": Batches(4), "schedule": Cosine(60, 5), "clip": 1.0},
    "a switch": {"task": TaskSwitch(ModularAddition(5), ModularAddition(5, 0.5), at=30)},
    "a transformer": {
        "task": ModularArithmetic("a*b", 5),
        "network": EncoderTransformer(**SMALL),
        "recording": Recording(3, 5, (20, 60), weights=("*.attention.*.weight",)),
        "dtype": "bfloat16",
    },
    "a seed that diverges": {"network": OneSeedExplodes(16), "optimizer": SGD(learning_rate=0.01)},
    "no recording": {"recording": None},
    "snapshots, frozen weights, decay that ends": {
        "snapshots": Snapshots(4, 40),
        "frozen": ("readout",),
        "decay_schedule": Change(25),
    },
}


@pytest.mark.parametrize(("name", "every"), [*((name, 13) for name in SETTINGS), ("adamw", 1), ("muon", 1)])
def test_interrupted_again_and_again_it_ends_with_the_same_bits(tiny: Tiny, name: str, every: int) -> None:
    description = tiny(**SETTINGS[name])
    keeper, interruptions = InMemory(every), 0
    while True:
        try:
            found = train(description, keeper=keeper)
            break
        except KeyboardInterrupt:
            interruptions += 1
    assert interruptions == 60 // every
    assert_same_bits(found, train(description))


def test_a_seed_did_diverge_in_that_trial(tiny: Tiny) -> None:
    diverged = train(tiny(**SETTINGS["a seed that diverges"])).diverged
    assert diverged[1] >= 0
    assert (diverged[[0, 2]] == -1).all()


# Training of many runs, one after another, each in a child of a process that has imported everything
# already: a new interpreter for each kill would take seconds.
NURSERY = """
import os, sys
import torch
from pathlib import Path
from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.runs.files import write_dataset
from spectral_edge.simulate.runs.labelled import labelled_series
from spectral_edge.simulate.store import RunStore
torch.set_num_threads(1)
description = RunDescription.from_json(sys.argv[1])
# Both import more when they are first used; no tensor is computed with, as threads do not survive a fork.
import torch._dynamo
write_dataset(Path(sys.argv[2]) / "first.nc", labelled_series(description, {}))
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        RunStore(Path(sys.argv[2]), checkpoint_seconds=0.0).obtain(description)
        os._exit(0)
    print(child, flush=True)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


@pytest.fixture
def nursery(tiny: Tiny, tmp_path: Path) -> Iterator[tuple[RunDescription, Path, subprocess.Popen[str]]]:
    description = tiny(steps=150, evaluate_every=30, recording=Recording(3, 5, keep_rows_at=(20, 150)))
    command = [sys.executable, "-c", NURSERY, description.to_json(), str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield description, tmp_path, process
        process.stdin.close()


def stamp(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="children are forked")
def test_killed_at_twenty_random_moments_it_ends_with_the_same_bits(
    nursery: tuple[RunDescription, Path, subprocess.Popen[str]],
) -> None:
    description, root, process = nursery
    store = RunStore(root)
    running = root / f"{PREFIX}{store.key(description)}"
    moments, steps = random.Random(), [0]
    for _ in range(20):
        process.stdin.write("go\n")
        process.stdin.flush()
        child = int(process.stdout.readline())
        # Let it make a few checkpoints, and then strike anywhere: in a step, or while one is written.
        for _ in range(moments.randint(1, 3)):
            before = stamp(running / CHECKPOINT)
            while stamp(running / CHECKPOINT) == before:
                time.sleep(0.0002)
        time.sleep(moments.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        assert int(process.stdout.readline()) == -signal.SIGKILL
        content = (running / CHECKPOINT).read_bytes().partition(b"\n")[2]
        steps.append(torch.load(io.BytesIO(content), weights_only=True)["step"])
        assert steps[-1] > steps[-2]
    assert steps[-1] < 150
    live = store.series(description)
    assert live is not None
    assert np.isfinite(live["train_loss"].sel(step=0)).all()
    process.stdin.write("go\n")
    process.stdin.flush()
    process.stdout.readline()
    assert int(process.stdout.readline()) == 0
    found = store.find(description)
    assert found is not None
    assert not running.exists()
    assert_same_bits(found, train(description))


def test_a_lost_word_of_the_checkpoint_changes_the_bits(tiny: Tiny) -> None:
    """The comparison would see it: without the moments of AdamW the rest of the run is another one."""

    class Forgetful(InMemory):
        def load(self, device: torch.device) -> Any:
            state = super().load(device)
            if state is not None:
                state["optimizer"]["state"] = {}
            return state

    description = replace(tiny(), optimizer=AdamW(weight_decay=0.0))
    keeper = Forgetful(20)
    with pytest.raises(KeyboardInterrupt):
        train(description, keeper=keeper)
    keeper.stop_after = 1000
    found = train(description, keeper=keeper)
    assert not np.array_equal(found.final_weights, train(description).final_weights)
