"""How much a verdict owes to one of its numbers: the share of seeds that pass, against that number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from .evidence import Curve, Figure
from .statistics.shares import LEVEL, Share

HALF = 0.5
"""Where :attr:`.statistics.shares.Share.majority` changes its answer."""


def sensitivity_figure(
    statement: str,
    of: str,
    values: Sequence[float],
    data: Sequence[Share],
    nulls: Mapping[str, Sequence[Share]],
    fixed: float,
    unit: str = "1",
    log_x: bool = False,
) -> Figure:
    """The share of seeds that pass, with its interval, as one number of the test is varied.

    Nulls are drawn by their share alone: their intervals would hide the one of the seeds. A share of
    nothing (no seed could take the test) is a hole in its line.

    Args:
        statement: identifier of the statement, such as ``"P10"``.
        of: the number that is varied, in words that can follow "against", such as ``"the fold"``.
        values: what it was set to, rising, ``(V,)``; the fixed one is among them.
        data: the share of the seeds at each value.
        nulls: the same for each null model, by name.
        fixed: what the record sets it to.
        unit: of the varied number; ``"1"`` for a pure one.
        log_x: whether the axis of the varied number is logarithmic.

    Raises:
        ValueError: fewer than two values, values that do not rise or (on a logarithmic axis) are not
            positive, a number of shares that is not that of the values, no null, or a fixed value that
            was not tried.
    """
    _check(statement, of, values, data, nulls, fixed, log_x)
    x = tuple(map(float, values))
    interval = f"the seeds' {LEVEL:.0%} interval"
    curves = [
        Curve("seeds", x, _line(data, "value"), "line", "data"),
        Curve("seeds", x, _line(data, "value"), "points", "data"),
        *(Curve(interval, x, _line(data, end), "band", "data") for end in ("low", "high")),
        *(Curve(name, x, _line(shares, "value"), "line", "null") for name, shares in nulls.items()),
        Curve("fixed beforehand", (float(fixed), float(fixed)), (0.0, 1.0), "line", "threshold"),
        Curve("half of the seeds", (x[0], x[-1]), (HALF, HALF), "line", "threshold"),
    ]
    axis = of if unit == "1" else f"{of} ({unit})"
    return Figure(
        f"sensitivity-{_slug(statement)}-{_slug(of)}",
        f"What {statement} owes to {of}",
        f"The test of {statement} with {of} set to other values than the one fixed beforehand, {fixed:g}. The claim "
        "is supported where the seeds' whole interval lies above one half, and no null does.",
        f"Share of the seeds that pass, with its interval, and of the nulls, against {of}; {fixed:g} is marked.",
        axis,
        "share that passes",
        tuple(curves),
        log_x=log_x,
    )


def _line(shares: Sequence[Share], field: str) -> tuple[float, ...]:
    return tuple(float(getattr(one, field)) if one.total else float("nan") for one in shares)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _check(
    statement: str,
    of: str,
    values: Sequence[float],
    data: Sequence[Share],
    nulls: Mapping[str, Sequence[Share]],
    fixed: float,
    log_x: bool,
) -> None:
    where = f"sensitivity of {statement} to {of}"
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or len(x) < 2 or not (np.diff(x) > 0).all():
        raise ValueError(f"{where}: values={list(values)}; give at least two, rising")
    if log_x and x[0] <= 0:
        raise ValueError(f"{where}: values={list(values)} on a logarithmic axis; they must be positive")
    if not nulls:
        raise ValueError(f"{where}: no null; give the same shares for each null of the record")
    for name, shares in {"data": data, **nulls}.items():
        if len(shares) != len(x):
            raise ValueError(
                f"{where}: {len(shares)} shares of {name} for {len(x)} values; give one for each"
            )
    # Values come from ranges such as geomspace: the fixed one may differ from its copy by rounding.
    if not np.isclose(x, fixed, rtol=1e-9, atol=0).any():
        raise ValueError(f"{where}: fixed={fixed} is not among values={list(values)}; add it")
