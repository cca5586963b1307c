"""The recorder of spectra for any PyTorch training: it looks at the weights after each update, and only looks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import torch
import torch.distributed as dist

from .checked import optimizers_of, place, warn_of_strangers, watched, whole
from .exact import ExactWindow
from .history import History
from .rounded import RoundedWindow
from .scheduled import Scheduled, Taken
from .scopes import Patterns, scopes
from .sharding import Sharding, local
from .sketch import SketchWindow
from .storage import State, Storage
from .updates import common, settings, skipped

if TYPE_CHECKING:
    import xarray as xr

    from .directions import Directions

# Raised whenever a state of equal settings must not be loaded.
STATE_VERSION = 2
STATE = frozenset({"version", "settings", "updates", "since", "enabled", "storage", "history", "scheduled"})
"""What a state holds."""

DEFAULT_WINDOW = 10  # arXiv:2603.28964, section on modular arithmetic: W = 10
DEFAULT_DIMENSIONS = 4096  # no source; the error of a ratio is then about 1.7/√4096 = 2.7 %

Kind = Literal["exact", "bfloat16", "sketch"]


class ParametersChanged(RuntimeError):
    """A watched parameter is not what it was: another shape, type or device."""


class NotEnoughRecords(RuntimeError):
    """There are fewer records than a window has rows."""


class SpectrumRecorder:
    """Spectra of the last W updates of a model, recorded while any loop trains it.

    ::

        recorder = SpectrumRecorder(model, optimizer, groups={"attention": "*.attn.*"})
        ...  # train as ever
        spectra = recorder.spectra()

    A row of the window is the change of the weights over ``stride`` updates. The recorder hooks onto the
    optimizer's step and counts only calls that change weights: gradient accumulation, and steps that a
    ``GradScaler`` leaves out, do not count; a call of LBFGS counts once, however often it calls its closure.
    It draws no random numbers and writes no weights.

    Memory: W + 1 copies of the watched parameters. ``device="cpu"`` keeps them off a GPU;
    ``storage="bfloat16"`` takes two bytes per parameter and row, and ``storage="sketch"`` almost nothing per
    row. Both measure the error that they make.

    Args:
        parameters: a model, or pairs of name and tensor. Of a model, those that require gradients.
        optimizer: whose steps are counted; of several, give all, in the order in which they step: an update is
            complete when the last one has stepped.
        window: W, the number of rows.
        stride: updates between two records.
        groups: sets of parameters to measure as one, by patterns for their names: ``{"attention": "*.attn.*"}``.
        per_layer: whether to measure each layer (module with parameters of its own) by itself.
        watch: patterns of the names to look at.
        storage: ``"exact"``, ``"bfloat16"`` or ``"sketch"``.
        dimensions: of a sketch, for each tensor.
        seed: of a sketch; no other storage has one.
        device: where the window is kept; the parameters' own if None.
        process_group: processes over which plain tensors are spread, where they are shards. Not needed for
            ``DTensor``, which knows.
        enabled: whether to begin now; see :attr:`enabled`.

    Raises:
        NoSuchParameter: a pattern matches nothing.
        ValueError: settings out of range, no parameters, the same parameter twice, or no optimizer.
    """

    def __init__(
        self,
        parameters: torch.nn.Module | Iterable[tuple[str, torch.Tensor]],
        optimizer: torch.optim.Optimizer | Sequence[torch.optim.Optimizer],
        window: int = DEFAULT_WINDOW,
        stride: int = 1,
        groups: Mapping[str, Patterns] | None = None,
        per_layer: bool = True,
        *,
        watch: Patterns = "*",
        storage: Kind = "exact",
        dimensions: int = DEFAULT_DIMENSIONS,
        seed: int = 0,
        device: torch.device | str | None = None,
        process_group: dist.ProcessGroup | None = None,
        enabled: bool = True,
    ) -> None:
        window = whole("window", window, 2, "a gap needs a window of at least 2 rows")
        self.window, self.stride = (
            window,
            whole("stride", stride, 1, "give the updates between records, at least 1"),
        )
        self._storage_kind, self._dimensions, self._seed = storage, dimensions, seed
        self._optimizers = optimizers_of(optimizer)
        self.names, self._parameters = watched(parameters, watch)
        warn_of_strangers(self._optimizers, self.names, self._parameters)
        self._kinds = [(tensor.shape, tensor.dtype, tensor.device) for tensor in self._parameters]
        self.scopes = scopes(self.names, groups, per_layer)
        self._sharding = Sharding(self._parameters, process_group)
        self._sizes = self.scopes.members.astype(np.float64) @ self._sharding.sizes()
        self._device = place(device, self._parameters)
        self._staging: dict[int, torch.Tensor] = {}
        self._storage = self._make_storage(self._flat())
        self._history = History(
            self.scopes,
            window,
            self._storage.replicates,
            np.array([torch.finfo(tensor.dtype).eps for tensor in self._parameters]),
        )
        self.updates = 0
        """Real updates since the start (unless :meth:`load_state_dict` has set it)."""
        self._scheduled = Scheduled()
        self._enabled = False
        self.enabled = enabled
        self._hook: Any = self._optimizers[-1].register_step_post_hook(self._after_step)

    def _make_storage(self, flat: list[torch.Tensor]) -> Storage:
        if self._storage_kind == "exact":
            return ExactWindow(flat, self.window)
        if self._storage_kind == "bfloat16":
            return RoundedWindow(flat, self.window)
        if self._storage_kind == "sketch":
            return SketchWindow(flat, self.window, self._dimensions, self._seed)
        raise ValueError(f'storage={self._storage_kind!r}; give "exact", "bfloat16" or "sketch"')

    # -- switching on and off --

    @property
    def enabled(self) -> bool:
        """Whether updates are looked at. Switched on again, the window begins anew: its rows are consecutive.

        Updates are counted in any case, and nothing that was recorded is lost.
        """
        return self._enabled

    @enabled.setter
    def enabled(self, on: bool) -> None:
        if on and not self._enabled:
            self._storage.restart(self._flat())
            self._since = self.updates
        self._enabled = on

    @property
    def attached(self) -> bool:
        """Whether the recorder hangs on the optimizer."""
        return self._hook is not None

    def detach(self) -> None:
        """Let the optimizer go. What was recorded can still be read; the second call does nothing."""
        if self._hook is not None:
            self._hook.remove()
            self._hook = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.detach()

    # -- looking --

    def _after_step(self, optimizer: torch.optim.Optimizer, args: Any, kwargs: Any) -> None:  # noqa: ARG002
        if skipped(optimizer):
            return
        self.updates += 1
        if self._enabled and (self.updates - self._since) % self.stride == 0:
            self._record()
        if self._enabled:
            self._scheduled.take(self, self.updates)

    @torch.no_grad()
    def _record(self) -> None:
        for name, tensor, kind in zip(self.names, self._parameters, self._kinds, strict=True):
            if (tensor.shape, tensor.dtype, tensor.device) != kind:
                self.detach()
                raise ParametersChanged(
                    f"{name}: now {tuple(tensor.shape)} {tensor.dtype} on {tensor.device}, recorded as "
                    f"{tuple(kind[0])} {kind[1]} on {kind[2]}. The recorder has let go of the optimizer after "
                    f"update {self.updates}; its {self.records} records can be read. Make a new recorder"
                )
        rows = self._storage.held + 1
        values = self._sharding.add_up(self._storage.push(self._flat()))
        rates = common(settings(self._optimizers, self._parameters, "lr"), self.scopes.members)
        self._history.append(self.updates, rows, values, rates)

    def at(self, updates: Collection[int], **measures: Taken) -> None:
        """Measure by yourself after each of these updates, from the next one on.

        ::

            recorder.at(range(500, 10_001, 500), train=lambda r: curvature(model, loss, r.directions(2)))

        What is found goes into :meth:`spectra` along the axis ``measured_at``: a number or an array under its name, a
        mapping or named tuple as ``name_field`` (here ``train_h`` and ``train_G``). Gradients and random states are put
        back afterwards; weights and buffers stay as they are if the measurement is made of the functions of this package.
        A measurement that fails (no full window yet, a direction below the floor) warns with
        :class:`~.scheduled.MeasurementSkipped` and leaves NaN. Nothing is measured while the recorder is switched off.

        Args:
            updates: numbers of real updates, as ``step`` counts them: a range, a set or a list.
            measures: by name, functions of this recorder.

        Raises:
            ValueError: no measurement, or a name that is planned already.
        """
        self._scheduled.plan(updates, measures)

    @torch.no_grad()
    def _flat(self) -> list[torch.Tensor]:
        """What this process holds of each parameter, flat, contiguous, on the window's device."""
        flat = []
        for number, tensor in enumerate(self._parameters):
            here = local(tensor)
            if here.device != self._device:
                if number not in self._staging:
                    self._staging[number] = torch.empty_like(here, device=self._device)
                here = self._staging[number].copy_(here)
            flat.append(here.contiguous())
        return flat

    # -- reading --

    @property
    def records(self) -> int:
        """Update rows seen so far."""
        return len(self._history)

    def spectra(
        self, window: int | None = None, groups: Sequence[str] | None = None, last: int | None = None
    ) -> xr.Dataset:
        """All series so far, as labelled arrays; may be called at any time, also while training goes on.

        Args:
            window: rows of the windows, at most that of the recorder; its own if None.
            groups: names of the scopes wanted; all if None.
            last: how many of the newest records; all if None.

        Raises:
            NotEnoughRecords: no window is full yet.
            KeyError: a group that there is none of.
            ValueError: ``window`` or ``last`` is out of range.
        """
        from .series import dataset  # imports pandas, which is slow, and not needed while training

        window = self.window if window is None else window
        if not 2 <= window <= self.window:
            raise ValueError(
                f"window={window}; the recorder holds what windows of 2 to {self.window} rows need"
            )
        if last is not None and last < 1:
            raise ValueError(f"last={last}; give a number of records, at least 1")
        most = int(self._history.rows.max(initial=0))
        if most < window:
            smaller = f"; spectra(window={most}) can be read now" if most >= 2 else ""
            raise NotEnoughRecords(
                f"a window of {window} rows needs {window} records in a row; there are {most}, after {self.updates} "
                f"updates at stride={self.stride}{smaller}"
            )
        made = dataset(self._history, self.scopes, window, groups, last, self._facts())
        return made.assign(self._scheduled.variables())

    def _facts(self) -> dict[str, Any]:
        return {"stride": self.stride, "storage": self._storage_kind, "sizes": self._sizes}

    def save(self, path: Path | str, window: int | None = None) -> None:
        """Write :meth:`spectra` as netCDF; the file is whole or absent, also if the process is killed."""
        from .files import save

        save(self.spectra(window), path)

    @property
    def history_end(self) -> int:
        """The update of the newest record, if the window that it ends is still held; else -1."""
        return int(self._history.steps[-1]) if self.records and self._storage.held else -1

    @property
    def window_storage(self) -> Storage:
        """What is kept of the newest updates."""
        return self._storage

    @property
    def parameters(self) -> dict[str, torch.Tensor]:
        """The watched parameters by name."""
        return dict(zip(self.names, self._parameters, strict=True))

    @property
    def sharded(self) -> bool:
        """Whether parameters are spread over processes."""
        return self._sharding.spread

    def settings(self, key: str) -> dict[str, float]:
        """A setting of the optimizer (``"lr"``, ``"weight_decay"``) for each watched parameter; NaN without one."""
        values = settings(self._optimizers, self._parameters, key)
        return dict(zip(self.names, values.tolist(), strict=True))

    @property
    def optimizers(self) -> list[torch.optim.Optimizer]:
        """The optimizers whose steps are counted."""
        return list(self._optimizers)

    def directions(self, count: int = 3, group: str = "all") -> Directions:
        """The leading directions v_j of the newest window, in parameter space; see :class:`~.directions.Directions`."""
        from .directions import directions

        return directions(self, count, group)

    # -- resuming --

    def state_dict(self) -> State:
        """All that is needed to go on with the same bits; fits ``torch.save`` and ``weights_only`` loading."""
        return {
            "version": STATE_VERSION,
            "settings": self._settings(),
            "updates": self.updates,
            "since": self._since,
            "enabled": self._enabled,
            "storage": self._storage.state(),
            "history": self._history.state(),
            "scheduled": self._scheduled.state(),
        }

    def load_state_dict(self, state: State) -> None:
        """Take over a :meth:`state_dict`, after the model's own state was loaded.

        Raises:
            ValueError: the state is that of a recorder with other settings, names or shapes, or no such state.
        """
        given: Any = state
        if not isinstance(given, Mapping) or "version" not in given:
            raise ValueError("recorder state: this is none; give what state_dict() returned")
        if state.get("version") != STATE_VERSION:
            raise ValueError(
                f"recorder state of version {state.get('version')!r}; this program reads {STATE_VERSION}"
            )
        lacking = STATE - state.keys()
        if lacking:
            raise ValueError(f"recorder state: it lacks {', '.join(sorted(lacking))}; it is damaged")
        mine, theirs = self._settings(), state["settings"]
        differing = [key for key in mine if mine[key] != theirs.get(key)]
        if differing:
            key = differing[0]
            raise ValueError(
                f"recorder state: {key} is {theirs.get(key)!r} there and {mine[key]!r} here; make the recorder "
                "with the settings of the state"
            )
        self._storage.load(state["storage"])
        self._history.load(state["history"])
        self._scheduled.load(state["scheduled"])
        self.updates, self._since, self._enabled = state["updates"], state["since"], state["enabled"]

    def _settings(self) -> dict[str, Any]:
        return {
            "window": self.window,
            "stride": self.stride,
            "storage": self._storage_kind,
            "dimensions": self._dimensions,
            "seed": self._seed,
            "names": list(self.names),
            "shapes": [list(kind[0]) for kind in self._kinds],
            "dtypes": [str(kind[1]) for kind in self._kinds],
            "scopes": list(self.scopes.names),
            "members": self.scopes.members.tolist(),
        }
