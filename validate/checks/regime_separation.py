"""Does 𝒜 tell transitions from plateaus better than what needs no spectrum, on tasks and optimizers not seen before?

The rival is chosen on one arm, and held against 𝒜 on others: the simple number whose area under the ROC curve is
farthest from one half where the task switches, with the side on which it is extreme.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..labelled import BASELINES, DECIDING, Labelled, labelled, labelled_walk, moved_labels
from ..nulls import step_norms
from ..profiles import DECAY, MOMENTUM, MUON, PRODUCT, SGD, SPIKE, SWITCH, TRANSFORMER
from ..record import Record
from ..regimes import Regime, Rule
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.separation import area
from ..statistics.shares import Share, share
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power
from .regime_tables import areas, calibrated, confusion, separated

Array = npt.NDArray[np.float64]

WALK = "𝒜_geo of a random walk with the seed's own step norms, against the seed's own rival"
SHIFTED = "𝒜_geo and rival of the seed, under its labels moved round by half the run"

TASKS, OPTIMIZERS, NETWORKS = (PRODUCT,), (SGD, MUON), (TRANSFORMER,)
HELD_OUT = (*TASKS, *OPTIMIZERS, *NETWORKS)
_RULE = Rule()
_LABELS = {"step": _RULE.step, "still": _RULE.still, "learned": _RULE.learned}

RECORD = Record(
    statement="S5.regime-separation",
    observable="the area under the ROC curve by which 𝒜_geo (larger in transitions) tells the windows labelled transition "
    "from those labelled plateau, less that of the rival: of the baselines the one whose area is farthest from 1/2 over "
    "all seeds of the arm that switches its task, with the side on which it is extreme there",
    replication="a seed of a held-out arm that shows both labels",
    test="the difference exceeds the margin in most seeds of every held-out arm that decides: the 95 % interval of that "
    "share lies above 1/2. An arm decides if the fewest seeds or more show both labels; another task and another "
    "optimizer have to be among those that do",
    refuted_if="in an arm that decides, the interval of the share lies below 1/2",
    nulls=(WALK, SHIFTED),
    constants={"margin": 0.0, "fewest": 6.0, **_LABELS},
    reasons={
        "margin": "better is any amount better",
        "fewest": "of fewer than six seeds no share can have its whole interval above 1/2",
        **dict.fromkeys(_LABELS, "a number of the rule for labels; no source"),
    },
    networks=f"the rival is chosen on {TWO_LAYER}, a + b first, then a − b; held out are the same network on a·b, the same "
    "under gradient descent, and small transformers under AdamW and under Muon",
    baselines=BASELINES,
    effect=EFFECT,
)

MARGINS = (-0.4, -0.2, -0.1, 0.0, 0.1, 0.2, 0.4)
"""Margins of the curve of sensitivity; 0 is the fixed one, the others have no source."""


class Rival(NamedTuple):
    """A baseline, and 1 or −1: the side on which it is extreme in transitions."""

    name: str
    side: int


def rival(found: Labelled) -> Rival | None:
    """The baseline that separates transitions from plateaus best, either way round; None without both labels."""
    known = {
        name: separated(found, name, Regime.TRANSITION, Regime.PLATEAU).value
        for name in BASELINES
        if name in found.series
    }
    known = {name: value for name, value in known.items() if np.isfinite(value)}
    if not known:
        return None
    name = max(known, key=lambda one: abs(known[one] - 0.5))
    return Rival(name, 1 if known[name] >= 0.5 else -1)


def seed_areas(found: Labelled, name: str, side: int = 1) -> Array:
    """The area of one series for transitions above plateaus, seed by seed ``(S,)``; NaN without both labels."""
    values = []
    for series, labels in zip(found.series[name], found.labels, strict=True):
        chosen = np.isin(labels, (Regime.TRANSITION, Regime.PLATEAU))
        values.append(area(side * series[chosen], labels[chosen] == Regime.TRANSITION))
    return np.array(values)


class Compared(NamedTuple):
    """Areas of 𝒜_geo and of the rival for each seed, and those of the nulls by name."""

    own: Array
    rival: Array
    nulls: Mapping[str, tuple[Array, Array]]


def compare(run: Run, against: Rival) -> Compared:
    """The areas of one arm."""
    found, walk = labelled(run), labelled_walk(run)
    moved = moved_labels(found)
    simple = seed_areas(found, *against)
    walked = np.full(len(simple), np.nan)
    known = np.isfinite(step_norms(run)).all(axis=1)  # the seeds that a walk has
    walked[known] = seed_areas(walk, DECIDING)
    return Compared(
        seed_areas(found, DECIDING),
        simple,
        {WALK: (walked, simple), SHIFTED: (seed_areas(moved, DECIDING), seed_areas(moved, *against))},
    )


def better(own: Array, other: Array, margin: float = RECORD.constants["margin"]) -> Share:
    """The share of the seeds with both labels whose area exceeds that of the rival by more than the margin."""
    gained = own - other
    return share([bool(g > margin) for g in gained if np.isfinite(g)])


def together(shares: Mapping[str, Share]) -> bool | None:
    """What all arms say: no if one that decides says no, yes if all do and task and optimizer are among them."""
    decide = {arm: one for arm, one in shares.items() if one.total >= RECORD.constants["fewest"]}
    if any(one.majority is False for one in decide.values()):
        return False
    if not (decide.keys() & set(TASKS) and decide.keys() & set(OPTIMIZERS)):
        return None
    return True if all(one.majority for one in decide.values()) else None


def weakest(shares: Mapping[str, Share]) -> str:
    """The arm with the lowest share; one without any seed only if no other is left."""
    return min(shares, key=lambda arm: (shares[arm].total == 0, shares[arm].value or 0.0))


def judge(context: Context) -> Evidence:
    """Areas of 𝒜_geo against those of the rival, seed by seed, on every held-out arm."""
    taught = labelled(context.runs[SWITCH])
    against = rival(taught)
    if against is None:
        return _without_rival(context)
    compared = {arm: compare(context.runs[arm], against) for arm in HELD_OUT}
    data = {arm: better(one.own, one.rival) for arm, one in compared.items()}
    nulls = {name: {arm: better(*one.nulls[name]) for arm, one in compared.items()} for name in RECORD.nulls}
    verdict = judge_prediction(together(data), {name: together(shares) for name, shares in nulls.items()})
    arm = weakest(data)
    told = "; ".join(f"{name}: {one}" for name, one in data.items())
    most = max(nulls, key=lambda name: nulls[name][weakest(nulls[name])].value or 0.0)
    worst = {name: shares[weakest(shares)] for name, shares in nulls.items()}
    return Evidence(
        RECORD.statement,
        verdict,
        Measurement(data[arm].value, f"share of the seeds in which 𝒜_geo is the better one, arm {arm}"),
        Measurement(worst[most].value, f"the same in its weakest arm, {most}"),
        f"The rival, chosen on the arm that switches its task, is {against.name}, {'high' if against.side > 0 else 'low'} in "
        f"transitions. 𝒜_geo is better than it in {told}. {ANALOGUE}",
        tables=(_every(context, compared, against), *_shown(context)),
        figures=(_figure(compared, against), _owed(compared, arm)),
        runs=context.run_addresses,
        seeds=tuple(context.runs[arm].description.seeds),
        extra=power(RECORD, len(context.runs[arm].description.seeds)),
        counts=decided_by(data[arm], worst),
    )


def _without_rival(context: Context) -> Evidence:
    nothing = share([])
    return Evidence(
        RECORD.statement,
        judge_prediction(None, dict.fromkeys(RECORD.nulls)),
        Measurement(
            None, "share of the seeds in which 𝒜_geo is the better one", note="no rival could be chosen"
        ),
        Measurement(None, "the same for the nulls", note="no rival could be chosen"),
        "No seed of the arm that switches its task shows both a plateau and a transition, so no rival could be chosen.",
        tables=_shown(context),
        runs=context.run_addresses,
        counts=decided_by(nothing, dict.fromkeys(RECORD.nulls, nothing)),
    )


def _shown(context: Context) -> tuple[Table, ...]:
    """Every series on every arm, those that decide nothing included."""
    sources = {name: labelled(run) for name, run in context.runs.items()}
    return areas(sources), confusion(sources), *(calibrated(name, one)[0] for name, one in sources.items())


def _every(context: Context, compared: Mapping[str, Compared], against: Rival) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for arm, one in compared.items():
        numbers = (one.own, one.rival, one.nulls[WALK][0], *one.nulls[SHIFTED])
        for seed, *values in zip(context.runs[arm].description.seeds, *numbers, strict=True):
            rows.append((arm, seed, *map(float, values)))
    columns = (
        "arm",
        "seed",
        "𝒜_geo",
        against.name,
        "random walk",
        "𝒜_geo, labels moved",
        f"{against.name}, labels moved",
    )
    return Table("Area for transition above plateau, every seed and replicate", columns, tuple(rows))


def _owed(compared: Mapping[str, Compared], arm: str) -> Figure:
    one = compared[arm]
    return sensitivity_figure(
        RECORD.statement,
        "the margin",
        MARGINS,
        [better(one.own, one.rival, margin) for margin in MARGINS],
        {name: [better(*areas, margin) for margin in MARGINS] for name, areas in one.nulls.items()},
        RECORD.constants["margin"],
    )


def _figure(compared: Mapping[str, Compared], against: Rival) -> Figure:
    curves = [
        Curve(f"𝒜_geo, {arm}", tuple(map(float, one.rival)), tuple(map(float, one.own)), "points", "data")
        for arm, one in compared.items()
    ]
    curves += [
        Curve(
            "random walk",
            tuple(map(float, one.nulls[WALK][1])),
            tuple(map(float, one.nulls[WALK][0])),
            "points",
            "null",
        )
        for one in compared.values()
    ]
    curves.append(Curve("as good", (0.0, 1.0), (0.0, 1.0), "line", "threshold"))
    return Figure(
        "regime-separation",
        "𝒜 against the best number that needs no spectrum",
        "One point for each seed of each held-out arm: above the line 𝒜_geo tells transitions from plateaus better.",
        f"Area under the ROC curve of 𝒜_geo against that of {against.name}, with the diagonal.",
        f"area of {against.name}",
        "area of 𝒜_geo",
        tuple(curves),
    )


CHECKS = (Check(RECORD.statement, RECORD, (SWITCH, *HELD_OUT), judge, optional=(SPIKE, DECAY, MOMENTUM)),)
