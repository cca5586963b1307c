"""The engine that needs no compiler: every path has a row of each array, and its own place in its own tree of steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .job import Array, Integers, Job, Result
from .model import Model
from .outcome import PathOutcome
from .philox import normals
from .pieces import Pieces, pieces_of

Mask = npt.NDArray[np.bool_]

NEWTON_STEPS = 12
"""As in stepper.c. No source: what takes more is rejected, and the half of the step is nearer to where it starts."""

CLOSE = 1e-4
"""As in stepper.c: a correction by this part of the smallest gap or of the noise is the last; the next one would be about
its square. No source."""

_NEW, _SPLIT, _POP = 0, 1, 2


def run(model: Model, job: Job, result: Result) -> None:
    """Compute all paths of the job. What is done, and in which order, is what stepper.c does in its lanes."""
    with np.errstate(all="ignore"):
        _Run(pieces_of(model), model, job, result).run()


@dataclass
class _Step:
    y: Array
    f: Array
    ok: Mask


class _Run:
    def __init__(self, pieces: Pieces, model: Model, job: Job, result: Result) -> None:
        self.pieces, self.model, self.job, self.result = pieces, model, job, result
        count = job.initial.shape[1]
        self.path = np.arange(count)
        self.x, self.p = job.initial.copy(), job.parameters
        self.f = pieces.drift(self.x, self.p)
        self.dw = np.zeros((model.m, count))
        self.sum = np.zeros((model.m, count))
        self.step, self.level, self.need = (np.zeros(count, dtype=np.int64) for _ in range(3))
        self.node = np.ones(count, dtype=np.uint64)
        # The right halves of the steps that were split, by level; made when a level is first reached.
        self.right: list[Array] = []

    def run(self) -> None:
        """Attempts, until no path is left."""
        while self.path.size:
            whole = self.job.lengths[self.step]
            h = np.ldexp(whole, -self.level)
            self._increments(h)
            fine = np.full(h.shape, np.inf)
            if np.isfinite(self.job.resolution):
                fine = self.job.resolution * np.sqrt(whole)
            # Steps that are to be halved anyway are not tried.
            if (self.level >= self.job.refine).any():
                tried = attempt(self.pieces, self.model, self.x, self.f, self.p, h, self.dw, fine)
            else:
                tried = _Step(self.x, self.f, np.zeros(h.shape, dtype=bool))
            self._decide(tried)

    def _increments(self, h: Array) -> None:
        new, split, pop = (self.need == what for what in (_NEW, _SPLIT, _POP))
        draws = new | split
        if draws.any():
            number = (self.path + self.job.first_path).astype(np.uint64)
            node = np.where(split, self.node >> np.uint64(1), np.uint64(0)).astype(np.uint64)
            z = normals(
                number[draws], self.step[draws].astype(np.uint64), node[draws], self.model.m, self.job.key
            )
            keep = np.where(split, 0.5, 0.0)[draws]
            spread = np.where(split, 0.5 * np.sqrt(2.0 * h), np.sqrt(h))[draws]
            left = keep * self.dw[:, draws] + spread * z
            other = self.dw[:, draws] - left
            for level in np.unique(self.level[split]):
                while len(self.right) <= level:
                    self.right.append(np.zeros_like(self.dw))
                here = split & (self.level == level)
                self.right[level][:, here] = other[:, here[draws]]
            self.dw[:, draws] = left
        for level in np.unique(self.level[pop]):
            here = pop & (self.level == level)
            self.dw[:, here] = self.right[level][:, here]
        if self.job.given is not None:
            self.dw[:, new] = self.job.given[:, self.step[new], self.path[new]]

    def _decide(self, tried: _Step) -> None:
        job, result = self.job, self.result
        free = self.level >= job.refine
        taken = tried.ok & free
        self.x, self.f = np.where(taken, tried.y, self.x), np.where(taken, tried.f, self.f)
        self.sum += np.where(taken, self.dw, 0.0)
        result.accepted[self.path[taken]] += 1
        refused = ~tried.ok & free
        result.rejected[self.path[refused]] += 1
        ended = np.full(taken.shape, -1)

        # Back up the tree, out of every right half; then to the right sibling, or to the next step.
        climbing = taken.copy()
        while True:
            climbing &= (self.level > 0) & (self.node & np.uint64(1) == 1)
            if not climbing.any():
                break
            self.node[climbing] >>= np.uint64(1)
            self.level[climbing] -= 1
        sibling, whole = taken & (self.level > 0), taken & (self.level == 0)
        self.node[sibling] += np.uint64(1)
        self.need[sibling] = _POP
        self.need[whole] = _NEW
        self.step[whole] += 1
        slot = np.where(whole, job.slots[self.step], -1)
        out = slot >= 0
        result.y[:, slot[out], self.path[out]] = self.x[:, out]
        if job.keep_noise:
            result.w[:, slot[out], self.path[out]] = self.sum[:, out]
        ended[whole & (self.step == len(job.lengths))] = PathOutcome.REACHED_END

        split = ~taken & (self.level < job.depth)
        last = ~taken & ~split
        self.level[split] += 1
        self.node[split] <<= np.uint64(1)
        self.need[split] = _SPLIT
        finite = np.isfinite(tried.y).all(axis=0)
        ended[last] = np.where(finite, PathOutcome.UNRESOLVED, PathOutcome.BLOW_UP)[last]
        spent = result.accepted[self.path] + result.rejected[self.path] >= job.max_attempts
        ended[(ended < 0) & spent] = PathOutcome.TOO_MANY_STEPS
        self._leave(ended)

    def _leave(self, ended: Integers) -> None:
        done = ended >= 0
        if not done.any():
            return
        at, result = self.path[done], self.result
        result.outcome[at] = ended[done]
        result.stop_step[at] = self.step[done]
        part = np.ldexp(self.node.astype(np.float64), -self.level) - 1.0
        result.stop_part[at] = np.where(self.need == _NEW, 0.0, part)[done]
        result.stop_y[:, at] = self.x[:, done]
        left = ~done
        for name in ("path", "step", "level", "need", "node"):
            setattr(self, name, getattr(self, name)[left])
        for name in ("x", "f", "p", "dw", "sum"):
            setattr(self, name, getattr(self, name)[:, left])
        self.right = [values[:, left] for values in self.right]


def attempt(
    pieces: Pieces, model: Model, x: Array, f: Array, p: Array, h: Array, dw: Array, fine: Array
) -> _Step:
    """A step of length ``h (B,)`` from ``x (n, B)``, where the drift is ``f``; and which may be taken."""
    shock, largest = pieces.shocks(x, p, dw)
    if model.theta2:
        theta = model.theta2 / 2
        z = x + (1 - theta) * h * f + shock
        guess = h * f + shock
        y = x + pieces.reach(x, guess, p) * guess
        ok, y = _implicit(pieces, z, p, theta * h, largest * np.sqrt(h), y)
        g = (y - z) / (theta * h)
    else:
        correction = pieces.correction(x, p) * (dw * dw - h) if model.milstein else 0.0
        y = x + h * f + (shock + correction)
        g = pieces.drift(y, p)
        ok = np.ones(h.shape, dtype=bool)
    allowed = np.where(np.isfinite(fine) & (largest > 0), fine * largest, np.inf)
    ok &= np.isfinite(y).all(axis=0) & np.isfinite(g).all(axis=0)
    ok &= (0.5 * h * np.abs(g - f) <= allowed).all(axis=0)
    ok &= pieces.room(y, p) > 0
    return _Step(y, g, ok)


def _implicit(pieces: Pieces, z: Array, p: Array, h: Array, reachable: Array, y: Array) -> tuple[Mask, Array]:
    """``y = z + h f(y)`` by Newton's method that stays between the walls; and where it arrived."""
    n = len(z)
    done = np.zeros(h.shape, dtype=bool)
    for _ in range(NEWTON_STEPS):
        g, jacobian = pieces.drift_and_jacobian(y, p)
        residual = z + h * g - y
        matrix = np.eye(n)[:, :, None] - h * jacobian
        whole = np.isfinite(matrix).all(axis=(0, 1)) & np.isfinite(residual).all(axis=0) & ~done
        change = np.full_like(y, np.nan)
        change[:, whole] = _solved(matrix[:, :, whole], residual[:, whole])
        part = pieces.reach(y, change, p)
        size = np.abs(change).max(axis=0)
        small = size <= CLOSE * np.minimum(pieces.room(y, p), reachable)
        small |= size <= 1e-13 * np.abs(y).max(axis=0)
        y = np.where(done, y, y + part * change)
        done |= small & (part == 1.0)
        if done.all():
            break
    return done, y


def _solved(matrix: Array, residual: Array) -> Array:
    """Solutions ``(n, B)`` of B systems; NaN where a matrix is singular."""
    stacked = np.moveaxis(matrix, 2, 0)
    try:
        return np.asarray(np.linalg.solve(stacked, residual.T[:, :, None])[:, :, 0].T, dtype=np.float64)
    except np.linalg.LinAlgError:
        found = np.full_like(residual, np.nan)
        for b, one in enumerate(stacked):
            if np.linalg.det(one) != 0:
                found[:, b] = np.linalg.solve(one, residual[:, b])
        return found
