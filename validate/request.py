"""What was asked for, refused before any work when it cannot be done."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..simulate.device import DeviceError, resolve_device
from ..theory.theory import Theory
from . import checks as registered_checks
from . import profiles as registered_profiles
from .atomic import write_text
from .check import Check
from .checks.derived import derived_checks
from .evidence_store import default_root
from .problems import BadRequest, unknown
from .profiles import Profile
from .progress import Reporter, Silent
from .self_check import checks_fit
from .theories import theory_of

DEFAULT_PROFILE = "quick"
DEFAULT_DEVICE = "cpu"
DEFAULT_THEORY = "spectral-edge"


@dataclass(frozen=True)
class Request:
    """A request that can be carried out: names are resolved, the store can be written.

    ``device`` is PyTorch's name of the device, such as ``"cpu"`` or ``"cuda:0"``; ``device_kind`` is
    its part before the colon: two devices of one kind may share what was computed.
    """

    theory: Theory
    checks: tuple[Check, ...]
    profile: Profile
    device: str
    store: Path
    progress: Reporter
    workers: int = 1

    @property
    def device_kind(self) -> str:
        """Such as ``"cuda"``."""
        return self.device.split(":")[0]

    def replay_command(self, statement: str) -> str:
        """The command line that finds the evidence of ``statement`` again, with these settings."""
        words = ["spectral-edge", "replay", statement]
        if self.theory.origin not in ("", DEFAULT_THEORY):
            words += ["--theory", self.theory.origin]
        if self.profile.name != DEFAULT_PROFILE:
            words += ["--profile", self.profile.name]
        if self.profile.master_seed:
            words += ["--master-seed", str(self.profile.master_seed)]
        if self.device_kind != DEFAULT_DEVICE:
            words += ["--device", self.device_kind]
        if self.store != default_root():
            words += ["--store", str(self.store)]
        return shlex.join(words)


def prepare(
    profile: str = DEFAULT_PROFILE,
    device: str = DEFAULT_DEVICE,
    store: Path | None = None,
    progress: Reporter | None = None,
    *,
    theory: Theory | str = DEFAULT_THEORY,
    checks: Sequence[Check] | None = None,
    profiles: Mapping[str, Profile] | None = None,
    workers: int = 1,
    master_seed: int = 0,
) -> Request:
    """Resolve names to things; the registries of this project are the defaults.

    Raises:
        BadRequest: the profile or theory is unknown, the master seed negative, the device absent, or the store
            cannot be written.
        SelfCheckFailed: checks and theory do not fit together.
    """
    if isinstance(theory, str):
        theory = theory_of(theory)
    if checks is None:
        # The checks with data are of the project's own theory; others are judged by their derivations.
        checks = registered_checks.CHECKS if theory.origin == DEFAULT_THEORY else ()
    profiles = registered_profiles.PROFILES if profiles is None else profiles
    if profile not in profiles:
        raise unknown("profile", profile, profiles)
    if master_seed < 0:
        raise BadRequest(f"--master-seed {master_seed}: give an integer from 0 on")
    try:
        place = str(resolve_device(device))
    except DeviceError as error:
        raise BadRequest(f"--device {device}: {error}") from error
    checks_fit(checks, theory)
    root = default_root() if store is None else store
    _try_writing(root)
    every = complete(checks, theory)
    chosen = profiles[profile].drawn_from(master_seed)
    return Request(theory, every, chosen, place, root, progress or Silent(), workers)


def complete(checks: Sequence[Check], theory: Theory) -> tuple[Check, ...]:
    """``checks``, and one for every theorem that has none of its own, in the order of the theory."""
    place = {statement.id: position for position, statement in enumerate(theory)}
    derived = derived_checks(theory, {check.statement for check in checks})
    return tuple(sorted((*checks, *derived), key=lambda check: place[check.statement]))


def _try_writing(root: Path) -> None:
    """Make the store and see that files can be made in it."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        # What is in here can always be computed again; it has no place in a version history.
        ignore = root / ".gitignore"
        write_text(ignore, "*\n")
    except OSError as error:
        raise BadRequest(
            f"store {root}: cannot be written ({error.strerror or error}); name another folder with --store "
            "or in $SPECTRAL_EDGE_STORE"
        ) from error
