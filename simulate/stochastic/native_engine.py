"""The engine in C: paths in the lanes of a vector, and a thread for each core."""

from __future__ import annotations

import ctypes
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np

from ..native import load
from .emit import source
from .job import Job, Result
from .model import Model

# GCC keeps a·b + c apart under -std=c11; joined they are rounded once instead of twice, and twice as fast.
FLAGS = ("-ffp-contract=fast", "-lm")

# A thread takes this many paths at a time: enough to hide that the last lanes of a batch run empty. No source.
BATCH = 512

_DOUBLE, _INTEGER = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_int64)


class _Job(ctypes.Structure):
    _fields_ = [
        *((name, ctypes.c_int64) for name in ("paths", "steps", "times", "refine", "depth", "max_attempts")),
        ("resolution", ctypes.c_double),
        *((name, ctypes.c_uint64) for name in ("key", "first_path")),
        *((name, _DOUBLE) for name in ("initial", "parameters", "lengths", "given")),
        ("slots", _INTEGER),
        *((name, _DOUBLE) for name in ("y", "w", "stop_y", "stop_part")),
        *((name, _INTEGER) for name in ("outcome", "stop_step", "accepted", "rejected")),
    ]


@lru_cache(maxsize=64)
def library(model: Model) -> ctypes.CDLL:
    """The compiled lanes of a model.

    Raises:
        NoCompiler: there is no C compiler here.
        EmitError: an operation has no counterpart in C.
    """
    found = load(source(model), FLAGS)
    found.run.argtypes = [ctypes.POINTER(_Job), ctypes.c_int64, ctypes.c_int64]
    found.run.restype = ctypes.c_int
    return found


def run(model: Model, job: Job, result: Result, threads: int) -> None:
    """Compute all paths of the job.

    Raises:
        NoCompiler: there is no C compiler here.
        MemoryError: a thread got no memory for its lanes.
    """
    lanes = library(model)
    count = job.initial.shape[1]
    # Kept in names, so that they live as long as the pointers to them.
    initial, parameters = np.ascontiguousarray(job.initial), np.ascontiguousarray(job.parameters)
    lengths, slots = np.ascontiguousarray(job.lengths), np.ascontiguousarray(job.slots, dtype=np.int64)
    given = None if job.given is None else np.ascontiguousarray(job.given)
    book = _Job(
        paths=count,
        steps=len(lengths),
        times=job.times,
        refine=job.refine,
        depth=job.depth,
        max_attempts=job.max_attempts,
        resolution=job.resolution,
        key=job.key,
        first_path=job.first_path,
        initial=initial.ctypes.data_as(_DOUBLE),
        parameters=parameters.ctypes.data_as(_DOUBLE),
        lengths=lengths.ctypes.data_as(_DOUBLE),
        given=None if given is None else given.ctypes.data_as(_DOUBLE),
        slots=slots.ctypes.data_as(_INTEGER),
        y=result.y.ctypes.data_as(_DOUBLE),
        w=result.w.ctypes.data_as(_DOUBLE) if job.keep_noise else None,
        stop_y=result.stop_y.ctypes.data_as(_DOUBLE),
        stop_part=result.stop_part.ctypes.data_as(_DOUBLE),
        outcome=result.outcome.ctypes.data_as(_INTEGER),
        stop_step=result.stop_step.ctypes.data_as(_INTEGER),
        accepted=result.accepted.ctypes.data_as(_INTEGER),
        rejected=result.rejected.ctypes.data_as(_INTEGER),
    )
    ends = [*range(0, count, BATCH), count]

    def batch(number: int) -> int:
        return int(lanes.run(ctypes.byref(book), ends[number], ends[number + 1]))

    # Foreign calls let other threads of Python run.
    with ThreadPoolExecutor(threads) as pool:
        failed = sum(pool.map(batch, range(len(ends) - 1)))
    if failed:
        raise MemoryError(f"{failed} batches of {BATCH} paths got no memory for their lanes")
