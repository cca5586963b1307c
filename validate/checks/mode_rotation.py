"""P07: does the first direction turn less from window to window than the second, and that less than the third?

Windows that share rows turn in this order nearly whatever happens: the row that enters and the one that leaves mix
each direction with all stronger ones. In updates made by hand whose first direction turns most, windows one stride
apart still say that the third does. So windows that share no row decide, and the others are shown beside.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.spectrum.rotation import rotation
from ..check import Context
from ..evidence import Curve, Evidence, Figure
from ..updates import Updates, medians
from .counted import Scores, Told, Varied, judge_scores
from .up_to_grokking import MODULAR, ON_DYCK, Family, checks_of, course, order_record
from .window_figures import above, window_figures

Array = npt.NDArray[np.float64]

_OBSERVABLE = (
    "the angles, at most 90°, between v_j of a window and v_j of the next window that shares no row with it, j = 1, 2, "
    "3; of each, the median over the pairs of windows up to grokking in which rounding does not hide it; a seed's number "
    "is the smaller of second less first and third less second. Angles between windows one stride apart are shown beside "
    "and decide nothing: they rise with j in updates of which the opposite is true"
)
_MARGIN = "in degrees; the order alone, as the statement has it"

FAMILIES = {"P07": MODULAR, "P07.dyck": ON_DYCK}
RECORDS = {
    "P07": order_record(
        "P07", MODULAR, _OBSERVABLE, 10, "the window of the source's modular arithmetic", _MARGIN
    ),
    "P07.dyck": order_record("P07.dyck", ON_DYCK, _OBSERVABLE, 3, "the source's window for Dyck", _MARGIN),
}
MARGINS = (0.0, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
REPORTED = {"P07": "SCAN: 8°, 21°, 43°; Dyck: 18°, 42°, 52°", "P07.dyck": "18°, 42°, 52°"}


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


def judge(statement: str, context: Context) -> Evidence:
    """The same three medians for the seeds and for four null models."""
    family, record = FAMILIES[statement], RECORDS[statement]
    window, margin = int(record.constants["window"]), record.constants["margin"]
    seen = course(context, family, record)
    data, nulls = seen.scores(rotation_scores, window)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        above,
        Varied("margin", "the margin in degrees", MARGINS),
        Told(
            "smaller of ϑ_2 − ϑ_1 and ϑ_3 − ϑ_2",
            "the first direction turns least and the third most",
            REPORTED[statement],
            family.about,
            "degrees",
        ),
        figures=(
            *seen.figures(partial(_figure, family), window),
            *window_figures(statement, seen.strides, rotation_scores, above, margin, record.nulls, window),
        ),
    )


def _figure(family: Family, updates: Updates, window: int) -> Figure:
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
        f"The first three directions of every seed of the arm {family.arm}, up to grokking, in windows of {window} rows "
        "that share none.",
        "Angle in degrees against step for the first three directions, one curve for each seed.",
        "last step of the later window",
        "angle per window (degrees)",
        tuple(curves),
    )


CHECKS = checks_of(FAMILIES, RECORDS, judge)
