"""P06: do dominant modes survive from one half of a window to the other, the gap mode less, the others hardly?"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...simulate.spectrum.gap import gap_position
from ...simulate.spectrum.rotation import rotation
from ..check import Context
from ..evidence import Curve, Evidence, Figure
from ..record import Record
from ..updates import Updates, Windows, medians
from .counted import Scores, Told, Varied, judge_scores
from .up_to_grokking import MODULAR, ON_DYCK, Family, checks_of, course, order_record
from .window_figures import above, window_figures

Array = npt.NDArray[np.float64]

_OBSERVABLE = (
    "α_j, the inner product of direction j of the first and of the second half of a window, without its sign. "
    "Dominant: the mean over j ≤ k*; gap: j = k* + 1; subdominant: the mean over the resolved j > k* + 1; k* is that of "
    "the whole window. A window in which one of the three does not exist, or is not resolved, is left out. Of each, the "
    "median over the windows up to grokking; a seed's number is the smaller of dominant less gap and gap less subdominant"
)


def _record(statement: str, family: Family) -> Record:
    window = "the window of the source's modular arithmetic; halves of five rows have five modes, and fewer than three "
    window += "do not do"
    return order_record(
        statement, family, _OBSERVABLE, 10, window, "the order alone, as the statement has it"
    )


FAMILIES = {"P06": MODULAR, "P06.dyck": ON_DYCK}
RECORDS = {statement: _record(statement, family) for statement, family in FAMILIES.items()}
MARGINS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5)
REPORTED = {
    "P06": "GPT-2: 0.818, 0.234, about 0; Dyck at grokking: 0.77, 0.16",
    "P06.dyck": "at grokking 0.77, 0.16; the third is not reported",
}


class Classes(NamedTuple):
    """α of the three classes of modes, ``(N, R)``; all NaN in a window where one of them does not exist."""

    dominant: Array
    gap: Array
    rest: Array

    def margin(self) -> Array:
        """The smaller of the two steps down."""
        return np.minimum(self.dominant - self.gap, self.gap - self.rest)


def half_stability(windows: Windows) -> Array:
    """α_j ``(N, R, ⌊W/2⌋)`` of windows of W rows; NaN where rounding hides the direction."""
    half = windows.inner.shape[-1] // 2
    return np.cos(rotation(windows.inner, windows.error()[..., None], size=half).angle)


def by_gap(stability: Array, position: npt.NDArray[np.int64]) -> Classes:
    """The classes of modes by the position k* ``(N, R)`` of the gap; 0 means that there is none."""
    modes = np.arange(1, stability.shape[-1] + 1)
    at = position[..., None]
    upper, lower, rest = (modes <= at) & (at > 0), (modes == at + 1) & (at > 0), (modes > at + 1) & (at > 0)
    known = np.isfinite(stability)
    values = np.where(known, stability, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        dominant = np.where(upper, stability, 0.0).sum(axis=-1) / upper.sum(axis=-1)
        middle = np.where(lower, stability, 0.0).sum(axis=-1) / lower.sum(axis=-1)
        # Means go over the resolved modes of the rest: the last ones often are not.
        others = np.where(rest & known, values, 0.0).sum(axis=-1) / (rest & known).sum(axis=-1)
    whole = np.isfinite(dominant + middle + others)
    return Classes(*(np.where(whole, one, np.nan) for one in (dominant, middle, others)))


def classes_of(updates: Updates, window: int) -> tuple[Classes, Windows]:
    """The three classes in every window of ``window`` updates.

    Raises:
        ValueError: half a window has fewer than three modes, or there are too few updates.
    """
    if window < 6:
        raise ValueError(f"halves of {window} updates have fewer than three modes, one for each class")
    windows = updates.windows(window + 1)
    windows = Windows(windows.inner[..., 1:, 1:], windows.rounding, windows.counted, windows.length)
    sigma, resolved = updates.windows(window + 1).spectra()
    return by_gap(half_stability(windows), gap_position(sigma, resolved)), windows


def stability_scores(name: str, updates: Updates, window: int) -> Scores:
    """Each trajectory's number, with the classes it is made of and two other readings beside it."""
    found, windows = classes_of(updates, window)
    middle = Classes(*(medians(one, windows.counted) for one in found))
    places = half_stability(windows)
    first, second = (medians(places[..., j], windows.counted) for j in (0, 1))
    third = medians(places[..., 2], windows.counted)
    last = _last(found.dominant, windows.counted)
    beside = {
        "α dominant": middle.dominant,
        "α gap": middle.gap,
        "α subdominant": middle.rest,
        "windows counted": (windows.counted & np.isfinite(found.gap)).sum(axis=1).astype(float),
        "windows": windows.counted.sum(axis=1).astype(float),
        "α_1": first,
        "α_2": second,
        "α_3": third,
        "α dominant, last window": last,
        "α gap, last window": _last(found.gap, windows.counted),
    }
    return Scores(name, updates.units, middle.margin(), beside)


def _last(values: Array, counted: npt.NDArray[np.bool_]) -> Array:
    """The value of the last window that counts and has one, per trajectory."""
    known = counted & np.isfinite(values)
    place = values.shape[1] - 1 - np.argmax(known[:, ::-1], axis=1)
    return np.where(known.any(axis=1), values[np.arange(len(values)), place], np.nan)


def judge(statement: str, context: Context) -> Evidence:
    """The same three medians for the seeds and for four null models."""
    family, record = FAMILIES[statement], RECORDS[statement]
    window, margin = int(record.constants["window"]), record.constants["margin"]
    seen = course(context, family, record)
    data, nulls = seen.scores(stability_scores, window)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        above,
        Varied("margin", "the margin", MARGINS),
        Told(
            "α: smaller of dominant − gap and gap − subdominant",
            "α falls from the dominant modes to the gap mode and on to the others",
            REPORTED[statement],
            family.about,
        ),
        figures=(
            *seen.figures(partial(_figure, family), window),
            *window_figures(statement, seen.strides, stability_scores, above, margin, record.nulls, window),
        ),
    )


def _figure(family: Family, updates: Updates, window: int) -> Figure:
    found, windows = classes_of(updates, window)
    steps = updates.stride * np.arange(window + 1, updates.products.shape[1] + 1)
    curves = [
        Curve(
            label,
            tuple(map(float, steps)),
            tuple(map(float, np.where(counted, values, np.nan))),
            "line",
            role,
        )
        for label, role, series in zip(
            ("dominant", "gap", "subdominant"), ("data", "theory", "null"), found, strict=True
        )
        for values, counted in zip(series, windows.counted, strict=True)
    ]
    return Figure(
        "mode-stability",
        "How much of a mode is left in the second half of a window",
        f"Every seed of the arm {family.arm}, up to grokking: the modes up to the gap, the one below it, and the others.",
        "α of the three classes of modes against step, one curve for each seed.",
        "step",
        "α",
        tuple(curves),
    )


CHECKS = checks_of(FAMILIES, RECORDS, judge)
