"""P07: does the first direction turn less from window to window than the second, and that less than the third?

Windows that share rows turn in this order nearly whatever happens: the row that enters and the one that leaves mix
each direction with all stronger ones. In updates made by hand whose first direction turns most, windows one stride
apart still say that the third does. So windows that share no row decide, and the others are shown beside.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.rotation import rotation
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, FINE
from ..record import Record
from ..updates import Updates, medians, updates_at
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Scores, Told, Varied, judge_scores
from .update_nulls import NOISE, SHUFFLED, SMOOTH, WALK, null_updates
from .window_figures import Trajectories, above, at_strides, window_figures

Array = npt.NDArray[np.float64]

RECORD = Record(
    statement="P07",
    observable="the angles, at most 90°, between v_j of a window and v_j of the next window that shares no row with it, "
    "j = 1, 2, 3; of each, the median over the pairs of windows up to grokking in which rounding does not hide it; a "
    "seed's number is the smaller of second less first and third less second. Angles between windows one stride apart "
    "are shown beside and decide nothing: they rise with j in updates of which the opposite is true",
    replication="a seed of the arm with decay that groks; a seed that does not is left out and listed",
    test="the number is above the margin in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(WALK, NOISE, SMOOTH, SHUFFLED),
    constants={"margin": 0.0, "grokking": 0.98, "window": 10.0, "stride": 10.0},
    reasons={
        "margin": "in degrees; the order alone, as the statement has it",
        "grokking": "the source's held-out accuracy for modular arithmetic",
        "window": "the window of the source's modular arithmetic",
        "stride": "that of the run's record: a window is a quarter of the way to grokking; no source",
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)

MARGINS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
REPORTED = "SCAN: 8°, 21°, 43°; Dyck: 18°, 42°, 52°"


def turning(updates: Updates, window: int, apart: int) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Angles in degrees ``(N, R, 3)`` of the first three directions between windows ``apart`` rows apart.

    Beside them which of the R places count, ``(N, R)``.

    Raises:
        ValueError: a window has fewer than three directions, or two windows do not fit into the rows.
    """
    if window < 3:
        raise ValueError(f"a window of {window} updates has no third direction")
    both = updates.windows(window + apart)
    angle = rotation(both.inner, both.error()[..., None], size=window).angle
    return np.degrees(angle[..., :3]), both.counted


def rotation_scores(name: str, updates: Updates, window: int) -> Scores:
    """Each trajectory's number, and beside it the three angles, a window apart and one stride apart."""
    far = medians(*turning(updates, window, window))
    near = medians(*turning(updates, window, 1))
    number = np.minimum(far[:, 1] - far[:, 0], far[:, 2] - far[:, 1])
    beside = {f"ϑ_{j + 1}": far[:, j] for j in range(3)}
    beside |= {f"ϑ_{j + 1}, one stride apart": near[:, j] for j in range(3)}
    return Scores(name, updates.units, number, beside)


def judge(context: Context) -> Evidence:
    """The same three medians for the seeds and for four null models."""
    run = context.runs[DECAY]
    updates = updates_at(run, int(RECORD.constants["stride"])).until(_grokked(run))
    window, margin = int(RECORD.constants["window"]), RECORD.constants["margin"]
    replicates = context.profile.null_replicates
    nulls = null_updates(updates, run.description, replicates, RECORD.nulls, context.null_seed)
    strides = at_strides(context, Trajectories((updates,), nulls), _grokked)
    return judge_scores(
        context,
        RECORD,
        rotation_scores("seeds", updates, window),
        [rotation_scores(name, null, window) for name, null in nulls.items()],
        above,
        Varied("margin", "the margin in degrees", MARGINS),
        Told(
            "smaller of ϑ_2 − ϑ_1 and ϑ_3 − ϑ_2",
            "the first direction turns least and the third most",
            REPORTED,
            ANALOGUE,
            "degrees",
        ),
        figures=(
            _figure(updates, window),
            *window_figures("P07", strides, rotation_scores, above, margin, RECORD.nulls, window),
        ),
    )


def _grokked(run: Run) -> Array:
    return run.first_step(run.test_accuracy, RECORD.constants["grokking"])


def _figure(updates: Updates, window: int) -> Figure:
    angle, counted = turning(updates, window, window)
    steps = tuple(map(float, updates.stride * np.arange(2 * window, updates.products.shape[1] + 1)))
    curves = [
        Curve(f"direction {j + 1}", steps, tuple(map(float, np.where(kept, one[:, j], np.nan))), "line", role)
        for j, role in enumerate(("data", "theory", "null"))
        for one, kept in zip(angle, counted, strict=True)
    ]
    return Figure(
        "mode-rotation",
        "By how much each direction turns from one window to the next",
        f"The first three directions of every seed of the arm with decay, up to grokking, in windows of {window} rows "
        "that share none.",
        "Angle in degrees against step for the first three directions, one curve for each seed.",
        "last step of the later window",
        "angle per window (degrees)",
        tuple(curves),
    )


CHECKS = (Check("P07", RECORD, (DECAY,), judge, optional=(FINE,)),)
