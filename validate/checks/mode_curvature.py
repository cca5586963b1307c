"""P13: is the strongest mode of a grokked network flat, and are strong modes flatter than weak ones?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.landscape import HELD_OUT
from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Table
from ..profiles import DECAY, NO_DECAY
from ..record import Record
from ..statistics.ranks import rank_agreement
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Told, Varied, judge_scores
from .landscape_moments import (
    GROKKING,
    REASON,
    Moment,
    Seen,
    moment_steps,
    replicates,
    scores,
    seen,
    seen_at,
    unseen,
)

Array = npt.NDArray[np.float64]

LAST = "the weakest resolved mode of each window"
TURNED = "random directions in the span of each window"
RANDOM = "random directions in parameter space"
SHUFFLED = "the seed's own strengths and curvatures, paired at random"

FLAT = Record(
    statement="P13",
    observable="v_1ᵀHv_1 on the held-out loss, as the source's scripts have it, of the window that ends at the last "
    "snapshot, over the same number of the seed's twin without decay; infinite where the twin's is not positive",
    replication="a seed that groks while weights are kept and whose twin by then has learned the training examples and not "
    "the held-out ones; others are left out and listed",
    test="the ratio is at most the bound in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(LAST, TURNED, RANDOM),
    constants={"ratio": 0.5, "grokking": GROKKING, "memorised": 0.98},
    reasons={
        "ratio": "reported along v_1 of Dyck: 0.078 against 0.173, a ratio of 0.45; half is its round number",
        "memorised": "the level of grokking, asked of the training examples; no source",
        **REASON,
    },
    networks=TWO_LAYER,
    effect=EFFECT,
)
HIERARCHY = Record(
    statement="P13.hierarchy",
    observable="Spearman's correlation of σ_j with v_jᵀHv_j on the training loss, over the resolved modes of the window "
    "that ends at the last snapshot",
    replication="a seed of the arm with decay that groks while weights are kept; others are left out and listed",
    test="the correlation is at most the bound in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(RANDOM, SHUFFLED),
    constants={"correlation": -0.5, "grokking": GROKKING},
    reasons={"correlation": "our reading of an order that can be seen; no source", **REASON},
    networks=TWO_LAYER,
    effect=EFFECT,
)

_REPLICATES = 4
"""Random directions for each seed where each costs a Hessian-vector product; no source."""
_SHUFFLES, _SHUFFLED = 16, 43
"""Replicates that cost none, and of which draw they are; no source."""


def at_most(values: Array, threshold: float) -> npt.NDArray[np.bool_]:
    """Which are no larger than the threshold."""
    return values <= threshold


def ratio(grokked: Array, memorised: Array) -> Array:
    """``grokked/memorised``; infinite where the latter is not positive, NaN where either is not known."""
    fits = memorised > 0
    found = np.divide(grokked, memorised, out=np.full(grokked.shape, np.inf), where=fits)
    return np.where(np.isnan(grokked) | np.isnan(memorised), np.nan, found)


def _twin_steps(run: Run, twin: Run) -> Array:
    """The last snapshot of the seeds that grok, where their twin has memorised and not grokked; else NaN."""
    if run.description.seeds != twin.description.seeds:
        raise ValueError(f"P13: seeds {run.description.seeds} against twins {twin.description.seeds}")
    steps = moment_steps(run, Moment.LATE)
    for place, step in enumerate(steps):
        if not np.isfinite(step):
            continue
        at = int(np.flatnonzero(twin.evaluation_steps <= step)[-1])
        learned = twin.train_accuracy[place, at] >= FLAT.constants["memorised"]
        if not learned or twin.test_accuracy[place, at] >= GROKKING or step not in twin.snapshot_steps:
            steps[place] = np.nan
    return steps


def judge_flat(context: Context) -> Evidence:
    """P13: the curvature along v_1 after grokking, against that of the memorised twin."""
    run, twin = context.runs[DECAY], context.runs[NO_DECAY]
    steps = _twin_steps(run, twin)
    late, other = (seen_at(one, steps, context.null_seed) for one in (run, twin))
    if late is None or other is None:
        data, nulls = unseen(run, FLAT, "grokked", "twin")
    else:
        ours, theirs = (_curvatures(one) for one in (late, other))
        found = ratio(ours, theirs)
        places = late.places
        data = scores(DECAY, run, places, found[:, 0], {"grokked": ours[:, 0], "twin": theirs[:, 0]})
        cut = 2 + _SHUFFLES
        nulls = [
            scores(LAST, run, places, found[:, 1]),
            replicates(TURNED, run, places, found[:, 2:cut]),
            replicates(RANDOM, run, places, found[:, cut:]),
        ]
    return judge_scores(
        context,
        FLAT,
        data,
        nulls,
        at_most,
        Varied("ratio", "the ratio of curvatures", (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0), log_x=True),
        Told(
            "h_1 over that of the memorised twin",
            "the curvature along v_1 is at most half that of the twin",
            "0.078 against 0.173 along v_1 (Dyck, late), up to 1.84 along other directions of the memorised network",
            ANALOGUE,
        ),
    )


def _curvatures(one: Seen) -> Array:
    """On held-out data along v_1, the weakest mode, ``draws`` turned and some random directions, ``(S', 2 + draws + some)``."""
    own = one.on(one.modes.v, HELD_OUT)
    turned = one.turned_forms(own, _SHUFFLES)[:, :, 0]
    random = one.landscape.along(one.modes.theta, one.random[:, :_REPLICATES], HELD_OUT).h
    last = np.maximum(one.modes.resolved.sum(axis=1) - 1, 0)[:, None]
    ends = np.take_along_axis(curvatures(own), np.concatenate([np.zeros_like(last), last], axis=1), axis=1)
    return np.concatenate([ends, turned, random], axis=1)


def judge_hierarchy(context: Context) -> Evidence:
    """P13.hierarchy: do strengths fall as curvatures rise?"""
    run = context.runs[DECAY]
    late = seen(run, Moment.LATE, context.null_seed)
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    if late is None:
        data, nulls = unseen(run, HIERARCHY)
    else:
        modes, h = late.modes, curvatures(late.hessian)
        numbers = np.random.default_rng([context.null_seed, _SHUFFLED])
        shuffled = np.array([
            [rank_agreement(sigma, numbers.permutation(row)) for _ in range(_SHUFFLES)]
            for sigma, row in zip(modes.sigma, h, strict=True)
        ])  # fmt: skip
        data = scores(DECAY, run, late.places, _order(modes.sigma, h))
        nulls = [
            replicates(
                RANDOM,
                run,
                late.places,
                _turned_order(late, late.random_hessian, _squares(late, late.random)),
            ),
            replicates(SHUFFLED, run, late.places, shuffled),
        ]
        tables, figures = (_others(run, late), _table(late)), (_figure(late),)
    return judge_scores(
        context,
        HIERARCHY,
        data,
        nulls,
        at_most,
        Varied("correlation", "the rank correlation", (-0.9, -0.7, -0.5, -0.3, -0.1, 0.0)),
        Told(
            "rank correlation of strength and curvature",
            "strong modes are flat",
            "h of v_1 to v_4 on Dyck, late: grokked 0.078, 0.001, 0.020, 0.068; memorised 0.173, 0.987, 0.851, 1.838",
            ANALOGUE,
        ),
        figures=figures,
        tables=tables,
    )


def _order(strengths: Array, curvatures: Array) -> Array:
    known = np.where(np.isnan(curvatures), np.nan, strengths)
    return np.array([rank_agreement(one, h) for one, h in zip(known, curvatures, strict=True)])


def curvatures(hessian: Array) -> Array:
    """The diagonal, ``(S', m)``, of ``(S', m, m)``."""
    return np.asarray(np.diagonal(hessian, axis1=1, axis2=2))


def _squares(one: Seen, v: Array) -> Array:
    """``(X v_j)·(X v_k)``, ``(S', m, m)``: squared, how much the window moved along each direction.

    Of the window's own modes it is diagonal, with σ_j².
    """
    moved = np.einsum("swp,smp->smw", one.modes.rows, v)
    return np.asarray(moved @ moved.transpose(0, 2, 1))


def _turned_order(one: Seen, hessian: Array, squares: Array) -> Array:
    """The rank agreement of strengths and curvatures in directions turned at random, ``(S', draws)``."""
    # Squares have the order of strengths.
    moved, bent = (one.turned_forms(matrices, _SHUFFLES) for matrices in (squares, hessian))
    return np.stack([_order(moved[:, draw], bent[:, draw]) for draw in range(_SHUFFLES)], axis=1)


def _others(run: Run, late: Seen) -> Table:
    """The same correlation at other moments, and of directions turned in the span, which inherit its hierarchy."""
    rows: list[tuple[str | float | int | None, ...]] = []
    for moment in Moment:
        one = seen(run, moment, late.null_seed)
        if one is not None:
            found = _order(one.modes.sigma, curvatures(one.hessian))
            rows += [
                (moment.value, seed, float(value)) for seed, value in zip(one.modes.seeds, found, strict=True)
            ]
    turned = _turned_order(late, late.hessian, _squares(late, late.modes.v))
    means = [float(np.nanmean(found)) if np.isfinite(found).any() else float("nan") for found in turned]
    rows += [
        ("turned in the span, mean", seed, mean) for seed, mean in zip(late.modes.seeds, means, strict=True)
    ]
    return Table("Other windows, and turned directions", ("window", "seed", "rank correlation"), tuple(rows))


def _table(late: Seen) -> Table:
    rows = [
        (seed, j + 1, float(late.modes.sigma[i, j]), float(late.hessian[i, j, j]))
        for i, seed in enumerate(late.modes.seeds)
        for j in range(late.modes.window)
    ]
    return Table("Every mode of every seed", ("seed", "j", "σ_j (θ)", "h_j (L/θ²)"), tuple(rows))


def _figure(late: Seen) -> Figure:
    curves = [
        Curve(label, tuple(map(float, strength)), tuple(map(float, h)), "points", role)
        for label, role, strengths, bent in (
            ("modes of the window", "data", late.modes.sigma, curvatures(late.hessian)),
            (
                TURNED,
                "null",
                np.sqrt(late.turned_forms(_squares(late, late.modes.v), 1)[:, 0]),
                late.turned_forms(late.hessian, 1)[:, 0],
            ),
            (
                RANDOM,
                "null",
                np.sqrt(curvatures(_squares(late, late.random))),
                curvatures(late.random_hessian),
            ),
        )
        for strength, h in zip(strengths, bent, strict=True)
    ]
    return Figure(
        "strength-and-curvature",
        "Strength and curvature of the modes of the last window",
        "Every mode of every seed with decay that has grokked, and random directions at the same weights.",
        "Curvature against strength on a logarithmic axis, for the modes of each seed and for random directions.",
        "strength σ_j, or ‖Xv‖ (θ)",
        "curvature vᵀHv on the training loss (L/θ²)",
        tuple(curves),
        log_x=True,
    )


CHECKS = (
    Check("P13", FLAT, (DECAY, NO_DECAY), judge_flat),
    Check("P13.hierarchy", HIERARCHY, (DECAY,), judge_hierarchy),
)
