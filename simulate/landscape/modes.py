"""The directions v_j of a window of updates, one window for each seed, from the weights that a run has kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..run import Run
from ..spectrum.gap import singular_values
from ..spectrum.rounding import weight_rounding

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Modes:
    """Windows of W update rows that may end at another step in each of S seeds; all arrays float64.

    ``steps (S,)`` are those of the newest weights, ``theta (S, p)`` these weights and ``start (S, p)`` the
    initial ones. ``before (S, W, p)`` are the weights before each row and ``rows (S, W, p)`` the updates over
    ``stride`` steps, oldest first (θ). ``sigma (S, W)`` are the singular values (θ) and ``v (S, W, p)`` the
    right singular vectors, orthonormal, each known up to its sign: here ``v_j`` times the newest row is
    positive. Where ``resolved (S, W)`` is False the direction is rounding, and ``v`` is NaN. ``chosen (p,)`` says of
    which weights the rows are made: the others are 0 in ``rows`` and ``v``.
    """

    seeds: tuple[int, ...]
    steps: npt.NDArray[np.int64]
    stride: int
    theta: Array
    start: Array
    before: Array
    rows: Array
    sigma: Array
    resolved: npt.NDArray[np.bool_]
    v: Array
    chosen: npt.NDArray[np.bool_]

    @property
    def window(self) -> int:
        """W."""
        return int(self.rows.shape[1])


def right_vectors(rows: Array, noise: npt.ArrayLike = 0.0) -> tuple[Array, npt.NDArray[np.bool_], Array]:
    """``σ (S, W)``, which of them are above the floor, and ``v_j = Xᵀu_j/σ_j (S, W, p)`` of ``rows (S, W, p)``.

    ``u_j`` are eigenvectors of the W × W Gram matrix, so that no p × p matrix is made. ``noise`` is the
    singular value that rounding of the weights alone would give, one number or one per seed.
    """
    gram = rows @ rows.transpose(0, 2, 1)
    sigma, resolved = singular_values(gram, length=rows.shape[2], noise=noise)
    finite = np.asarray(np.isfinite(gram).all(axis=(1, 2)))
    left = np.linalg.eigh(np.where(finite[:, None, None], gram, 0.0))[1][:, :, ::-1]  # (S, W, W)
    left = left * np.where(left[:, -1:] < 0, -1.0, 1.0)
    scaled = np.divide(
        left,
        sigma[:, None],
        out=np.full_like(left, np.nan),
        where=np.broadcast_to(resolved[:, None], left.shape),
    )
    return sigma, resolved, scaled.transpose(0, 2, 1) @ rows


def modes_at(
    run: Run, steps: npt.ArrayLike, window: int, stride: int, places: npt.ArrayLike | None = None
) -> Modes:
    """The windows that end at ``steps``, of the weights whose spectrum the run records (of all if it records none).

    Args:
        run: with snapshots.
        steps: the step of the newest weights, ``(S,)``, one for each seed that is asked for.
        window: W, the number of rows.
        stride: optimizer steps per row.
        places: which seeds of the run, ``(S,)``; all of them if None.

    Raises:
        ValueError: the weights were not kept at the steps that such a window needs.
    """
    ends = np.asarray(steps, dtype=np.int64)
    chosen = np.arange(len(run.description.seeds)) if places is None else np.asarray(places, dtype=np.int64)
    if ends.shape != chosen.shape or ends.ndim != 1:
        raise ValueError(
            f"modes_at: steps of shape {ends.shape} for {len(chosen)} seeds; give one step per seed"
        )
    kept = {int(step): place for place, step in enumerate(run.snapshot_steps)}
    needed = ends[:, None] - stride * np.arange(window, -1, -1)  # (S, W+1), oldest first
    missing = sorted({int(step) for step in needed.ravel()} - kept.keys())
    if missing:
        told = "none" if not kept else f"every {_every(run)} steps from 0 to {max(kept)}"
        raise ValueError(
            f"modes_at: a window of {window} rows at stride {stride} needs the weights at steps {missing[:5]}, but "
            f"snapshots are at {told}"
        )
    index = np.array([[kept[int(step)] for step in row] for row in needed]).reshape(needed.shape)
    # Rows are differences in the dtype of the weights, as the recorder takes them.
    weights = run.snapshots[chosen[:, None], index]  # (S, W+1, p)
    rows = np.diff(weights, axis=1).astype(np.float64)
    chosen_weights = np.zeros(rows.shape[2], dtype=bool)
    recording = run.description.recording
    names = ("*",) if recording is None else recording.weights
    chosen_weights[run.description.network.layout(run.description.task).matching(names)] = True
    rows[:, :, ~chosen_weights] = 0.0
    theta = weights[:, -1].astype(np.float64)
    noise = weight_rounding(np.linalg.norm(theta[:, chosen_weights], axis=1), stride, run.snapshots.dtype)
    sigma, resolved, v = right_vectors(rows, noise)
    return Modes(
        seeds=tuple(run.description.seeds[int(place)] for place in chosen),
        steps=ends,
        stride=stride,
        theta=theta,
        start=run.snapshots[chosen, 0].astype(np.float64),
        before=weights[:, :-1].astype(np.float64),
        rows=rows,
        sigma=sigma,
        resolved=resolved,
        v=v,
        chosen=chosen_weights,
    )


def _every(run: Run) -> int:
    steps = run.snapshot_steps
    return int(steps[1] - steps[0]) if len(steps) > 1 else 0
