"""P20: how many directions does a trajectory take, and does the optimizer decide it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Table
from ..profiles import BETA2_HIGH, BETA2_LOW, DECAY, MOMENTUM, SGD
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share
from ..updates import Updates, updates_of
from .analogue import ANALOGUE, EFFECT
from .counted import Scores, Told, Varied, at_least, judge_scores
from .update_nulls import FEW, NOISE, WALK, null_updates, side_by_side

Array = npt.NDArray[np.float64]

ARMS = (DECAY, SGD, MOMENTUM, BETA2_LOW, BETA2_HIGH)
WALKS = "random walks with each run's own step norms"
NOISES = "noise through each optimizer"

RECORD = Record(
    statement="P20",
    observable="principal components of the displacements θ_t − θ_0, their mean taken off, at equally many points from "
    "the start to the last snapshot up to the run's own grokking (to the last snapshot, where it does not grok): the "
    "share f of the variance on the first, and the number n of components for the share that counts as most. A seed's "
    "number is how many of five orders hold: f larger under gradient descent than under AdamW, f larger with momentum "
    "than under AdamW, n smaller under gradient descent than under AdamW, n smaller with momentum than under AdamW, f "
    "larger under AdamW with the large β₂ than with the small one",
    replication="a seed, trained with all five; a seed that diverges in one of them is left out and listed",
    test="all orders hold in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(WALKS, NOISES),
    constants={"orders": 5.0, "most": 0.95, "points": 25.0, "grokking": 0.98},
    reasons={
        "orders": "the statement claims all of them",
        "most": "the source counts components for 95 %",
        "points": "no source; as many under every optimizer, so that neither f nor n depends on how often weights are kept",
        "grokking": "the source's held-out accuracy for modular arithmetic",
    },
    networks="two-layer networks with quadratic activation on addition modulo 23, width 256, all weights together; "
    "AdamW with β₂ = 0.98, 0.9 and 0.999, gradient descent, and descent with momentum 0.9, at equal decay per step and "
    "learning rates chosen by held-out accuracy",
    effect=EFFECT,
)

MARGINS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
"""By how much a share has to be larger; in f. The margin that decides is 0."""
POINTS = (10, 25, 40)
REPORTED = "AdamW: 61.5 %, 9 components; SGD family: 98 to 100 %, 1; AdamW as β₂ falls: 68.8 to 52.5 %"
WALKS_OWN = (
    "the first component of a long random walk holds 6/π² = 60.8 % of its variance, whatever its steps (Antognini and "
    "Sohl-Dickstein, arXiv:1806.08805)"
)


class Components(NamedTuple):
    """Share of the first principal component and components needed, ``(N,)`` each; NaN where a seed diverged."""

    share: Array
    needed: Array


@dataclass(frozen=True)
class Reading:
    """How a trajectory is read: at how many points, and whether about the mean of its displacements."""

    points: int = int(RECORD.constants["points"])
    centred: bool = True


DECIDING = Reading()


def components(updates: Updates, reading: Reading = DECIDING) -> Components:
    """Principal components of the displacements along the rows that count.

    The inner products of displacements are sums of those of updates: ``⟨θ_a − θ_0, θ_b − θ_0⟩ = Σ_{i≤a, j≤b}
    ⟨δ_i, δ_j⟩``. No vector of p numbers is formed.
    """
    found = [
        _of_one(one[:rows, :rows], reading) for one, rows in zip(updates.products, updates.rows, strict=True)
    ]
    shares, needed = (np.array([one[i] for one in found], dtype=np.float64) for i in (0, 1))
    return Components(shares, needed)


def _of_one(products: Array, reading: Reading) -> tuple[float, float]:
    rows = len(products)
    if rows < 2 or not np.isfinite(products).all():
        return float("nan"), float("nan")
    displaced = np.zeros((rows + 1, rows + 1))
    displaced[1:, 1:] = products.cumsum(axis=0).cumsum(axis=1)
    chosen = np.unique(np.round(np.linspace(0, rows, reading.points)).astype(int))
    gram = displaced[np.ix_(chosen, chosen)]
    if reading.centred:
        gram = gram - gram.mean(axis=0) - gram.mean(axis=1)[:, None] + gram.mean()
    values = np.maximum(np.linalg.eigvalsh(gram)[::-1], 0.0)
    total = values.sum()
    if not total > 0:
        return float("nan"), float("nan")
    held = np.cumsum(values) / total
    return float(held[0]), float(1 + np.searchsorted(held, RECORD.constants["most"]))


def orders(found: Mapping[str, Components], margin: float = 0.0) -> Array:
    """How many of the five orders hold for each seed, ``(N,)``; shares have to differ by more than ``margin``."""
    share = {arm: one.share for arm, one in found.items()}
    needed = {arm: one.needed for arm, one in found.items()}
    held = [
        share[SGD] - share[DECAY] > margin,
        share[MOMENTUM] - share[DECAY] > margin,
        needed[DECAY] > needed[SGD],
        needed[DECAY] > needed[MOMENTUM],
        share[BETA2_HIGH] - share[BETA2_LOW] > margin,
    ]
    known = np.isfinite(sum(share.values(), np.zeros(1)))
    return np.where(known, np.sum(held, axis=0), np.nan)


def path_scores(
    name: str, arms: Mapping[str, Updates], reading: Reading = DECIDING, margin: float = 0.0
) -> Scores:
    """Each seed's count of orders, and beside it the two numbers of each arm."""
    found = {arm: components(one, reading) for arm, one in arms.items()}
    beside = {f"f, {arm}": one.share for arm, one in found.items()}
    beside |= {f"n, {arm}": one.needed for arm, one in found.items()}
    return Scores(name, arms[DECAY].units, orders(found, margin), beside)


def judge(context: Context) -> Evidence:
    """The same five orders for the runs, for walks with their step norms, and for noise through each optimizer."""
    seeds = _common([context.runs[arm] for arm in ARMS])
    data = {arm: _until_grokking(context.runs[arm]).only(seeds) for arm in ARMS}
    drawn = {
        arm: null_updates(
            one,
            context.runs[arm].description,
            min(FEW, context.profile.null_replicates),
            (WALK, NOISE),
            context.null_seed,
        )
        for arm, one in data.items()
    }
    nulls = {
        name: side_by_side({arm: null[model] for arm, null in drawn.items()})
        for name, model in ((WALKS, WALK), (NOISES, NOISE))
    }
    seen = path_scores("seeds", data)
    return judge_scores(
        context,
        RECORD,
        seen,
        [path_scores(name, arms) for name, arms in nulls.items()],
        at_least,
        Varied("orders", "how many orders have to hold", (1.0, 2.0, 3.0, 4.0, 5.0)),
        Told("orders that hold", "the optimizer orders the trajectories as claimed", REPORTED, ANALOGUE),
        figures=(_figure(seen), _by_margin(data, nulls), _by_points(data, nulls)),
        tables=(_readings(data, nulls),),
        extra={"A random walk": WALKS_OWN, "How far": _spans(context, data)},
    )


def _common(runs: list[Run]) -> list[int]:
    shared = set(runs[0].description.seeds).intersection(*(run.description.seeds for run in runs))
    if not shared:
        raise ValueError("the runs share no seed, so that they cannot be compared seed by seed")
    return [seed for seed in runs[0].description.seeds if seed in shared]


def _until_grokking(run: Run) -> Updates:
    grokked = run.first_step(run.test_accuracy, RECORD.constants["grokking"])
    return updates_of(run).until(np.where(np.isfinite(grokked), grokked, run.description.steps))


def _spans(context: Context, data: Mapping[str, Updates]) -> str:
    parts = []
    for arm, one in data.items():
        run = context.runs[arm]
        grokked = np.isfinite(run.first_step(run.test_accuracy, RECORD.constants["grokking"])).sum()
        parts.append(
            f"{arm}: to step {one.stride * int(np.median(one.rows))} in the middle seed, {grokked} of "
            f"{len(run.description.seeds)} grok"
        )
    return "; ".join(parts)


def _shares(arms: Mapping[str, Updates], reading: Reading = DECIDING, margin: float = 0.0) -> Share:
    return path_scores("", arms, reading, margin).share(at_least, RECORD.constants["orders"])


def _by_margin(data: Mapping[str, Updates], nulls: Mapping[str, Mapping[str, Updates]]) -> Figure:
    return sensitivity_figure(
        "P20",
        "the margin between shares",
        MARGINS,
        [_shares(data, margin=margin) for margin in MARGINS],
        {name: [_shares(arms, margin=margin) for margin in MARGINS] for name, arms in nulls.items()},
        0.0,
    )


def _by_points(data: Mapping[str, Updates], nulls: Mapping[str, Mapping[str, Updates]]) -> Figure:
    return sensitivity_figure(
        "P20",
        "the number of points",
        POINTS,
        [_shares(data, Reading(points)) for points in POINTS],
        {name: [_shares(arms, Reading(points)) for points in POINTS] for name, arms in nulls.items()},
        RECORD.constants["points"],
    )


def _readings(data: Mapping[str, Updates], nulls: Mapping[str, Mapping[str, Updates]]) -> Table:
    """Medians of f and n by arm, about the mean and not, for the runs and for the nulls."""
    rows: list[tuple[str | float | int | None, ...]] = []
    for name, arms in {"seeds": data, **nulls}.items():
        for arm, one in arms.items():
            for centred in (True, False):
                found = components(one, Reading(centred=centred))
                known = np.isfinite(found.share)
                middle = [float(np.median(x[known])) if known.any() else None for x in found]
                rows.append((name, arm, "about the mean" if centred else "from the start", *middle))
    columns = ("seeds or null", "arm", "displacements", "median f", "median n")
    return Table("The same numbers, about the mean of the displacements and not", columns, tuple(rows))


def _figure(seen: Scores) -> Figure:
    units = tuple(map(float, range(len(seen.units))))
    roles = dict(zip(ARMS, ("data", "theory", "theory", "null", "null"), strict=True))
    curves = [
        Curve(arm, units, tuple(map(float, seen.beside[f"f, {arm}"])), "points", role)
        for arm, role in roles.items()
    ]
    walk = 6 / np.pi**2
    curves.append(Curve("random walk", (units[0], units[-1]), (walk, walk), "line", "threshold"))
    return Figure(
        "optimizer-path",
        "Share of the first principal component of the displacements",
        "Every seed under every optimizer; the dashed line is what a long random walk has.",
        "Share of variance against the number of the seed, one point for each optimizer.",
        "seed (in order)",
        "share of the first component",
        tuple(curves),
    )


CHECKS = (Check("P20", RECORD, ARMS, judge),)
