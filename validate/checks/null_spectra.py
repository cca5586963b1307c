"""The null spectra that a run's spectra are compared with, drawn once per length of series."""

from __future__ import annotations

from functools import lru_cache

from ...simulate.description import RunDescription
from ..nulls import NullSpectra, optimizer_noise, smooth_trajectory, white_noise

SEED = 715
"""Of all null models; no meaning."""


@lru_cache(maxsize=8)
def null_spectra(description: RunDescription, records: int, replicates: int) -> dict[str, NullSpectra]:
    """The null models for a run with this description, with series of ``records`` windows each."""
    recording = description.recording
    if recording is None:
        raise ValueError("null spectra need a recording (window and stride) to imitate")
    length = description.network.length(description.task)
    made = (
        white_noise(recording.window, length, records, replicates, SEED),
        optimizer_noise(description, records, replicates, SEED),
        smooth_trajectory(recording.window, records, replicates, SEED),
    )
    return {null.name: null for null in made}
