"""Runs with weights made by hand in a quadratic landscape: what every check must find in them is known.

A window ends half-way to grokking, one at grokking, one at the last snapshot. Between them the weights stand still or
jump. The landscape is a parabola with one curvature for each weight, so that directions along axes have known ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from spectral_edge.simulate.description import RunDescription, Snapshots
from spectral_edge.simulate.landscape.landscape import HELD_OUT, Along, Measured
from spectral_edge.simulate.run import Run

W, EVERY, HALF, GROK, LATE = 5, 10, 100, 200, 300
STRENGTHS = np.array([8.0, 4.0, 2.0, 1.0, 0.5])


@dataclass(frozen=True)
class World:
    """A landscape: ``curvature (p,)`` and ``slope (p,)`` of both losses; a ``twin`` is that of the arm without decay.

    An answer is right where each weight named in ``needed`` is at least as large as it says.
    """

    curvature: np.ndarray
    held_out: np.ndarray | None = None
    needed: dict[int, float] = field(default_factory=dict)
    twin: np.ndarray | None = None


class Parabola:
    """What checks ask of a :class:`Landscape`, in closed form."""

    def __init__(self, world: World, description: RunDescription, seeds: tuple[int, ...]) -> None:
        self.world, self.description = world, replace(description, seeds=seeds, recording=None)
        self._twin = world.twin is not None and not description.optimizer.weight_decay

    def curvature(self, data: str) -> np.ndarray:
        if self._twin:
            return self.world.twin
        held_out = self.world.curvature if self.world.held_out is None else self.world.held_out
        return held_out if data == HELD_OUT else self.world.curvature

    def along(self, theta, v, data="train"):
        curvature = self.curvature(data)
        return Along((v**2) @ curvature, np.einsum("smp,sp->sm", v, curvature * theta))

    def products(self, theta, v, data="train"):
        assert theta.shape == v[:, 0].shape
        return self.curvature(data) * v

    def gradient(self, theta, data="train"):
        return self.curvature(data) * theta

    def measured(self, theta, data=HELD_OUT):
        right = np.ones(len(theta))
        for weight, least in self.world.needed.items():
            right *= np.abs(theta[:, weight]) >= least
        return Measured(theta**2 @ self.curvature(data) / 2, right)

    def divergence(self, theta, moved, data=HELD_OUT):
        return (theta - moved) ** 2 @ self.curvature(data) / 2


def axes(strengths, length, draw=0) -> np.ndarray:
    """Rows ``(W, p)`` whose right singular vectors are the first axes, with these strengths."""
    rows = np.zeros((W, length))
    u = np.linalg.qr(np.random.default_rng(draw).normal(size=(W, W)))[0]
    rows[:, : len(strengths)] = u[:, : len(strengths)] * strengths
    return rows


def run_with(base: Run, windows, weight_decay=1.0) -> Run:
    """``base`` with weights kept: ``windows`` maps a step to the weights at its window's end and its rows."""
    rule = replace(base.description.optimizer, weight_decay=weight_decay)
    steps = max(LATE, base.description.steps)
    description = replace(
        base.description, optimizer=rule, dtype="float64", steps=steps, snapshots=Snapshots(EVERY, LATE)
    )
    path = np.zeros((LATE // EVERY + 1, base.final_weights.shape[1]))
    for step, (end, rows) in sorted(windows.items()):
        first = step // EVERY - W
        path[first:] = end - rows[::-1].cumsum(axis=0)[-1]
        path[first + 1 : first + W + 1] = path[first] + rows.cumsum(axis=0)
        path[first + W + 1 :] = path[first + W]
    seeds = len(description.seeds)
    evaluations = np.array(description.evaluation_steps)
    accuracy = np.zeros((seeds, len(evaluations)))
    accuracy[:, evaluations >= GROK] = 1.0
    flat = np.zeros_like(accuracy)
    records = len(description.record_steps)
    return replace(
        base,
        description=description,
        evaluation_steps=evaluations,
        train_loss=flat,
        test_loss=flat,
        train_accuracy=flat + 1.0,
        test_accuracy=accuracy if weight_decay else flat,
        weight_norm=flat,
        record_steps=np.array(description.record_steps),
        inner=np.zeros((seeds, records, W + 1, W + 1)),
        sigma=np.zeros((seeds, records, W)),
        resolved=np.zeros((seeds, records, W), dtype=bool),
        weight_rounding=np.zeros((seeds, records)),
        final_weights=np.zeros(base.final_weights.shape),
        snapshots=np.broadcast_to(path, (seeds, *path.shape)).copy(),
    )


def spectra_of_ratios(ratios: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Spectra ``(R, 5)`` whose gap ratio is the given series."""
    series = np.asarray(ratios)
    flat = np.tile([1.0, 0.99, 0.98, 0.97, 0.96], (len(series), 1))
    flat[:, 0] = 0.99 * series
    return flat
