"""What a check hands back: the deciding number, the null's number, and the data behind both.

Everything here is plain data that survives a round trip through JSON, so that evidence can be
stored, reused and shown without running anything again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .verdict import Verdict

if TYPE_CHECKING:
    from .statistics.shares import Share

DATA = "data"
"""The name of the data among :attr:`Evidence.counts`."""


@dataclass(frozen=True)
class Measurement:
    """A number with what it is. ``value`` is None when the number does not exist (say why in ``note``)."""

    value: float | None
    name: str
    unit: str = "1"
    note: str = ""


@dataclass(frozen=True)
class Curve:
    """One curve of a figure. ``x`` and ``y`` have equal length; NaN leaves a hole in the line.

    ``style`` is ``"line"``, ``"points"``, ``"step"``, or ``"band"`` for each of the two edges of one; ``role``
    is ``"data"``, ``"null"``, ``"theory"`` or ``"threshold"`` and decides the colour and the dash, the same in
    every figure.
    Curves with the same ``label`` share one legend entry (one seed each, say).
    """

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    style: str = "line"
    role: str = "data"


@dataclass(frozen=True)
class Figure:
    """A figure as data. The report draws it and writes its curves as csv beside the page."""

    name: str
    title: str
    caption: str
    alt: str
    x_label: str
    y_label: str
    curves: tuple[Curve, ...]
    log_x: bool = False
    log_y: bool = False


@dataclass(frozen=True)
class Table:
    """A small table of evidence, e.g. one row per seed."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """Everything that decided one statement.

    ``reason`` is one sentence that names the numbers and the rule that led to the verdict.
    ``runs`` are the addresses, in the run store, of the training runs that were used. ``counts`` are the
    counts that decided, see :func:`counts`; empty where the test is no count of seeds.
    """

    id: str
    verdict: Verdict
    value: Measurement
    null: Measurement
    reason: str
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    runs: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def counts(data: Share, nulls: Mapping[str, Share]) -> dict[str, tuple[int, int]]:
    """(passed, of how many) for the data, under :data:`DATA`, and for each null model by its name.

    From these the statement is made that holds for all predictions together (:mod:`.family`).
    """
    return {name: (count.passed, count.total) for name, count in {DATA: data, **nulls}.items()}
