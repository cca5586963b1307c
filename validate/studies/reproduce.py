"""Train the runs of a study, or take them from the store, and read off what the source reports."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...simulate.device import DeviceError, resolve_device
from ...simulate.run import Run
from ...simulate.spectrum.gap import g23, gap_position
from ...simulate.store import RunStore, StoreError
from ..atomic import write_text
from ..checks.gap_position import most_frequent
from ..checks.grokking_gap import fall
from ..evidence_store import default_root
from ..folders import writable
from ..problems import BadRequest, Interrupted, unknown
from ..progress import Reporter, Silent
from .catalogue import STUDIES
from .study import SIZES, SeedLine, Study, StudyResult

# What counts as having memorised the training set; no source gives one.
_MEMORISED = 0.99


def reproduce(
    name: str,
    size: str = "small",
    store: Path | None = None,
    device: str = "cpu",
    progress: Reporter | None = None,
    out: Path | None = None,
) -> StudyResult:
    """Carry out a study.

    Args:
        name: one of :data:`..studies.STUDIES`.
        size: ``"tiny"`` (seconds, for trying it out), ``"small"`` (a laptop's evening) or ``"full"``
            (the source's settings; takes a GPU).
        store: where runs are kept, by default :func:`..evidence_store.default_root`.
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        progress: told what goes on; by default nobody is.
        out: a folder that is to be written to afterwards; seen to be writable before hours of training.

    Raises:
        BadRequest: the study, the size or the device does not exist, a folder cannot be written, or a stored
            run is damaged.
        Interrupted: Ctrl-C. Finished runs and the last checkpoint are kept; the same call goes on.
    """
    if name not in STUDIES:
        raise unknown("study", name, STUDIES)
    if size not in SIZES:
        raise unknown("size", size, SIZES)
    try:
        resolve_device(device)
    except DeviceError as error:
        raise BadRequest(f"--device {device}: {error}") from error
    study = STUDIES[name]
    arms = study.arms(size)
    if out is not None:
        writable(out, "--out")
    runs = RunStore(writable(default_root() if store is None else store, "--store") / "runs")
    told = progress or Silent()
    told.begin(f"{name} ({size})", sum(arm.steps * len(arm.seeds) for arm in arms.values()))
    done, reused, lines = 0, 0, []
    descriptions, provenance = {}, {}
    for number, (arm, description) in enumerate(arms.items(), start=1):
        seeds = len(description.seeds)

        def on_step(
            step: int, _: int, done: int = done, seeds: int = seeds, arm: str = arm, number: int = number
        ) -> None:
            told.advance(done + step * seeds, f"run {number} of {len(arms)}: {arm}, step {step}")

        try:
            run, was_there = runs.obtain(description, device, on_step)
        except StoreError as error:
            raise BadRequest(str(error)) from error
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted in run {number} of {len(arms)}; what was finished is kept in {runs.root}. "
                "The same command goes on from there."
            ) from None
        done += description.steps * seeds
        reused += was_there
        lines += seed_lines(study, arm, run)
        descriptions[arm] = description.to_json()
        provenance[arm] = asdict(run.provenance)
    told.end(f"{len(arms)} runs, {reused} of them from the store")
    return StudyResult(name, size, tuple(lines), descriptions, provenance, reused)


def seed_lines(study: Study, arm: str, run: Run) -> list[SeedLine]:
    """One line for each seed of ``run``, which must have been recorded with a window of at least 3."""
    memorised = run.first_step(run.train_accuracy, _MEMORISED)
    grokked = run.first_step(run.test_accuracy, study.level)
    positions = gap_position(run.sigma, run.resolved)
    gaps = g23(run.sigma, run.resolved)
    squares = np.square(run.sigma)
    shares = squares[..., 0] / squares.sum(axis=-1)
    lines = []
    for s, seed in enumerate(run.description.seeds):
        until = grokked[s] if np.isfinite(grokked[s]) else np.inf
        seen = run.record_steps <= until
        lines.append(
            SeedLine(
                arm=arm,
                seed=seed,
                memorised=_step(memorised[s]),
                grokked=_step(grokked[s]),
                reported=study.reported.get((arm, seed)),
                position=most_frequent(positions[s, seen]) or None,
                leading_share=_median(shares[s, seen]),
                fall=_number(fall(gaps[s, seen])) if seen.any() else None,
                held_out=float(run.test_accuracy[s, -1]),
                diverged=_step(run.diverged[s] if run.diverged[s] >= 0 else np.nan),
            )
        )
    return lines


def write_result(result: StudyResult, folder: Path) -> Path:
    """Write ``NAME-SIZE.json`` below ``folder`` and return its path.

    It holds the lines, and for each arm the description and the provenance of its run, so that everything
    can be trained again.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{result.study}-{result.size}.json"
    content = {
        "study": result.study,
        "size": result.size,
        "lines": [_plain(line) for line in result.lines],
        "runs": {arm: json.loads(text) for arm, text in result.runs.items()},
        "provenance": result.provenance,
    }
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    return path


def _plain(line: SeedLine) -> dict[str, object]:
    held_out = line.held_out if np.isfinite(line.held_out) else None  # of a seed that diverged
    return asdict(line) | {"held_out": held_out}


def _step(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _median(values: npt.NDArray[np.float64]) -> float | None:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else None
