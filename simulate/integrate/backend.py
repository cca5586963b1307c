"""What an integrator has to offer, and where the integrators are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from ..lowering.compiled import CompiledSystem
from .event import CompiledEvents
from .solution import Hits

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class BackendError(RuntimeError):
    """A backend cannot be used here, or cannot do what was asked of it."""


@dataclass(frozen=True)
class Settings:
    """What a backend is asked for, checked before it sees it.

    ``rtol`` and ``atol`` bound the estimated error of one step: at most ``atol + rtol · |state|`` in each state, or
    in the norm that the backend documents. ``max_steps`` counts steps of one trajectory. ``options`` are the
    backend's own.
    """

    method: str
    rtol: float
    atol: float
    max_steps: int
    events: CompiledEvents | None = None
    dense: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Raw:
    """What a backend gives back for B trajectories at T times.

    ``y (n, T, B)``, NaN after the stop; the first time is the start. ``outcomes (B,)`` holds only the outcomes up to
    ``STEP_TOO_SMALL`` of :class:`.outcome.Outcome`; ``stop_t (B,)`` and ``stop_y (n, B)`` the last good time and
    state; ``last_step (B,)`` the length of the last accepted step (0 if there was none). ``explicit`` says whether
    stability limits the method's steps. ``hits`` has one entry per event. ``dense`` takes times ``(M,)`` to states
    ``(n, M, B)``, with ``dense_error (n, B)``, when it was asked for. ``note`` is what the backend itself has to say
    about a failure.
    """

    y: Array
    outcomes: Integers
    stop_t: Array
    stop_y: Array
    evaluations: Integers
    steps: Integers
    last_step: Array
    explicit: bool = True
    hits: tuple[Hits, ...] = ()
    dense: Callable[[Array], Array] | None = None
    dense_error: Array | None = None
    note: str = ""


class Backend(Protocol):
    """An integrator of many independent trajectories of one system."""

    @property
    def name(self) -> str:
        """The word by which it is asked for."""

    @property
    def methods(self) -> tuple[str, ...]:
        """Its methods; the first is the default."""

    @property
    def options(self) -> frozenset[str]:
        """Names of the options that it knows besides the common settings."""

    def unavailable(self) -> str:
        """Why it cannot run on this machine; empty where it can."""

    def solve(
        self, compiled: CompiledSystem, initial: Array, parameters: Array, times: Array, settings: Settings
    ) -> Raw:
        """Integrate from ``times[0]`` to ``times[-1]``.

        Args:
            compiled: the system.
            initial: ``(n, B)``, finite, with finite slopes.
            parameters: ``(m, B)``, in the order of the system.
            times: ``(T,)``, at least two, each once, rising or falling. Each is the end of a step, or its state has
                the accuracy of one.
            settings: tolerances, events and so on.

        Raises:
            BackendError: the system or a setting is beyond this backend; the message says why.
        """


# The module and the class of each backend; imported when first asked for, since they bring heavy libraries.
BACKENDS = {
    "scipy": ("scipy_backend", "ScipyBackend"),
    "heyoka": ("heyoka_backend", "HeyokaBackend"),
    "torch": ("torch_backend", "TorchBackend"),
    "native": ("native_backend", "NativeBackend"),
}


@cache
def backend(name: str) -> Backend:
    """The backend of this name, ready to run.

    Raises:
        ValueError: there is none of this name.
        BackendError: it cannot run on this machine.
    """
    if name not in BACKENDS:
        raise ValueError(f"backend={name!r}; give one of {', '.join(BACKENDS)}, or auto")
    module, kind = BACKENDS[name]
    found: Backend = getattr(import_module(f".{module}", __package__), kind)()
    reason = found.unavailable()
    if reason:
        raise BackendError(f"backend {name} cannot run here: {reason}")
    return found


def available() -> tuple[str, ...]:
    """Names of the backends that can run on this machine."""
    names = []
    for name in BACKENDS:
        try:
            backend(name)
        except BackendError:
            continue
        names.append(name)
    return tuple(names)
