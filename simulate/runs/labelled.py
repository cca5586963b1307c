"""A run as a labelled dataset: every array with its dimensions, coordinates and units.

Dimensions: ``seed``; ``step``, of evaluations; ``record_step``, of records; ``row`` and ``column``, the
W + 1 rows of a window from the oldest to the newest; ``mode``, the W singular values counted from 1;
``weight`` and ``recorded_weight``, places in the flat weight vector.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from ..description import SERIES, RunDescription
from ..provenance import Provenance
from ..run import Run

_KEPT = "kept_rows_"

_EVALUATED = ("seed", "step")
_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "inner": ("seed", "record_step", "row", "column"),
    "sigma": ("seed", "record_step", "mode"),
    "resolved": ("seed", "record_step", "mode"),
    "weight_rounding": ("seed", "record_step"),
    "final_weights": ("seed", "weight"),
    "diverged": ("seed",),
}
_SAID = {
    "inner": ("θ²", "inner products of the newest W + 1 update rows, oldest first"),
    "sigma": ("θ", "singular values of the newest W update rows, descending"),
    "resolved": ("1", "whether the singular value lies above the precision floor"),
    "weight_rounding": ("θ", "singular value that the rounding of the weights alone would give"),
    "final_weights": ("θ", "weights after the last step"),
    "diverged": ("step", "first step at which the loss was not finite; -1 for never"),
    "weight_norm": ("θ", "Euclidean norm of the weights"),
}


def labelled(run: Run) -> xr.Dataset:
    """All arrays of ``run``, with the description and its address as attributes.

    Arrays without elements are left out: a run without recording has no ``inner``.
    """
    series = {name: getattr(run, name) for name in SERIES}
    data = labelled_series(run.description, {**series, **run.probes})
    data = data.assign_coords(record_step=("record_step", run.record_steps, {"units": "step"}))
    if run.sigma.size:
        data = data.assign_coords(mode=("mode", np.arange(1, run.sigma.shape[2] + 1)))
    for name, dimensions in _DIMENSIONS.items():
        data[name] = _variable(name, dimensions, getattr(run, name))
    for step, rows in run.kept_rows.items():
        about = {"units": "θ", "long_name": f"update rows of the window at step {step}, oldest first"}
        data[f"{_KEPT}{step}"] = (("seed", "row", "recorded_weight"), rows, about)
    return data.drop_vars([name for name, array in data.variables.items() if not array.size])


def labelled_series(description: RunDescription, series: Mapping[str, npt.NDArray[np.float64]]) -> xr.Dataset:
    """Series ``(S, E)`` by name, as they are while a run goes on; NaN where nothing was measured yet."""
    data = xr.Dataset(
        coords={
            "seed": ("seed", np.array(description.seeds, dtype=np.int64)),
            "step": ("step", np.array(description.evaluation_steps, dtype=np.int64), {"units": "step"}),
        },
        attrs={"description": description.to_json(), "address": description.address()},
    )
    for name, values in series.items():
        data[name] = _variable(name, _EVALUATED, values, description)
    return data


def unlabelled(
    data: xr.Dataset,
    description: RunDescription,
    provenance: Provenance,
    snapshots: npt.NDArray[np.floating],
) -> Run:
    """The run that :func:`labelled` was given; its snapshots, which may be large, are in no dataset.

    Raises:
        KeyError: an array is missing.
        ValueError: an array has another shape than the description asks for.
    """
    shapes = Run.shapes(description)

    def array(name: str, kind: type | None = None) -> npt.NDArray[Any]:
        if 0 in shapes.get(name, ()):
            return np.empty(shapes[name], kind or np.float64)
        found: npt.NDArray[Any] = data[name].to_numpy()
        # Files keep numbers in the other order of bytes, and integers in 32 bits.
        return found.astype(kind or found.dtype.newbyteorder("="))

    kept = [str(name) for name in data.data_vars if str(name).startswith(_KEPT)]
    return Run(
        description=description,
        provenance=provenance,
        evaluation_steps=np.array(description.evaluation_steps, dtype=np.int64),
        train_loss=array("train_loss"),
        test_loss=array("test_loss"),
        train_accuracy=array("train_accuracy"),
        test_accuracy=array("test_accuracy"),
        weight_norm=array("weight_norm"),
        record_steps=np.array(description.record_steps, dtype=np.int64),
        inner=array("inner"),
        sigma=array("sigma"),
        resolved=array("resolved", np.bool_),
        weight_rounding=array("weight_rounding"),
        kept_rows={int(name.removeprefix(_KEPT)): array(name) for name in kept},
        final_weights=array("final_weights"),
        diverged=array("diverged", np.int64),
        snapshots=snapshots,
        probes={name: array(name) for name in description.series if name not in SERIES},
    )


def _variable(
    name: str,
    dimensions: tuple[str, ...],
    values: npt.NDArray[Any],
    description: RunDescription | None = None,
) -> tuple[tuple[str, ...], npt.NDArray[Any], dict[str, str]]:
    if name in _SAID:
        unit, about = _SAID[name]
    elif name.endswith("_accuracy"):
        unit, about = "1", f"share of the {name.removesuffix('_accuracy')} examples that is right"
    else:
        assert description is not None
        unit = "nat" if description.task.objective.classifies else "squared unit of the targets"
        about = f"mean loss of the {name.removesuffix('_loss')} examples"
    return dimensions, values, {"units": unit, "long_name": about}
