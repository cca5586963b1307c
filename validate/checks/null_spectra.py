"""The null spectra that a run's spectra are compared with, drawn once for all statements."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from ...simulate.description import RunDescription
from ..check import Context
from ..nulls import NullSpectra, momentum, smooth_trajectory, spectra_of_windows, white
from ..profiles import DECAY
from .update_nulls import noise_updates, white_updates


def null_spectra(context: Context, records: int) -> dict[str, NullSpectra]:
    """The null models for the arm with decay, as series of ``records`` windows, by name.

    Noise is drawn once, as long as that arm's own series, and cut; it does not know how long it will be
    looked at. The smooth trajectory runs its whole course in the windows asked for.

    Raises:
        ValueError: more windows are asked for than the arm has.
    """
    description = context.profile.arms[DECAY]
    return _null_spectra(description, records, context.profile.null_replicates, context.null_seed)


@lru_cache(maxsize=8)
def _null_spectra(
    description: RunDescription, records: int, replicates: int, seed: int
) -> dict[str, NullSpectra]:
    longest = len(description.record_steps)
    if not 1 <= records <= longest:
        raise ValueError(f"{records} windows are asked for, but the arm with decay has {longest}")
    recording = description.recording
    assert recording is not None
    made = [_cut(noise, records) for noise in _noise(description, replicates, seed)]
    made.append(smooth_trajectory(recording.window, records, replicates, seed))
    return {null.name: null for null in made}


@lru_cache(maxsize=2)
def _noise(description: RunDescription, replicates: int, seed: int) -> tuple[NullSpectra, ...]:
    recording = description.recording
    assert recording is not None
    length, stride = description.recorded_length, recording.stride
    rows = len(description.record_steps) + recording.window - 1
    made = {
        white.NAME: (white.ABOUT, white_updates(length, description.steps // stride, replicates, seed)),
        momentum.NAME: (momentum.ABOUT, noise_updates(description, stride, replicates, seed)),
    }
    spectra = {
        name: spectra_of_windows(products[:, :rows, :rows], recording.window, length)
        for name, (_, products) in made.items()
    }
    return tuple(NullSpectra(name, made[name][0], *spectra[name], length) for name in made)


def _cut(null: NullSpectra, records: int) -> NullSpectra:
    return replace(null, sigma=null.sigma[:, :records], resolved=null.resolved[:, :records])
