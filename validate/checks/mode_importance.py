"""P18: do the modes that matter by the loss decomposition matter when they are taken out?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import HELD_OUT, TRAIN, removed
from ...simulate.landscape.modes import right_vectors
from ..check import Check, Context
from ..evidence import Evidence, Table
from ..profiles import DECAY
from ..record import Record
from ..statistics.intervals import interval
from ..statistics.ranks import rank_agreement
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Told, Varied, at_least, judge_scores
from .landscape_moments import GROKKING, REASON, Moment, Seen, replicates, scores, seen, unseen

Array = npt.NDArray[np.float64]

SHUFFLED = "the seed's own predictions, dealt to its modes at random"
RANDOM = "as many random directions in parameter space, with α = 1"

STRENGTH = "σ_j alone"
SQUARED = "(G_j of the training loss)² alone"
TAKEN = "length taken out, abs(v_j·θ), alone"

RECORD = Record(
    statement="P18",
    observable="Spearman's correlation, over the first W/2 modes of the window that ends at grokking, of α_j abs(G_j^train "
    "G_j^val) with the size of the change of the held-out loss when the component along v_j is taken out of the weights; "
    "α_j is the inner product, without its sign, of direction j of the two halves of the window",
    replication="a seed of the arm with decay that groks while weights are kept; others are left out and listed",
    test="the correlation is at least the bound in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(SHUFFLED, RANDOM),
    constants={"correlation": 0.7, "grokking": GROKKING},
    reasons={
        "correlation": "our reading of a ranking that is of use; the source names no size. By their common factors alone "
        "about half of all sets of five directions reach 0.5 in a parabola",
        **REASON,
    },
    networks=TWO_LAYER,
    baselines=(STRENGTH, SQUARED, TAKEN),
    effect=EFFECT,
)

_SHUFFLES, _SHUFFLED = 16, 61
_DRAWS, _DIRECTIONS = 4, 62
"""Sets of random directions for each seed, and of which draw they are; no source."""


def judge(context: Context) -> Evidence:
    """Predicted against ablated importance, and against what is known without any prediction."""
    run = context.runs[DECAY]
    at = seen(run, Moment.GROKKING, context.null_seed)
    tables: tuple[Table, ...] = ()
    extra: dict[str, str] = {}
    if at is None:
        data, nulls = unseen(run, RECORD, "with signs")
    else:
        halves = half_modes(at)
        count = halves[0].shape[1]
        v = at.modes.v[:, :count]
        predicted, ablated = importances(at, v, *halves)
        own = agreements(np.abs(predicted), np.abs(ablated))
        numbers = np.random.default_rng([context.null_seed, _SHUFFLED])
        shuffled = np.array([
            [rank_agreement(numbers.permutation(np.abs(one)), np.abs(other)) for _ in range(_SHUFFLES)]
            for one, other in zip(predicted, ablated, strict=True)
        ])  # fmt: skip
        draws = [_random(at, count, _DIRECTIONS + i) for i in range(_DRAWS)]
        random = np.stack(draws, axis=1)
        data = scores(DECAY, run, at.places, own, {"with signs": agreements(predicted, ablated)})
        nulls = [
            replicates(SHUFFLED, run, at.places, shuffled),
            replicates(RANDOM, run, at.places, random),
        ]
        others = _others(at, v, np.abs(ablated))
        tables = (_means({"α abs(G^train G^val)": own, **others, SHUFFLED: shuffled.mean(axis=1)}),)
        tables += (_table(at, predicted, ablated),)
        extra = {
            "Beside baselines": "; ".join(f"{name}: mean {_mean(found)}" for name, found in others.items())
        }
        extra["Mean rank correlation"] = _mean(own)
    return judge_scores(
        context,
        RECORD,
        data,
        nulls,
        at_least,
        Varied("correlation", "the rank correlation", (0.0, 0.1, 0.3, 0.5, 0.7, 0.9)),
        Told(
            "rank correlation of predicted and ablated importance",
            "the predicted importance of modes ranks the ablated one",
            "a rank correlation; the summary of the source gives no number",
            ANALOGUE,
        ),
        tables=tables,
        extra=extra,
    )


def half_modes(at: Seen) -> tuple[Array, Array]:
    """The directions of the two halves of each window, ``(S', W//2, p)``, turned towards those of the whole.

    NaN where either half does not resolve a direction.
    """
    rows, count = at.modes.rows, at.modes.window // 2
    halves = [right_vectors(part)[2][:, :count] for part in (rows[:, :count], rows[:, count:])]
    whole = at.modes.v[:, :count]
    first, second = (v * np.where(np.sum(v * whole, axis=2, keepdims=True) < 0, -1.0, 1.0) for v in halves)
    return first, second


def importances(at: Seen, v: Array, first: Array, second: Array) -> tuple[Array, Array]:
    """``α_j G_j^train G_j^val`` and the change of the held-out loss without v_j, with signs, ``(S', m)`` each."""
    theta = at.modes.theta
    stability = np.abs(np.sum(first * second, axis=2))
    train, held_out = (
        np.einsum("smp,sp->sm", v, at.landscape.gradient(theta, data)) for data in (TRAIN, HELD_OUT)
    )
    whole = at.landscape.measured(theta, HELD_OUT).loss
    without = [
        at.landscape.measured(theta - removed(theta, v[:, j : j + 1]), HELD_OUT).loss
        for j in range(v.shape[1])
    ]
    return stability * train * held_out, np.stack(without, axis=1) - whole[:, None]


def agreements(first: Array, second: Array) -> Array:
    """The rank agreement of each seed, ``(S',)``."""
    return np.array([rank_agreement(one, other) for one, other in zip(first, second, strict=True)])


def _random(at: Seen, count: int, draw: int) -> Array:
    """The agreement for directions that no window has, ``(S',)``."""
    v = at.drawn(count, draw)
    predicted, ablated = importances(at, v, v, v)
    return agreements(np.abs(predicted), np.abs(ablated))


def _others(at: Seen, v: Array, ablated: Array) -> dict[str, Array]:
    """The agreement of the baselines with ablation, ``(S',)`` each."""
    slopes = np.einsum("smp,sp->sm", v, at.landscape.gradient(at.modes.theta, TRAIN))
    lengths = np.abs(np.einsum("smp,sp->sm", v, at.modes.theta))
    return {
        STRENGTH: agreements(at.modes.sigma[:, : v.shape[1]], ablated),
        SQUARED: agreements(slopes**2, ablated),
        TAKEN: agreements(lengths, ablated),
    }


def _mean(values: Array) -> str:
    return str(interval(values, np.mean))


def _means(named: Mapping[str, Array]) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for name, values in named.items():
        found = interval(values, np.mean)
        rows.append((name, found.value, found.low, found.high, found.total))
    columns = ("what ranks", "mean rank correlation with ablation", "low", "high", "seeds")
    return Table("Mean rank correlations, with 95 % intervals from resampling seeds", columns, tuple(rows))


def _table(at: Seen, predicted: Array, ablated: Array) -> Table:
    rows = [
        (seed, j + 1, float(predicted[i, j]), float(ablated[i, j]))
        for i, seed in enumerate(at.modes.seeds)
        for j in range(predicted.shape[1])
    ]
    columns = ("seed", "j", "predicted (L²/θ²)", "change of the held-out loss (L)")
    return Table("Every mode of every seed", columns, tuple(rows))


CHECKS = (Check("P18", RECORD, (DECAY,), judge),)
