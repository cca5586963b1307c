"""Measurements that the recorder takes by itself at chosen updates, kept beside its spectra."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

if TYPE_CHECKING:
    import xarray as xr

    from .recorder import SpectrumRecorder

Array = npt.NDArray[np.float64]

Taken = Callable[["SpectrumRecorder"], Any]
"""From the recorder to a number, an array, or several by name: a mapping, or a named tuple such as ``Curvature``."""

Found = dict[int, dict[str, torch.Tensor]]
"""Values by the number of the update, and by name."""

AT = "measured_at"


class MeasurementSkipped(UserWarning):
    """A planned measurement could not be taken; training goes on, and its place is NaN."""


class Scheduled:
    """What is measured when, and what was found.

    All found values of a name have one shape, that of the first.
    """

    def __init__(self) -> None:
        self._plans: list[tuple[Collection[int], Mapping[str, Taken]]] = []
        self._found: dict[int, dict[str, Array]] = {}

    def plan(self, updates: Collection[int], measures: Mapping[str, Taken]) -> None:
        """Take ``measures`` after each of ``updates``.

        Raises:
            ValueError: no measure, or a name that is planned or recorded already.
        """
        from .series import RECORDED  # as below: nothing that trains without plans waits for it

        if not measures:
            raise ValueError("at: name at least one measurement, e.g. at(range(0, 1000, 100), loss=...)")
        taken = {name for _, others in self._plans for name in others} & measures.keys()
        if taken:
            raise ValueError(f"at: a measurement called {min(taken)!r} is planned already; take another name")
        if known := RECORDED & measures.keys():
            raise ValueError(f"at: {min(known)!r} is recorded anyway; take another name")
        self._plans.append((updates, dict(measures)))

    def take(self, recorder: SpectrumRecorder, update: int) -> None:
        """Take what is planned after this update. What fails is left out with a warning."""
        for updates, measures in self._plans:
            if update not in updates:
                continue
            for name, measure in measures.items():
                try:
                    self._keep(update, named(name, _undisturbed(recorder, measure)))
                except Exception as problem:  # noqa: BLE001 - of any kind: training must not end for it
                    warnings.warn(
                        f"update {update}: {name} was not measured: {type(problem).__name__}: {problem}",
                        MeasurementSkipped,
                        stacklevel=2,
                    )

    def _keep(self, update: int, values: Mapping[str, Array]) -> None:
        for name, value in values.items():
            known = next((one[name].shape for one in self._found.values() if name in one), value.shape)
            if value.shape != known:
                raise ValueError(f"{name} has shape {value.shape}, at earlier updates {known}")
        self._found.setdefault(update, {}).update(values)

    def variables(self) -> dict[str, xr.Variable]:
        """By name ``(measured_at, ...)``, NaN where one was not measured, with the updates as ``measured_at``."""
        import xarray as xr  # brings pandas, which is slow to import and not needed while training

        updates = sorted(self._found)
        if not updates:
            return {}
        made = {
            AT: xr.Variable(AT, updates, {"units": "t", "long_name": "real updates before it was measured"})
        }
        for name in dict.fromkeys(name for update in updates for name in self._found[update]):
            shape = next(self._found[u][name].shape for u in updates if name in self._found[u])
            blank = np.full(shape, np.nan)
            values = np.stack([self._found[update].get(name, blank) for update in updates])
            made[name] = xr.Variable((AT, *(f"{name}_{axis}" for axis in range(len(shape)))), values)
        return made

    def state(self) -> Found:
        """What was found, as tensors; plans are functions, and have to be made again."""
        return {
            update: {name: torch.from_numpy(value.copy()) for name, value in values.items()}
            for update, values in self._found.items()
        }

    def load(self, state: Found) -> None:
        """Take over what :meth:`state` gave, in place of what is held."""
        self._found = {
            update: {name: value.numpy().copy() for name, value in values.items()}
            for update, values in state.items()
        }


def named(name: str, found: Any) -> dict[str, Array]:
    """The arrays of a measurement by name: ``name`` itself, or ``name_field`` for each field.

    >>> sorted(named("train", {"h": 1.0, "G": [2.0, 3.0]}))
    ['train_G', 'train_h']
    """
    fields = found._asdict() if hasattr(found, "_asdict") else found
    if isinstance(fields, Mapping):
        return {f"{name}_{field}": _array(value) for field, value in fields.items()}
    return {name: _array(found)}


def _array(value: Any) -> Array:
    if isinstance(value, torch.Tensor):
        value = value.detach().to("cpu", torch.float64).numpy()
    return np.array(value, dtype=np.float64)


def _undisturbed(recorder: SpectrumRecorder, measure: Taken) -> Any:
    """The measurement, with PyTorch's random states and all gradients as they were before."""
    optimized = [
        one for made in recorder.optimizers for group in made.param_groups for one in group["params"]
    ]
    tensors = list({id(tensor): tensor for tensor in [*recorder.parameters.values(), *optimized]}.values())
    devices = sorted({tensor.device.index or 0 for tensor in tensors if tensor.device.type == "cuda"})
    gradients = [tensor.grad for tensor in tensors]
    kept = [None if gradient is None else gradient.detach().clone() for gradient in gradients]
    try:
        with torch.random.fork_rng(devices=devices), torch.enable_grad():
            return measure(recorder)
    finally:
        for tensor, gradient, values in zip(tensors, gradients, kept, strict=True):
            tensor.grad = gradient
            if gradient is not None and values is not None:
                gradient.detach().copy_(values)
