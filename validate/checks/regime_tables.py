"""What 𝒜 says of labels beyond its order: thresholds, calibration, and what leaves its value as it is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.trajectory import windows_of
from ..evidence import Curve, Figure, Table
from ..labelled import BASELINES, DECIDING, Labelled, rates, variants
from ..regimes import Regime
from ..statistics.calibration import calibration, label_counts
from ..statistics.intervals import Interval, interval
from ..statistics.separation import separation

Array = npt.NDArray[np.float64]
Row = tuple[str | float | int | None, ...]

REGIMES = (Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING)
NAMES = tuple(regime.name.lower() for regime in REGIMES)
PAIRS = ((Regime.TRANSITION, Regime.PLATEAU), (Regime.FORGETTING, Regime.TRANSITION))

THRESHOLDS = (0.0, 0.1, 1.0, 10.0, np.inf)
"""The source's ≪ 1, ~ 1 and ≫ 1 with a factor of ten, as in the records of the regimes."""
OWN = {Regime.PLATEAU: (0,), Regime.TRANSITION: (1, 2), Regime.FORGETTING: (3,)}
"""The ranges between thresholds in which the theory expects each label."""
DECADES: Array = np.logspace(-4, 4, 9)


def separated(found: Labelled, name: str, high: Regime, low: Regime) -> Interval:
    """The area under the ROC curve of one series for two labels, over all seeds, with its interval."""
    scores, truths = [], []
    for value, labels in zip(found.series[name], found.labels, strict=True):
        chosen = np.isin(labels, (high, low))
        scores.append(value[chosen])
        truths.append(labels[chosen] == high)
    return separation(scores, truths)


def areas(sources: Mapping[str, Labelled]) -> Table:
    """Areas of every series of every source, for both pairs of labels."""
    rows: list[Row] = []
    for source, found in sources.items():
        for name in found.series:
            for high, low in PAIRS:
                area = separated(found, name, high, low)
                which = f"{high.name.lower()} above {low.name.lower()}"
                rows.append((source, name, which, area.value, area.low, area.high, area.total))
    columns = ("of", "series", "which labels", "area under the ROC curve", "low", "high", "seeds")
    return Table("How well each series separates the labels", columns, tuple(rows))


def confusion(sources: Mapping[str, Labelled]) -> Table:
    """Windows of each label between the thresholds 0.1, 1 and 10, for every variant of 𝒜."""
    rows: list[Row] = []
    for source, found in sources.items():
        for name in (one for one in found.series if one not in BASELINES):
            counts = label_counts(found.series[name], found.labels, np.array(THRESHOLDS), REGIMES).sum(axis=0)
            for column, regime in enumerate(REGIMES):
                own, total = int(counts[list(OWN[regime]), column].sum()), int(counts[:, column].sum())
                share = own / total if total else None
                rows.append((source, name, NAMES[column], *map(int, counts[:, column]), share))
    columns = ("of", "𝒜", "label", "below 0.1", "0.1 to 1", "1 to 10", "above 10", "share where it should be")
    return Table("Windows of each label between the theory's own thresholds", columns, tuple(rows))


def calibrated(source: str, found: Labelled, name: str = DECIDING) -> tuple[Table, Figure]:
    """The observed share of each label in each decade of 𝒜."""
    bins = calibration(found.series[name], found.labels, DECADES, REGIMES)
    rows: list[Row] = []
    curves = []
    for column, regime in enumerate(NAMES):
        middles = tuple(float(np.sqrt(one.low * one.high)) for one in bins)
        shares = [one.shares[column] for one in bins]
        role = ("null", "data", "theory")[column]
        curves.append(Curve(regime, middles, tuple(s.value for s in shares), "line", role))
        curves.append(Curve(regime, middles, tuple(s.value for s in shares), "points", role))
        for one, share in zip(bins, shares, strict=True):
            rows.append(
                (
                    regime,
                    one.low,
                    one.high,
                    one.counts[column],
                    share.value,
                    share.low,
                    share.high,
                    share.total,
                )
            )
    bounds = THRESHOLDS[1:-1]
    curves += [Curve("0.1, 1 and 10", (one, one), (0.0, 1.0), "line", "threshold") for one in bounds]
    columns = ("label", "𝒜 from", "up to", "windows", "share of the labelled windows", "low", "high", "seeds")
    table = Table(f"Which labels each decade of 𝒜_{name} has, {source}", columns, tuple(rows))
    figure = Figure(
        "regime-calibration",
        "Which labels go with which values of 𝒜",
        "The share of each label among the labelled windows in each decade of 𝒜_geo. If the thresholds were right, "
        "plateaus would fill the left, forgetting the right, and transitions what lies between.",
        "Shares of plateau, transition and forgetting against 𝒜_geo on a logarithmic scale; 0.1, 1 and 10 are marked.",
        "𝒜_geo",
        "share of the labelled windows",
        tuple(curves),
        log_x=True,
    )
    return table, figure


UNIT = 2.0
"""By how much units, rates and strides are changed in the table; a power of two, so that nothing is rounded."""


def invariance(run: Run) -> Table:
    """By which factor each variant of 𝒜 changes on one and the same trajectory: 1 is invariant.

    Units are changed exactly; the stride is changed on the weights that were kept, and the median ratio of a seed's
    windows at the same steps taken, with its interval over seeds.
    """
    length, noise, rate = run.description.recorded_length, run.weight_rounding, rates(run, run.record_steps)
    old = variants(run.inner, length, noise, rate)
    half = UNIT**2, UNIT
    changed = {
        "parameters in half units, η of gradient descent": (half, UNIT**2),
        "parameters in half units, η of a normalising optimizer": (half, UNIT),
        "loss in half units": ((1.0, 1.0), 1 / UNIT),
        "time in half steps": ((1.0, 1.0), 1 / UNIT),
        "twice the learning rate, same trajectory": ((1.0, 1.0), UNIT),
    }
    factors = {
        what: _factors(old, variants(products * run.inner, length, lengths * noise, by * rate))
        for what, ((products, lengths), by) in changed.items()
    }
    wider = _wider(run, old)
    rows: list[Row] = []
    for name in old:
        for what, found in factors.items():
            rows.append((name, what, found[name], None, None))
        if wider is not None:
            rows.append((name, "twice the stride", wider[name].value, wider[name].low, wider[name].high))
    columns = ("𝒜", "what is changed", "factor", "low", "high")
    return Table(
        "What each variant of 𝒜 becomes when only the way of measuring changes", columns, tuple(rows)
    )


def _factors(old: Mapping[str, Array], new: Mapping[str, Array]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, values in old.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = new[name] / values
        known = ratios[np.isfinite(ratios)]
        found[name] = float(np.median(known)) if len(known) else None
    return found


def _wider(run: Run, old: Mapping[str, Array]) -> dict[str, Interval] | None:
    """Ratios at twice the stride; None where the weights for it were not kept."""
    recording = run.description.recording
    assert recording is not None
    if not run.snapshots.size or recording.weights != ("*",):
        return None
    try:
        wide = windows_of(run, recording.window, int(UNIT) * recording.stride)
    except ValueError:  # snapshots too rare, or too few of them
        return None
    new = variants(wide.inner, wide.length, wide.rounding, rates(run, wide.steps))
    at = np.searchsorted(run.record_steps, wide.steps)  # every other record, from a later one on
    found = {}
    for name, values in new.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = values / old[name][:, at]
        ratios[~np.isfinite(ratios)] = np.nan
        known = np.isfinite(ratios).any(axis=1)
        medians = np.full(len(ratios), np.nan)
        medians[known] = np.nanmedian(ratios[known], axis=1)
        found[name] = interval(medians)
    return found
