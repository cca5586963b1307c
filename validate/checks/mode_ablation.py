"""P15: what does a grokked network lose without its two leading directions, and without as much of anything else?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import removed, sized, turned
from ..check import Check, Context
from ..evidence import Evidence, Table
from ..profiles import DECAY
from ..record import Record
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Told, Varied, at_least, judge_scores
from .landscape_moments import GROKKING, REASON, Moment, Seen, replicates, scores, seen, unseen

Array = npt.NDArray[np.float64]

BARE = "two random directions in parameter space, as the source has it"
RANDOM = "two random directions in parameter space, as much taken out"
TURNED = "two random directions in the span of each window, as much taken out"
LAST = "the two weakest resolved modes of each window, as much taken out"

RECORD = Record(
    statement="P15",
    observable="held-out accuracy at the last snapshot, less that without the component of the weights along v_1 and v_2 of "
    "the window that ends there",
    replication="a seed of the arm with decay that groks while weights are kept; others are left out and listed",
    test="the accuracy falls by at least the drop in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(BARE, RANDOM, TURNED, LAST),
    constants={"drop": 0.29, "grokking": GROKKING},
    reasons={
        "drop": "half of the reported 0.58, and the smallest that the source reports at any time of training",
        **REASON,
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)

_DRAWS = 8
"""Pairs of random directions for each seed; no source (the source's control has 20)."""
_PAIRS = 51


def judge(context: Context) -> Evidence:
    """The fall without v_1 and v_2, and the falls of four controls, three of which take out as much."""
    run = context.runs[DECAY]
    late = seen(run, Moment.LATE, context.null_seed)
    tables: tuple[Table, ...] = ()
    extra: dict[str, str] = {}
    if late is None:
        data, nulls = unseen(run, RECORD, "length taken out")
    else:
        taken = removed(late.modes.theta, late.modes.v[:, :2])
        falls = _controls(late, taken)
        own = fall(late, taken)
        length = np.linalg.norm(taken, axis=1)
        data = scores(DECAY, run, late.places, own, {"length taken out": length})
        nulls = [
            (replicates if numbers.ndim == 2 else scores)(name, run, late.places, numbers)
            for name, numbers in falls.items()
        ]
        tables = (_others(late, own, falls),)
        mean = float(np.nanmean(np.abs(falls[BARE])))
        times = (
            f"{np.nanmean(own) / mean:.0f} times"
            if mean > 0
            else "infinitely often (the control loses nothing)"
        )
        extra = {"The mean fall over the mean size of the source's control": times}
    return judge_scores(
        context,
        RECORD,
        data,
        nulls,
        at_least,
        Varied("drop", "the fall of the accuracy", (0.05, 0.1, 0.2, 0.29, 0.4, 0.58, 0.8)),
        Told(
            "fall of the held-out accuracy",
            "without v_1 and v_2 the accuracy falls",
            "−0.58 ± 0.09 against 0 for random directions, “4000 times”",
            ANALOGUE,
        ),
        tables=tables,
        extra=extra,
    )


def fall(late: Seen, taken: Array) -> Array:
    """Held-out accuracy less that without ``taken (S', p)``, ``(S',)``."""
    theta = late.modes.theta
    return np.asarray(late.landscape.measured(theta).score - late.landscape.measured(theta - taken).score)


def _controls(late: Seen, taken: Array) -> dict[str, Array]:
    """The falls of the record's nulls: ``(S', draws)``, or ``(S',)`` where there is nothing to draw."""
    theta, v = late.modes.theta, late.modes.v
    drawn: dict[str, list[Array]] = {BARE: [], RANDOM: [], TURNED: []}
    for draw in range(_DRAWS):
        pair = late.drawn(2, _PAIRS + draw)
        bare = removed(theta, pair)
        mixed = removed(theta, turned(late.modes.seeds, v, 1000 * late.null_seed + _PAIRS + draw)[:, :2])
        drawn[BARE].append(fall(late, bare))
        drawn[RANDOM].append(fall(late, sized(bare, taken)))
        drawn[TURNED].append(fall(late, sized(mixed, taken)))
    falls = {name: np.stack(numbers, axis=1) for name, numbers in drawn.items()}
    falls[LAST] = fall(late, sized(removed(theta, late.weakest(2)), taken))
    return falls


def _others(late: Seen, own: Array, falls: dict[str, Array]) -> Table:
    """Means over seeds, with other things taken out; the last row is the source's other control."""
    theta, v, start = late.modes.theta, late.modes.v, late.modes.start
    named = {"v_1 and v_2, of the weights": own, **falls}
    named["v_1 alone, of the weights"] = fall(late, removed(theta, v[:, :1]))
    named["v_1 and v_2, of the displacement from the start"] = fall(late, removed(theta, v[:, :2], start))
    named["v_3 and v_4, of the weights"] = fall(late, removed(theta, v[:, 2:4]))
    rows = [(name, float(np.nanmean(numbers)), float(np.nanstd(numbers))) for name, numbers in named.items()]
    return Table(
        "Fall of the accuracy, by what is taken out", ("taken out", "mean", "standard deviation"), tuple(rows)
    )


CHECKS = (Check("P15", RECORD, (DECAY,), judge),)
