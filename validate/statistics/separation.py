"""How well a number separates two labels: the area under the ROC curve, with whole seeds resampled."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from .intervals import FEWEST, RESAMPLES, Interval
from .shares import LEVEL

Array = npt.NDArray[np.float64]


def area(score: npt.ArrayLike, label: npt.ArrayLike) -> float:
    """The chance that a positive scores above a negative, ties counting one half (Mann–Whitney).

    ``score (N,)`` with NaN for unknown, which is left out; ``label (N,)`` of bool. NaN without both labels.
    """
    scores, labels = np.asarray(score, dtype=np.float64), np.asarray(label, dtype=np.bool_)
    known = ~np.isnan(scores)
    scores, labels = scores[known], labels[known]
    positive = int(labels.sum())
    negative = len(labels) - positive
    if positive == 0 or negative == 0:
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[labels].sum() - positive * (positive + 1) / 2) / (positive * negative))


def separation(scores: list[Array], labels: list[npt.NDArray[np.bool_]], *, seed: int = 0) -> Interval:
    """The area over all seeds together, with a percentile interval from resampling whole seeds.

    Windows of one seed depend on one another: resampling them singly would make the interval far too
    narrow.

    Args:
        scores: one array per seed.
        labels: its labels, of the same lengths.
        seed: of the resampling.

    Raises:
        ValueError: the lengths do not fit.
    """
    lengths = [len(s) for s in scores], [len(one) for one in labels]
    if lengths[0] != lengths[1]:
        raise ValueError(f"scores of lengths {lengths[0]} with labels of lengths {lengths[1]}")
    if not scores:
        return Interval(float("nan"), -np.inf, np.inf, 0)
    value = area(np.concatenate(scores), np.concatenate(labels))
    if len(scores) < FEWEST or np.isnan(value):
        return Interval(value, -np.inf, np.inf, len(scores))
    wins, pairs = _wins(scores, labels)
    counts = _resampled(len(scores), seed)
    # Sums of halves, far below 2^53: exact in any order.
    won = ((counts @ wins) * counts).sum(axis=1)
    met = ((counts @ pairs) * counts).sum(axis=1)
    resampled = won[met > 0] / met[met > 0]
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(resampled, [tail, 100 - tail])
    return Interval(value, float(low), float(high), len(scores))


@lru_cache(maxsize=8)
def _resampled(size: int, seed: int) -> Array:
    """How often each of ``size`` seeds is in each resample, ``(B, size)``."""
    draw = np.random.default_rng(seed)
    return draw.multinomial(size, np.full(size, 1 / size), size=RESAMPLES).astype(np.float64)


def _wins(scores: list[Array], labels: list[npt.NDArray[np.bool_]]) -> tuple[Array, Array]:
    """``wins[i, j]``: positives of seed i above negatives of seed j, ties one half; and how many pairs met."""
    size = len(scores)
    wins, pairs = np.zeros((size, size)), np.zeros((size, size))
    known = [~np.isnan(s) for s in scores]
    above = [s[k & one] for s, k, one in zip(scores, known, labels, strict=True)]
    below = [np.sort(s[k & ~one]) for s, k, one in zip(scores, known, labels, strict=True)]
    all_positives = np.concatenate(above)
    ends = np.cumsum([len(positives) for positives in above])
    for j, negatives in enumerate(below):
        left = np.searchsorted(negatives, all_positives, "left")
        right = np.searchsorted(negatives, all_positives, "right")
        passed = np.concatenate([[0.0], np.cumsum((left + right) / 2)])[ends]
        wins[:, j] = np.diff(passed, prepend=0.0)
        pairs[:, j] = [len(positives) * len(negatives) for positives in above]
    return wins, pairs
