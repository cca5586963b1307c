"""All null models under one roof: what each keeps of a run, what it destroys, and what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ...simulate.description import RunDescription
from ...simulate.optimizers import SGD
from ...simulate.run import Run
from . import momentum, shuffled, smooth, twins, white
from .momentum import noise_products
from .rotated import rotated_products
from .shuffled import shuffled_products
from .smooth import smooth_products
from .walk import step_norms
from .white import white_products
from .windows import NullSpectra, null_of_products

Array = npt.NDArray[np.float64]

WALK, ROTATED = "random walk", "rotated updates"

RECORD = "a record of the run"
SNAPSHOTS = "a record, and snapshots as often as it has rows, or more often"
TRAINING = "training once more"


@dataclass(frozen=True)
class Null:
    """A null model by name: what it ``keeps`` of a run, what it ``destroys``, what it ``needs``."""

    name: str
    keeps: str
    destroys: str
    needs: str


@dataclass(frozen=True)
class Drawn(Null):
    """One that is drawn: ``draw(run, replicates, seed)``; a ValueError says what is missing."""

    draw: Callable[[Run, int, int], NullSpectra]


@dataclass(frozen=True)
class Twin(Null):
    """One that is trained: ``of(description)`` is the twin's; a ValueError says why there is none."""

    of: Callable[[RunDescription], RunDescription]


def nulls_of(
    run: Run,
    names: Sequence[str] | None = None,
    *,
    replicates: int = 24,
    seed: int = 0,
    train: Callable[[RunDescription], Run] | None = None,
) -> Mapping[str, NullSpectra]:
    """The null models of a run, as series of windows like its own, by name.

    A replicate imitates one seed of the run, in turn, wherever it takes anything from it. Seeds that diverged
    are not imitated.

    Args:
        run: with a record.
        names: which of :data:`NULLS`; None for all that can be had of this run.
        replicates: how often each is drawn; a twin has as many as the run has seeds.
        seed: of the draws.
        train: trains twins, such as ``lambda d: store.obtain(d)[0]``; without it there are none.

    Raises:
        ValueError: the run has no record, a name is unknown, or one that was named cannot be had; it says why.
    """
    if run.description.recording is None:
        raise ValueError("the run has no record, so that there is nothing to hold null models against")
    if replicates < 1:
        raise ValueError(f"replicates={replicates}; give one or more")
    unknown = sorted(set(names or ()) - set(NULLS))
    if unknown:
        raise ValueError(f"no null model is called {', '.join(unknown)}; there are {', '.join(NULLS)}")
    found = {}
    for name in names or NULLS:
        null = NULLS[name]
        try:
            found[name] = _made(null, run, replicates, seed, train)
        except ValueError as missing:
            if names is not None:
                raise ValueError(f"{name} needs {null.needs}: {missing}") from missing
    return found


def _made(
    null: Null, run: Run, replicates: int, seed: int, train: Callable[[RunDescription], Run] | None
) -> NullSpectra:
    if isinstance(null, Drawn):
        return null.draw(run, replicates, seed)
    assert isinstance(null, Twin)
    twin = null.of(run.description)
    if train is None:
        raise ValueError("nothing to train it with was given")
    return replace(spectra_of_run(train(twin)), name=null.name, about=f"a twin of the run: {null.destroys}")


def spectra_of_run(run: Run) -> NullSpectra:
    """A run's own record in the form of a null model's: a seed is a replicate."""
    length = run.description.recorded_length
    return NullSpectra("run", "the run itself", run.sigma, run.resolved, length, run.inner)


def _of_products(name: str, about: str, products: Array, run: Run) -> NullSpectra:
    recording = run.description.recording
    assert recording is not None
    return null_of_products(name, about, products, recording.window, run.description.recorded_length)


def _rows(run: Run) -> int:
    """Updates in a record: those of all windows and the row before the first."""
    recording = run.description.recording
    assert recording is not None
    return len(run.record_steps) + recording.window


def _norms(run: Run) -> Array:
    norms = step_norms(run)
    whole = np.isfinite(norms).all(axis=1)
    if not whole.any():
        raise ValueError("every seed diverged")
    return norms[whole]


def _white(run: Run, replicates: int, seed: int) -> NullSpectra:
    products = white_products(run.description.recorded_length, _rows(run), replicates, seed)
    return _of_products(white.NAME, white.ABOUT, products, run)


def _optimizer_noise(run: Run, replicates: int, seed: int) -> NullSpectra:
    size = 1.0
    if isinstance(run.description.optimizer, SGD):
        # Adam and Muon divide by the size of the gradient; here updates have to come out as long as the run's.
        trial = noise_products(run.description, _rows(run), 1, seed)
        size = float(np.median(_norms(run)) / np.median(np.sqrt(np.diagonal(trial[0])))) or size
    products = noise_products(run.description, _rows(run), replicates, seed, size)
    return _of_products(momentum.NAME, momentum.ABOUT, products, run)


def _walk(run: Run, replicates: int, seed: int) -> NullSpectra:
    norms = _norms(run)
    taken = norms[np.arange(replicates) % len(norms)]
    products = rotated_products(taken[..., None], [run.description.recorded_length], seed)
    about = "updates with the run's own norms, each in a direction of its own"
    return _of_products(WALK, about, products, run)


def _rotated(run: Run, replicates: int, seed: int) -> NullSpectra:
    recording = run.description.recording
    assert recording is not None
    layout = run.description.network.layout(run.description.task)
    recorded = layout.matching(recording.weights)
    parts = [np.intersect1d(np.arange(p.start, p.stop), recorded) for p in layout.places.values()]
    parts = [part for part in parts if len(part)]
    seeds = snapshot_updates(run)
    norms = np.stack(
        [np.stack([np.linalg.norm(updates[:, part], axis=1) for part in parts], axis=1) for updates in seeds]
    )  # (S, T, parts)
    taken = norms[np.arange(replicates) % len(norms)]
    about = "the run's own updates, each named weight of each turned at random by itself"
    return _of_products(ROTATED, about, rotated_products(taken, [len(p) for p in parts], seed), run)


def _shuffled(run: Run, replicates: int, seed: int) -> NullSpectra:
    recording = run.description.recording
    assert recording is not None
    recorded = run.description.network.layout(run.description.task).matching(recording.weights)
    inner = np.stack([u[:, recorded] @ u[:, recorded].T for u in snapshot_updates(run)])
    return _of_products(shuffled.NAME, shuffled.ABOUT, shuffled_products(inner, replicates, seed), run)


def _smooth(run: Run, replicates: int, seed: int) -> NullSpectra:
    return _of_products(smooth.NAME, smooth.ABOUT, smooth_products(_rows(run), replicates, seed), run)


def snapshot_updates(run: Run) -> list[Array]:
    """Updates ``(T, p)`` of all weights at the stride of the record, one array for each seed that did not diverge.

    Raises:
        ValueError: snapshots do not lie at multiples of the stride, or there are too few for one window.
    """
    recording, steps = run.description.recording, run.snapshot_steps
    assert recording is not None
    every = int(steps[1]) if len(steps) > 1 else 0
    if not every or recording.stride % every:
        raise ValueError(
            f"rows are {recording.stride} steps apart and snapshots {f'{every} steps' if every else 'none'}"
        )
    places = np.arange(0, len(steps), recording.stride // every)
    if len(places) < recording.window + 2:
        raise ValueError(
            f"{len(places)} snapshots do not fill a window of {recording.window} and the row before"
        )
    kept = [np.diff(run.snapshots[s][places], axis=0).astype(np.float64) for s in range(len(run.snapshots))]
    whole = [updates for updates in kept if np.isfinite(updates).all()]
    if not whole:
        raise ValueError("every seed diverged")
    return whole


_NULLS: tuple[Null, ...] = (
    Drawn(white.NAME, "the shape of a window, W × p", "everything else", RECORD, _white),
    Drawn(
        momentum.NAME,
        "the optimizer with its memory, schedules, clipping and decay; the first weights; the stride",
        "the loss: gradients are white noise",
        RECORD,
        _optimizer_noise,
    ),
    Drawn(WALK, "the norm of every update", "all directions (each update turned by itself)", RECORD, _walk),
    Drawn(
        ROTATED,
        "the norm of every named weight of every update",
        "all directions (each named weight of each update turned by itself)",
        SNAPSHOTS,
        _rotated,
    ),
    Drawn(shuffled.NAME, "all updates, and all their inner products", "their order", SNAPSHOTS, _shuffled),
    Drawn(
        smooth.NAME,
        "the number of windows; a loss that falls",
        "every event: a quadratic loss has none",
        RECORD,
        _smooth,
    ),
    Twin(
        "no decay", "all but one setting", "weight decay, and with it grokking", TRAINING, twins.without_decay
    ),
    Twin(
        "label noise",
        "all but the labels",
        f"the rule behind {twins.NOISE:.0%} of the training labels",
        TRAINING,
        twins.with_label_noise,
    ),
    Twin(
        "frozen features",
        "the last layer's training",
        "feature learning: all other weights stay as they began",
        TRAINING,
        twins.with_frozen_features,
    ),
)

NULLS: Mapping[str, Null] = {null.name: null for null in _NULLS}
"""Every null model by its name."""
