"""W1 on recorded updates: the closed form from three inner products against a direct computation."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.lowering.lower import lower
from ...theory.edge import notation as n
from ...theory.edge.window.rank_two_shift import ROOTS, W1
from ..check import Check, Context
from ..evidence import Evidence, Measurement, Table
from ..profiles import DECAY, NO_DECAY
from ..record import Record
from ..rules import judge_theorem

Array = npt.NDArray[np.float64]

RECORD = Record(
    statement="W1",
    observable="largest difference between the eigenvalues and Frobenius norm of the shift in closed form and by a QR "
    "factorisation of the raw updates, relative to the norm",
    replication="a seed at one of the steps at which raw updates are kept",
    test="below factor · p · ε · ‖X‖_F² / ‖ΔS‖_F, where ε is the spacing of float64 at 1",
    refuted_if="the difference exceeds the bound at any of them",
    nulls=(
        "the two updates taken as orthogonal (C = 0)",
        "the second-oldest update taken for the one that leaves",
    ),
    constants={"factor": 1.0},
    reasons={
        "factor": "p·ε bounds the relative error of an inner product of p terms (Higham 2002, section 3.1)"
    },
)

_SHIFT = lower(
    (ROOTS.content[0].rhs, ROOTS.content[1].rhs, W1.content[3].rhs), (n.new_norm, n.old_norm, n.overlap)
)


def closed_form(inner: Array, leaving: int = 0, orthogonal: bool = False) -> Array:
    """(μ₊, μ₋, ‖ΔS‖_F) from ``inner (W+1, W+1)``; the two switches make the altered copies."""
    entering, left = inner[-1, -1], inner[leaving, leaving]
    overlap = 0.0 if orthogonal else inner[leaving, -1]
    up, down, squared = _SHIFT(entering, left, overlap)
    return np.array([up, down, np.sqrt(squared)])


def direct(rows: npt.NDArray[np.floating]) -> Array:
    """The same three numbers from the raw updates ``rows (W+1, p)``, by QR: no inner product is formed.

    With rowsᵀ = Q R, the change of S is Q R diag(−1, 0, …, 0, 1) Rᵀ Qᵀ; its largest and smallest
    eigenvalue and its norm are those of a (W+1) × (W+1) matrix.
    """
    upper: Array = np.asarray(np.linalg.qr(rows.T.astype(np.float64), mode="r"))
    signs = np.zeros(rows.shape[0])
    signs[0], signs[-1] = -1.0, 1.0
    eigenvalues = np.linalg.eigvalsh((upper * signs) @ upper.T)
    # One is never negative and the other never positive; with p = 1 there is but one, and the other is 0.
    return np.array([max(eigenvalues[-1], 0.0), min(eigenvalues[0], 0.0), np.sqrt(np.sum(eigenvalues**2))])


def judge(context: Context) -> Evidence:
    """Compare both at every kept window of every seed and arm."""
    rows: list[tuple[str | float | int | None, ...]] = []
    for arm, run in context.runs.items():
        for step, kept in run.kept_rows.items():
            record = int(np.flatnonzero(run.record_steps == step)[0])
            for number, seed in enumerate(run.description.seeds):
                if not np.isfinite(kept[number]).all():
                    continue  # a diverged seed has no updates
                inner, exact = run.inner[number, record], direct(kept[number])
                scale = exact[2]
                bound = RECORD.constants["factor"] * kept.shape[2] * np.finfo(float).eps
                bound *= float(np.sum(kept[number].astype(np.float64) ** 2)) / scale
                errors = [
                    float(np.max(np.abs(candidate - exact)) / scale)
                    for candidate in (
                        closed_form(inner),
                        closed_form(inner, orthogonal=True),
                        closed_form(inner, leaving=1),
                    )
                ]
                rows.append((arm, seed, step, *errors, bound))
    # Where the rows hardly overlap, or all are alike, an altered copy is nearly right: there it says nothing.
    numbers = np.array([[float(x) for x in row[3:] if isinstance(x, float)] for row in rows])
    right, wrong, bound = numbers[:, 0], numbers[:, 1:3].min(axis=1), numbers[:, 3]
    result = context.theory.results["W1"]
    rejected = bool(np.all(wrong > bound)) and 0 < result.mutants_made == result.mutants_caught
    worst = int(np.argmax(right / bound))
    return Evidence(
        "W1",
        judge_theorem(result.status, bool(np.all(right <= bound)), rejected),
        Measurement(
            float(right.max()), "largest relative difference between closed form and direct computation"
        ),
        Measurement(float(wrong.min()), "smallest such difference of an altered closed form"),
        f"{result.message}; on {len(rows)} recorded windows the closed form stays within {right[worst] / bound[worst]:.2g} "
        f"of its rounding bound, and the altered forms are never nearer than {wrong.min():.1e}. It is an identity, true of any "
        "updates: the confrontation tests the recorder, not the training.",
        tables=(
            Table(
                "Every kept window",
                ("arm", "seed", "step", "closed form", "C = 0", "wrong leaving update", "rounding bound"),
                tuple(rows),
            ),
        ),
        runs=context.run_addresses,
        seeds=tuple(next(iter(context.runs.values())).description.seeds),
    )


CHECKS = (Check("W1", RECORD, (DECAY, NO_DECAY), judge),)
