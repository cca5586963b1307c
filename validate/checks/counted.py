"""Evidence of a prediction that is a count of seeds: each has a number, and passes or does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ..check import Context
from ..evidence import Evidence, Figure, Measurement, Table, counts
from ..record import Record
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.intervals import interval
from ..statistics.shares import Share, share
from .analogue import power

Array = npt.NDArray[np.float64]
Cell = str | float | int | None

Test = Callable[[Array, float], npt.NDArray[np.bool_]]
"""From numbers ``(N,)`` and a threshold to which of them pass."""


@dataclass(frozen=True, eq=False)
class Scores:
    """One number for each unit of one arm or null: ``values (N,)``.

    NaN: the unit cannot take the test, and is listed but not counted. ``units`` are its seeds or the
    numbers of replicates; ``beside`` are further columns of the table, ``(N,)`` each.

    Raises:
        ValueError: the lengths differ.
    """

    name: str
    units: tuple[int, ...]
    values: Array
    beside: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, column in {"values": self.values, **self.beside}.items():
            if column.shape != (len(self.units),):
                raise ValueError(
                    f"{self.name}: {name} has shape {column.shape}; give one for each of {len(self.units)} units"
                )

    def share(self, test: Test, threshold: float) -> Share:
        """Of the units that have a number, those that pass."""
        known = self.values[~np.isnan(self.values)]
        return share([bool(one) for one in test(known, threshold)])


@dataclass(frozen=True)
class Varied:
    """The constant of the record that decides, and what it is set to beside.

    ``constant`` is its name in the record, ``words`` how it is called, ``values`` what it is set to, rising
    and with the fixed one among them.
    """

    constant: str
    words: str
    values: tuple[float, ...]
    log_x: bool = False


@dataclass(frozen=True)
class Told:
    """What is said beside the numbers: ``number`` is a seed's, ``claim`` a clause after "It holds that"."""

    number: str
    claim: str
    reported: str
    about: str
    unit: str = "1"


def at_least(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
    """Which are as large as the threshold, or larger."""
    return values >= threshold


def below(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
    """Which are smaller than the threshold."""
    return values < threshold


def judge_scores(
    context: Context,
    record: Record,
    data: Scores,
    nulls: Sequence[Scores],
    test: Test,
    varied: Varied,
    told: Told,
    figures: tuple[Figure, ...] = (),
    tables: tuple[Table, ...] = (),
    extra: Mapping[str, str] | None = None,
) -> Evidence:
    """The evidence of ``record``: the same test on the same number for the seeds and for each null.

    Raises:
        ValueError: the nulls are not those of the record.
    """
    names = tuple(null.name for null in nulls)
    if names != record.nulls:
        raise ValueError(f"{record.statement}: nulls {names}; its record names {record.nulls}")
    threshold = record.constants[varied.constant]
    seen = data.share(test, threshold)
    shares = {null.name: null.share(test, threshold) for null in nulls}
    verdict = judge_prediction(seen.majority, {name: one.majority for name, one in shares.items()})
    most = max(shares, key=lambda name: shares[name].value or 0.0)
    missing = int(np.isnan(data.values).sum())
    curve = sensitivity_figure(
        record.statement,
        varied.words,
        varied.values,
        [data.share(test, value) for value in varied.values],
        {null.name: [null.share(test, value) for value in varied.values] for null in nulls},
        threshold,
        log_x=varied.log_x,
    )
    left_out = f" {missing} of {len(data.units)} could not take the test." if missing else ""
    others = "; ".join(f"{name}: {one}" for name, one in shares.items())
    return Evidence(
        record.statement,
        verdict,
        _measurement(seen, "share of the seeds for which it holds"),
        _measurement(shares[most], f"the same for {most}"),
        f"It holds that {told.claim} in {seen} seeds.{left_out} The same count where there is nothing of the "
        f"kind: {others}. {told.about}",
        tables=(_middles(data, nulls, told), _rows(data, nulls, told), *tables),
        figures=(*figures, curve),
        runs=context.run_addresses,
        seeds=data.units,
        extra={**power(record, len(data.units)), "Reported": told.reported, **(extra or {})},
        counts=counts(seen, shares),
    )


def _measurement(found: Share, name: str) -> Measurement:
    return Measurement(found.value, name, note="" if found.total else "nothing could be counted")


def _middles(data: Scores, nulls: Sequence[Scores], told: Told) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for scores in (data, *nulls):
        middle = interval(scores.values)
        rows.append((scores.name, middle.value, middle.low, middle.high, middle.total))
    name = told.number if told.unit == "1" else f"{told.number} ({told.unit})"
    columns = ("arm or null", f"median of: {name}", "low", "high", "how many")
    return Table("Medians, with 95 % intervals from resampling seeds", columns, tuple(rows))


def _rows(data: Scores, nulls: Sequence[Scores], told: Told) -> Table:
    beside = tuple(data.beside)
    rows: list[tuple[Cell, ...]] = []
    for scores in (data, *nulls):
        more = [scores.beside.get(name) for name in beside]
        for i, unit in enumerate(scores.units):
            rest = (None if column is None else float(column[i]) for column in more)
            rows.append((scores.name, unit, float(scores.values[i]), *rest))
    return Table("Every seed and replicate", ("arm or null", "seed", told.number, *beside), tuple(rows))
