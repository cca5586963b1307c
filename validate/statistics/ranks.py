"""Whether two numbers of few things put them in the same order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

FEWEST = 4
"""Of fewer things two orders agree fully too often by chance (1 in 6 for three); no deeper source."""


def rank_agreement(first: npt.ArrayLike, second: npt.ArrayLike) -> float:
    """Spearman's correlation of two numbers of some things, ties at their mean rank.

    Things of which either number is NaN are left out. NaN where fewer than :data:`FEWEST` are left, or where one of the
    numbers is the same for all.

    Raises:
        ValueError: the lengths differ.
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(
            f"rank_agreement: numbers of shapes {a.shape} and {b.shape}; give two for each thing"
        )
    known = ~(np.isnan(a) | np.isnan(b))
    if known.sum() < FEWEST:
        return float("nan")
    x, y = (rankdata(numbers[known]) - (known.sum() + 1) / 2 for numbers in (a, b))
    size = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / size if size > 0 else float("nan")
