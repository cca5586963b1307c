"""A check: one statement, the record that judges it, and the function that does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..simulate.run import Run
from ..theory.verify import TheoryReport
from .evidence import Evidence
from .profiles import Profile
from .record import Record

NULL_SEED = 715
"""Of the null models; no meaning."""


@dataclass(frozen=True)
class Context:
    """What a check may look at. ``runs`` holds the trained arms it asked for, by name, and no others.

    ``null_seed`` is that of the null models that several checks share.
    """

    profile: Profile
    theory: TheoryReport
    runs: Mapping[str, Run]
    device: str = "cpu"
    null_seed: int = NULL_SEED

    @property
    def run_addresses(self) -> tuple[str, ...]:
        """Where the runs are in the store."""
        return tuple(run.description.address() for run in self.runs.values())


@dataclass(frozen=True)
class Check:
    """How one statement is confronted.

    ``arms`` names the training runs that ``judge`` needs; ``optional`` those it shows too where the profile
    trains them, and that decide nothing. ``record`` is None for a statement that is decided by its
    derivation alone.
    """

    statement: str
    record: Record | None
    arms: tuple[str, ...]
    judge: Callable[[Context], Evidence]
    optional: tuple[str, ...] = ()

    def uses(self, profile: Profile) -> tuple[str, ...]:
        """The arms of ``profile`` that the check gets, those it needs first."""
        return tuple(arm for arm in dict.fromkeys((*self.arms, *self.optional)) if arm in profile.arms)
