"""The numbers of a spectrum, for a run and for each of its null models: is there anything in them?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..simulate.description import RunDescription
from ..simulate.run import Run
from ..simulate.spectrum import g23, gap_position, gap_ratio, shift
from .checks.gap_position import most_frequent
from .checks.grokking_gap import fall
from .nulls import NullSpectra, nulls_of, spectra_of_run

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """One number of a series of windows: ``name``, and ``of(spectra)``, one value per replicate, ``(N,)``."""

    name: str
    about: str
    of: Callable[[NullSpectra], Array]


@dataclass(frozen=True, eq=False)
class Compared:
    """All numbers of one source, the run or a null model: ``values`` by the name of the number, ``(N,)`` each.

    NaN where a replicate has none. ``windows`` is how many each value was taken from.
    """

    name: str
    about: str
    windows: int
    values: Mapping[str, Array]


@dataclass(frozen=True, eq=False)
class Comparison:
    """A run beside its null models."""

    run: Compared
    nulls: tuple[Compared, ...]

    def beyond(self, number: str) -> dict[str, float]:
        """For each null the share of its replicates whose number is at least the run's median.

        Near 0 or 1: the run differs from this null. NaN where one of the two has no number.
        """
        own = self.run.values[number]
        own = own[np.isfinite(own)]
        found = {}
        for null in self.nulls:
            known = null.values[number][np.isfinite(null.values[number])]
            some = len(own) > 0 and len(known) > 0
            found[null.name] = float(np.mean(known >= np.median(own))) if some else float("nan")
        return found


def compare_with_nulls(
    run: Run,
    *,
    replicates: int = 24,
    seed: int = 0,
    train: Callable[[RunDescription], Run] | None = None,
) -> Comparison:
    """The numbers of :data:`NUMBERS` for a run and for every null model that can be had of it.

    Arguments and errors are those of :func:`.nulls_of`.
    """
    nulls = nulls_of(run, replicates=replicates, seed=seed, train=train)
    return Comparison(compared(spectra_of_run(run)), tuple(compared(null) for null in nulls.values()))


def compared(spectra: NullSpectra) -> Compared:
    """All numbers of one series of windows."""
    values = {number.name: number.of(spectra) for number in NUMBERS}
    return Compared(spectra.name, spectra.about, spectra.sigma.shape[1], values)


def _median(series: Array) -> Array:
    """Over the windows that have a number, one value per replicate."""
    return np.array([np.median(s[np.isfinite(s)]) if np.isfinite(s).any() else np.nan for s in series])


def _position(spectra: NullSpectra) -> Array:
    found = [most_frequent(row) for row in gap_position(*_known(spectra))]
    return np.array([k or np.nan for k in found], dtype=np.float64)


def _ratio(spectra: NullSpectra) -> Array:
    return _median(gap_ratio(*_known(spectra)))


def _fall(spectra: NullSpectra) -> Array:
    if spectra.sigma.shape[2] < 3:
        return np.full(len(spectra.sigma), np.nan)
    return np.array([fall(series) for series in g23(*_known(spectra))])


def _share(spectra: NullSpectra) -> Array:
    squares = spectra.sigma**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return _median(squares[..., 0] / squares.sum(axis=-1))


def _geo(spectra: NullSpectra) -> Array:
    if spectra.inner is None:
        return np.full(len(spectra.sigma), np.nan)
    sigma, resolved = _known(spectra)
    position = gap_position(sigma, resolved)
    place = np.maximum(position - 1, 0)[..., None]
    upper, lower = (np.take_along_axis(sigma, place + below, axis=-1)[..., 0] for below in (0, 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        change = shift(np.nan_to_num(spectra.inner)).S / ((upper - lower) * (upper + lower))
    return _median(np.where(position > 0, change, np.nan))


def _known(spectra: NullSpectra) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Spectra of a seed that diverged are zero and unresolved from then on, not NaN."""
    return np.nan_to_num(spectra.sigma), spectra.resolved


NUMBERS = (
    Number("k*", "most frequent position of the gap", _position),
    Number("R", "median ratio of singular values at the gap", _ratio),
    Number("fall of g_23", "largest g_23 over the last", _fall),
    Number("share of σ_1", "median of σ_1² over the sum of squares", _share),
    Number("𝒜_geo", "median change of a window over its gap", _geo),
)
"""What is compared."""
