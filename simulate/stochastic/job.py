"""What an engine is given, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Job:
    """Paths to compute, in the coordinate of the model.

    ``initial (n, P)``, ``parameters (q, P)``; ``lengths (K,)`` of the steps, and for each of the K + 1 times that they
    join the number of the output it is, or −1 (``slots``), of ``times`` in all; ``given (m, K, P)`` increments instead
    of those of ``key``. The first path has the number ``first_path`` in the counters.
    """

    initial: Array
    parameters: Array
    lengths: Array
    slots: Integers
    times: int
    given: Array | None
    key: int
    first_path: int
    resolution: float
    refine: int
    depth: int
    max_attempts: int
    keep_noise: bool


@dataclass(frozen=True, eq=False)
class Result:
    """``y (n, T, P)`` and ``w (m, T, P)`` are NaN after a path stopped; the first output is left to the caller if it
    is the start. ``stop_step`` and ``stop_part`` tell in which step, and how far through it, a path ended.
    """

    y: Array
    w: Array
    outcome: Integers
    stop_y: Array
    stop_step: Integers
    stop_part: Array
    accepted: Integers
    rejected: Integers

    @classmethod
    def blank(cls, job: Job, m: int) -> Result:
        """Room for the results of a job with m Brownian motions."""
        n, paths = job.initial.shape
        return cls(
            y=np.full((n, job.times, paths), np.nan),
            w=np.full((m if job.keep_noise else 0, job.times, paths), np.nan),
            outcome=np.zeros(paths, dtype=np.int64),
            stop_y=np.full((n, paths), np.nan),
            stop_step=np.zeros(paths, dtype=np.int64),
            stop_part=np.zeros(paths),
            accepted=np.zeros(paths, dtype=np.int64),
            rejected=np.zeros(paths, dtype=np.int64),
        )
