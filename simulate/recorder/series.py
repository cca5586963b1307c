"""Recorded series as labelled arrays: steps and groups as coordinates, units as attributes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import xarray as xr

from ..spectrum.banded import windows
from .history import History
from .numbers import DISCRETE, MEANING, Meaning, jackknife, observe
from .scopes import Scopes

# Records that are worked on together. No source: bounds the memory to some tens of megabytes.
AT_ONCE = 256

UPDATES = {
    "update_norm": Meaning((), "θ", "‖δ‖ of the newest row"),
    "weight_norm": Meaning((), "θ", "‖θ‖"),
    "weight_rounding": Meaning(
        (), "θ", "singular value that rounding of the weights alone gives to a window"
    ),
    "storage_error": Meaning((), "1", "what the storage took away from the newest row, relative to its norm"),
    "learning_rate": Meaning((), "η", "learning rate of the last update; NaN where a group has several"),
}

RECORDED = frozenset({"step", "group", "kind", "parameters", "mode", *MEANING, *UPDATES})
"""Names that a dataset has in any case."""


def dataset(
    history: History,
    scopes: Scopes,
    window: int,
    groups: Sequence[str] | None,
    last: int | None,
    facts: dict[str, Any],
) -> xr.Dataset:
    """All numbers of all full windows.

    Args:
        history: of the records.
        scopes: what its second axis stands for.
        window: rows of a window, at most those of the history.
        groups: names of scopes, in the order wanted; all if None.
        last: how many of the newest full windows; all if None.
        facts: ``stride``, ``storage``, and ``sizes (scopes,)``, the number of parameters of each scope.
    """
    wanted = [groups] if isinstance(groups, str) else groups
    chosen = list(range(len(scopes.names))) if wanted is None else [scopes.index(name) for name in wanted]
    ends = np.flatnonzero(history.rows >= window)
    ends = ends if last is None else ends[len(ends) - min(last, len(ends)) :]
    rows, rates = history.rows, history.rates[:, chosen]
    products, squares = history.products[:, chosen], history.squares[:, chosen]
    rounding = np.sqrt(
        squares[..., 2] * facts["stride"] / 12
    )  # as spectrum.weight_rounding, summed over tensors
    sizes = facts["sizes"][chosen]

    parts: list[dict[str, npt.NDArray[Any]]] = []
    for start in range(0, len(ends), AT_ONCE):
        some = ends[start : start + AT_ONCE]
        inner = windows(products, some, window + 1)  # (E, groups, replicates, W+1, W+1)
        first = rows[some] == window  # no window before
        inner[first, ..., 0, :], inner[first, ..., :, 0] = np.nan, np.nan
        lost = np.array([squares[some - back, :, 1] for back in range(window)])  # (W, E, groups)
        of = partial(
            observe,
            length=np.maximum(sizes, 1),
            noise=np.sqrt(rounding[some] ** 2 + lost.max(axis=0)),
            stored=np.sqrt(lost.sum(axis=0)),
            learning_rate=rates[some],
        )
        numbers = of(inner.sum(axis=2))
        errors = jackknife(numbers, inner, of) if inner.shape[2] > 1 else {}
        parts.append(numbers | errors)
    variables = {
        name: _variable(np.concatenate([part[name] for part in parts]), *_meaning(name)) for name in parts[0]
    }
    norm = np.sqrt(products[ends, :, :, 0].sum(axis=2))
    with np.errstate(divide="ignore", invalid="ignore"):
        about = {
            "update_norm": norm,
            "weight_norm": np.sqrt(squares[ends, :, 0]),
            "weight_rounding": rounding[ends],
            "storage_error": np.sqrt(squares[ends, :, 1]) / norm,
            "learning_rate": rates[ends],
        }
    variables |= {name: _variable(value, *UPDATES[name]) for name, value in about.items()}
    return xr.Dataset(
        variables,
        coords={
            "step": ("step", history.steps[ends], {"units": "t", "long_name": "real updates so far"}),
            "group": ("group", np.array([scopes.names[i] for i in chosen])),
            "kind": ("group", np.array([scopes.kinds[i] for i in chosen])),
            "parameters": ("group", sizes.astype(np.int64), {"units": "1", "long_name": "p"}),
            "mode": ("mode", np.arange(1, window + 1), {"long_name": "j, from the strongest"}),
        },
        attrs={
            "title": "Spectra of rolling windows of updates",
            "window": window,
            "stride": facts["stride"],
            "storage": facts["storage"],
            "torch": torch.__version__,
        },
    )


def _meaning(name: str) -> Meaning:
    """That of a number, or of its error."""
    if name in MEANING:
        return MEANING[name]
    of, _, what = name.rpartition("_")
    if of in DISCRETE:
        return Meaning(MEANING[of].axes, "1", f"share of the sketch's parts without which {of} is the same")
    return MEANING[of]._replace(says=f"standard {what} of {of} that the sketch makes, by the jackknife")


def _variable(values: npt.NDArray[Any], axes: tuple[str, ...], unit: str, says: str) -> xr.Variable:
    return xr.Variable(("step", "group", *axes), values, {"units": unit, "long_name": says})
