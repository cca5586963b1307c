"""P04: does the curvature of a window's own modes bound the position of its gap?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import ritz_values
from ...simulate.run import Run
from ...simulate.spectrum import gap_position, singular_values
from ..check import Check, Context
from ..evidence import Evidence, Figure, Table
from ..nulls.white import white_products
from ..profiles import DECAY
from ..record import Record
from ..sensitivity import sensitivity_figure
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores, Told, Varied, at_least, judge_scores
from .landscape_moments import GROKKING, REASON, Moment, Seen, replicates, scores, seen, unseen

Array = npt.NDArray[np.float64]

NOISE = "white noise in the shape of the windows, at the same weights"
DRAWN = "a position drawn at random, with the seed's own count"
LARGEST = "the largest position that a window has, with the seed's own count"

RECORD = Record(
    statement="P04",
    observable="how many of the window's modes have v_jᵀHv_j ≥ 1/(ητW) on the training loss, less k*: the smaller of the "
    "two numbers of a window that ends at grokking and of one that ends at the last snapshot (τ: optimizer steps per row)",
    replication="a seed of the arm with decay that groks while weights are kept; others are left out and listed",
    test="the number is at least the slack in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(NOISE, DRAWN, LARGEST),
    constants={"slack": 0.0, "grokking": GROKKING},
    reasons={
        "slack": "the source's ≤, with ≳ read as ≥ and the duration of a row put in where the units ask for it",
        **REASON,
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)

FACTORS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""By which the level 1/(ητW) is multiplied, for the sensitivity to what ≳ means."""

_DRAWS = 16
"""Replicates of a null for each seed; no source."""
_POSITIONS, _NOISE_ROWS, _START = 41, 42, 44
"""Of which draw they are; no meaning."""
_LANCZOS = 20
"""Hessian-vector products for the count of eigenvalues: twice as many as modes in a window. No source."""


@dataclass(frozen=True, eq=False)
class _Window:
    """At one moment, for the seeds that have both: level and position ``(S',)``, curvatures ``(S', W)``.

    ``turned`` and ``noise`` are ``(S', draws, W)``, ``noise_position (S', draws)``; ``turned`` decides nothing: directions
    turned within the span inherit its curvature.
    """

    level: Array
    position: Array
    own: Array
    turned: Array
    noise: Array
    noise_position: Array


def level(run: Run, steps: npt.NDArray[np.int64], per_row: bool = True) -> Array:
    """``1/(ητW)`` at each step, ``(S',)``, with η that of the last update; without τ if not ``per_row``."""
    recording, snapshots = run.description.recording, run.description.snapshots
    assert recording is not None
    assert snapshots is not None
    rate = run.description.optimizer.learning_rate
    rates = np.array([rate * run.description.schedule.factor(int(step) - 1) for step in steps])
    return np.asarray(1 / (rates * (snapshots.every if per_row else 1) * recording.window))


def judge(context: Context) -> Evidence:
    """The count of curved modes against the position of the gap, and the same for what knows nothing of either."""
    run = context.runs[DECAY]
    both = [seen(run, moment, context.null_seed) for moment in (Moment.GROKKING, Moment.LATE)]
    found = [one for one in both if one is not None]
    places = np.empty(0, dtype=np.int64)
    if len(found) == len(both):
        places = np.intersect1d(found[0].places, found[1].places)
    windows = [_window(one, places, number) for number, one in enumerate(found)] if len(places) else []
    everything = {factor: _scores(run, places, windows, factor, context.null_seed) for factor in FACTORS}
    data, *nulls = everything[1.0]
    return judge_scores(
        context,
        RECORD,
        data,
        nulls,
        at_least,
        Varied("slack", "places that the count has to spare", (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)),
        Told(
            "count of curved modes less k*, the smaller of two windows",
            "the gap sits no deeper than there are curved modes",
            "“consistent”; the theorem behind it is refuted (W7)",
            ANALOGUE,
        ),
        figures=(_factors(everything),),
        tables=_readings(run, found, places, windows),
    )


def _window(one: Seen, places: npt.NDArray[np.int64], number: int) -> _Window:
    at = np.searchsorted(one.places, places)
    modes = one.modes
    _, window, length = modes.rows.shape
    noise = white_products(
        length, window, len(modes.seeds) * _DRAWS, 1000 * one.null_seed + _NOISE_ROWS + number
    )
    positions = gap_position(*singular_values(noise, length=length)).reshape(len(modes.seeds), _DRAWS)
    return _Window(
        level(one.run, modes.steps[at]),
        gap_position(modes.sigma[at], modes.resolved[at]).astype(float),
        np.diagonal(one.hessian, axis1=1, axis2=2)[at],
        one.turned_forms(one.hessian, _DRAWS)[at],
        # The directions of white noise are uniform and independent of its strengths: these are as good as its own.
        one.turned_forms(one.random_hessian, _DRAWS)[at],
        positions[at].astype(float),
    )


def _count(h: Array, above: Array) -> Array:
    """How many curvatures of the last axis reach the level of their seed; what is not known (NaN) does not."""
    levels = above.reshape(-1, *(1,) * (h.ndim - 1))
    return np.asarray((h >= levels).sum(axis=-1), dtype=np.float64)


def _scores(
    run: Run, places: npt.NDArray[np.int64], windows: list[_Window], factor: float, null_seed: int
) -> list[Scores]:
    """Data, then the nulls of the record in order, with the level multiplied by ``factor``."""
    names = [f"{what} {when.value}" for when in (Moment.GROKKING, Moment.LATE) for what in ("k*", "count")]
    if not windows:
        empty, nulls = unseen(run, RECORD, *names)
        return [empty, *nulls]
    recording = run.description.recording
    assert recording is not None
    draw = np.random.default_rng([null_seed, _POSITIONS])

    def least(numbers: list[Array], positions: list[Array]) -> Array:
        """Over the windows; NaN where a window has no gap."""
        rest = [
            np.where(where > 0, count - where, np.nan)
            for count, where in zip(numbers, positions, strict=True)
        ]
        return np.asarray(np.min(rest, axis=0))

    counts = [_count(one.own, factor * one.level) for one in windows]
    own = [one.position for one in windows]
    kept = [np.where(one.position > 0, recording.window - 1.0, 0.0) for one in windows]
    drawn = [draw.integers(1, recording.window, (len(places), _DRAWS)).astype(float) for _ in windows]
    beside = [numbers[number] for number in range(len(windows)) for numbers in (own, counts)]
    data = scores(DECAY, run, places, least(counts, own), dict(zip(names, beside, strict=True)))
    noise = [_count(one.noise, factor * one.level) for one in windows]
    draws = least([count[:, None] for count in counts], drawn)
    return [
        data,
        replicates(NOISE, run, places, least(noise, [one.noise_position for one in windows])),
        replicates(DRAWN, run, places, draws),
        scores(LARGEST, run, places, least(counts, kept)),
    ]


def _factors(everything: Mapping[float, list[Scores]]) -> Figure:
    slack = RECORD.constants["slack"]
    shares = {factor: [one.share(at_least, slack) for one in found] for factor, found in everything.items()}
    return sensitivity_figure(
        "P04",
        "the factor of the level 1/(ητW)",
        FACTORS,
        [shares[factor][0] for factor in FACTORS],
        {name: [shares[factor][1 + i] for factor in FACTORS] for i, name in enumerate(RECORD.nulls)},
        1.0,
        log_x=True,
    )


def _readings(
    run: Run, found: list[Seen], places: npt.NDArray[np.int64], windows: list[_Window]
) -> tuple[Table, ...]:
    """Other readings of the bound at grokking: with all eigenvalues of the Hessian, and without τ."""
    if not windows:
        return ()
    one, window = found[0], windows[0]
    at = np.searchsorted(one.places, places)
    eigenvalues = ritz_values(one.landscape, one.modes.theta, _LANCZOS, 1000 * one.null_seed + _START)[at]
    untimed = level(run, one.modes.steps[at], per_row=False)
    rows: list[tuple[str | float | int | None, ...]] = []
    size = window.own.shape[1]
    for name, h, above in (
        ("modes of the window, level 1/(ητW)", window.own, window.level),
        ("modes of the window, level 1/(ηW)", window.own, untimed),
        ("eigenvalues of the Hessian, level 1/(ητW)", eigenvalues, window.level),
        ("eigenvalues of the Hessian, level 1/(ηW)", eigenvalues, untimed),
        ("directions turned at random in the span, level 1/(ητW)", window.turned, window.level),
    ):
        count = _count(h, above)
        holds = count >= window.position.reshape(-1, *(1,) * (count.ndim - 1))
        full = count >= size - 1
        rows.append((name, float(np.median(count)), int(holds.sum()), int(holds.size), int(full.sum())))
    columns = (
        "reading",
        "median count (of eigenvalues: at least)",
        "times that it holds",
        "of",
        "cannot fail in",
    )
    return (Table("Other readings of the bound, in the window that ends at grokking", columns, tuple(rows)),)


CHECKS = (Check("P04", RECORD, (DECAY,), judge),)
