"""P16: is a grokked network's function flat along v_1, and along what is it not?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY
from ..record import Record
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Told, Varied, judge_scores
from .landscape_moments import GROKKING, REASON, Moment, Seen, replicates, scores, seen, unseen
from .mode_curvature import at_most

Array = npt.NDArray[np.float64]

LAST = "the weakest resolved mode of the window"
RANDOM = "random directions in parameter space"
GRADIENT = "the direction of the training gradient"

RECORD = Record(
    statement="P16",
    observable="the largest mean KL divergence (nat), over the held-out examples, of the outputs from those of weights moved "
    "along v_1 of the window that ends at the last snapshot, by the size to either side and by half of it",
    replication="a seed of the arm with decay that groks while weights are kept; others are left out and listed",
    test="it is at most the bound in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(LAST, RANDOM, GRADIENT),
    constants={"divergence": 5e-5, "size": 0.03, "grokking": GROKKING},
    reasons={
        "divergence": "the largest that the source reports",
        "size": "the largest of the source's script, in the unit of a parameter: it does not scale it to the weights",
        **REASON,
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)

SIZES = (0.003, 0.01, 0.03, 0.1, 0.3)
"""Of the figure, around the source's; no source."""
_REPLICATES = 4
"""Random directions for each seed; no source."""


def judge(context: Context) -> Evidence:
    """The divergence along v_1, along the weakest mode, the gradient, and random directions."""
    run = context.runs[DECAY]
    late = seen(run, Moment.LATE, context.null_seed)
    figures: tuple[Figure, ...] = ()
    if late is None:
        data, nulls = unseen(run, RECORD, "norm of the weights")
    else:
        slope = late.landscape.gradient(late.modes.theta) * late.modes.chosen
        size = np.linalg.norm(slope, axis=1, keepdims=True)
        named = {
            "v_1": late.modes.v[:, 0],
            LAST: late.weakest()[:, 0],
            GRADIENT: np.divide(slope, size, out=np.full_like(slope, np.nan), where=size > 0),
        }
        random = np.stack([largest(late, late.random[:, i]) for i in range(_REPLICATES)], axis=1)
        weights = np.linalg.norm(late.modes.theta, axis=1)
        data = scores(DECAY, run, late.places, largest(late, named["v_1"]), {"norm of the weights": weights})
        nulls = [
            scores(LAST, run, late.places, largest(late, named[LAST])),
            replicates(RANDOM, run, late.places, random),
            scores(GRADIENT, run, late.places, largest(late, named[GRADIENT])),
        ]
        figures = (_figure(late, named | {RANDOM: late.random[:, 0]}),)
    return judge_scores(
        context,
        RECORD,
        data,
        nulls,
        at_most,
        Varied("divergence", "the bound on the divergence", (5e-7, 5e-6, 5e-5, 5e-4, 5e-3, 5e-2), log_x=True),
        Told(
            "largest divergence of the outputs",
            "a move along v_1 hardly changes the outputs",
            "at most 5·10⁻⁵ nat over moves up to 0.03 (Dyck, late)",
            ANALOGUE,
            unit="nat",
        ),
        figures=figures,
    )


def largest(late: Seen, v: Array) -> Array:
    """The largest divergence over moves by ±size and ±size/2 along ``v (S', p)``, ``(S',)``."""
    size = RECORD.constants["size"]
    return np.asarray(np.max([_divergence(late, v, s) for s in (-size, -size / 2, size / 2, size)], axis=0))


def _divergence(late: Seen, v: Array, size: float) -> Array:
    theta = late.modes.theta
    return late.landscape.divergence(theta, theta + size * v)


def _figure(late: Seen, named: dict[str, Array]) -> Figure:
    curves = []
    for label, v in named.items():
        # To either side; below what float64 resolves of a divergence there is no number to draw.
        found = np.array(
            [np.maximum(_divergence(late, v, size), _divergence(late, v, -size)) for size in SIZES]
        )
        known = np.where(found > np.finfo(np.float64).eps, found, np.nan)
        role = "data" if label == "v_1" else "null"
        curves += [Curve(label, SIZES, tuple(map(float, one)), "line", role) for one in known.T]
    bound = RECORD.constants["divergence"]
    curves.append(Curve("bound", (SIZES[0], SIZES[-1]), (bound, bound), "line", "threshold"))
    return Figure(
        "moved-outputs",
        "How far outputs move with the weights",
        "Every seed with decay that has grokked. The source moves weights by 0.03 at most.",
        "KL divergence of the outputs against the length of the move, both logarithmic, along four directions.",
        "length of the move (θ)",
        "KL divergence (nat)",
        tuple(curves),
        log_x=True,
        log_y=True,
    )


CHECKS = (Check("P16", RECORD, (DECAY,), judge),)
