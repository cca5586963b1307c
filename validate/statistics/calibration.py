"""What a number says of labels, bin by bin: the observed share of each label, with whole seeds resampled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .intervals import FEWEST, RESAMPLES, Interval
from .shares import LEVEL

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Bin:
    """Scores from ``low`` on and below ``high``: ``counts`` of each label, and the share of each among them."""

    low: float
    high: float
    counts: tuple[int, ...]
    shares: tuple[Interval, ...]


def label_counts(
    scores: Sequence[Array] | Array, labels: Sequence[Labels] | Labels, edges: Array, classes: Sequence[int]
) -> Labels:
    """How often each label stands in each bin, ``(S, bins, classes)``; unknown scores and other labels are left out.

    A score on an edge belongs to the bin above it.

    Raises:
        ValueError: edges do not rise, or a seed's scores and labels have other lengths.
    """
    if len(edges) < 2 or not (np.diff(edges) > 0).all():
        raise ValueError(f"edges={list(edges)}; give at least two, rising")
    counts = np.zeros((len(scores), len(edges) - 1, len(classes)), dtype=np.int64)
    for seed, (score, label) in enumerate(zip(scores, labels, strict=True)):
        if len(score) != len(label):
            raise ValueError(f"{len(score)} scores with {len(label)} labels for seed {seed}")
        place = np.searchsorted(edges, score, "right") - 1
        inside = ~np.isnan(score) & (place >= 0) & (place < len(edges) - 1)
        for column, wanted in enumerate(classes):
            counts[seed, :, column] = np.bincount(place[inside & (label == wanted)], minlength=len(edges) - 1)
    return counts


def calibration(
    scores: Sequence[Array] | Array,
    labels: Sequence[Labels] | Labels,
    edges: Array,
    classes: Sequence[int],
    *,
    seed: int = 0,
) -> tuple[Bin, ...]:
    """The share of each label in each bin, over all seeds together.

    Windows of one seed depend on one another, so whole seeds are resampled; a resample without any score in a bin is
    left out there. Intervals are infinite where fewer than :data:`.intervals.FEWEST` seeds have scores in the bin.

    Args:
        scores: one array per seed.
        labels: its labels, of the same lengths.
        edges: of the bins, rising.
        classes: the labels that count.
        seed: of the resampling.

    Raises:
        ValueError: see :func:`label_counts`.
    """
    counts = label_counts(scores, labels, edges, classes)
    draw = np.random.default_rng(seed)
    size = max(len(counts), 1)
    chosen = draw.multinomial(size, np.full(size, 1 / size), size=RESAMPLES)[:, : len(counts)]
    found = []
    for number, (low, high) in enumerate(pairwise(edges)):
        own = counts[:, number]  # (S, classes)
        found.append(Bin(float(low), float(high), tuple(map(int, own.sum(axis=0))), _shares(own, chosen)))
    return tuple(found)


def _shares(own: Labels, chosen: Labels) -> tuple[Interval, ...]:
    """The share of each class, with its interval."""
    totals = own.sum(axis=1)
    seeds = int((totals > 0).sum())
    with np.errstate(invalid="ignore"):
        values = own.sum(axis=0) / totals.sum()
    if seeds < FEWEST:
        return tuple(Interval(float(value), -np.inf, np.inf, seeds) for value in values)
    drawn, met = chosen @ own, chosen @ totals
    resampled = drawn[met > 0] / met[met > 0, None]
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled, [tail, 100 - tail], axis=0)
    return tuple(
        Interval(float(value), float(a), float(b), seeds)
        for value, a, b in zip(values, low, high, strict=True)
    )
