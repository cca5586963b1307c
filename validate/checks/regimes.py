"""The regimes of 𝒜: is it small on plateaus, about one in transitions, and large while a task is forgotten?

One arm decides: a network learns one task and then, from some step on, another, so that the same seed shows
all three regimes. Labels come from accuracies alone (:mod:`..regimes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..labelled import BASELINES, DECIDING, Labelled, labelled, labelled_walk, moved_labels
from ..nulls import step_norms
from ..profiles import SWITCH
from ..record import Record
from ..regimes import Regime, Rule
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share, share
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power
from .regime_tables import PAIRS, areas, calibrated, confusion, invariance, separated

Array = npt.NDArray[np.float64]

WALK = "random walk with the seed's own step norms, under the seed's own labels"
SHIFTED = "the seed's own series of 𝒜, under its labels moved round by half the run"
CALM = "the windows labelled plateau, of the same seeds"

PURE = (DECIDING, "geo_sigma")
"""The variants of 𝒜 that are pure numbers and need nothing but windows; only the first decides."""


def _record(statement: str, test: str, refuted: str, nulls: tuple[str, ...], **constants: float) -> Record:
    rule = Rule()
    labels = {"step": rule.step, "still": rule.still, "learned": rule.learned}
    return Record(
        statement=statement,
        observable="the median of 𝒜_geo over the windows of one label, for one seed; a seed without one of the labels "
        "that the test asks for is left out and listed",
        replication="a seed of the arm that switches its task",
        test=test,
        refuted_if=refuted,
        nulls=nulls,
        constants={**constants, **labels},
        reasons={
            **dict.fromkeys(constants, "our reading of ≪, ~ and ≫ as a factor of ten; no source"),
            **dict.fromkeys(labels, "a number of the rule for labels; no source"),
        },
        networks=f"{TWO_LAYER}; a + b first, then a − b",
        effect=EFFECT,
    )


_MOST = "in most seeds: the 95 % interval of that share lies above 1/2"
_LESS = "the interval of the share lies below 1/2"
ORDER = _record(
    "S5.regime-order",
    f"the medians rise strictly from plateau to transition to forgetting {_MOST}",
    _LESS,
    (WALK, SHIFTED),
)
PLATEAU = _record(
    "S5.regime-plateau", f"the median on plateaus is at most the bound {_MOST}", _LESS, (WALK,), bound=0.1
)
TRANSITION = _record(
    "S5.regime-transition",
    f"the median in transitions lies from low to high {_MOST}",
    _LESS,
    (CALM, WALK),
    low=0.1,
    high=10.0,
)
FORGETTING = _record(
    "S5.regime-forgetting",
    f"the median while forgetting is at least the bound {_MOST}",
    _LESS,
    (CALM, WALK),
    bound=10.0,
)


Passes = Callable[[Mapping[Regime, Array]], Array]
"""From medians per regime to 1 (passes), 0 (fails) or NaN (a label is missing), per seed."""


def _ordered(medians: Mapping[Regime, Array]) -> Array:
    calm, rise, fall = (medians[r] for r in (Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING))
    return np.where(np.isfinite(calm + rise + fall), (calm < rise) & (rise < fall), np.nan)


def _at_most(regime: Regime, bound: float, medians: Mapping[Regime, Array]) -> Array:
    return np.where(np.isfinite(medians[regime]), medians[regime] <= bound, np.nan)


def _between(regime: Regime, low: float, high: float, medians: Mapping[Regime, Array]) -> Array:
    value = medians[regime]
    return np.where(np.isfinite(value), (value >= low) & (value <= high), np.nan)


@dataclass(frozen=True)
class _Test:
    """What seeds and nulls take, the regime it is about, and the test with another number in place of the fixed one."""

    passes: Passes
    nulls: Mapping[str, Passes]
    decisive: Regime
    of: str = ""
    fixed: float = np.nan
    values: tuple[float, ...] = ()
    at: Callable[[float], tuple[Passes, Mapping[str, Passes]]] | None = None


def _judge(record: Record, test: _Test, context: Context) -> Evidence:
    run = context.runs[SWITCH]
    passes, nulls = test.passes, test.nulls
    found, walk = labelled(run), labelled_walk(run)
    sources = {WALK: walk, SHIFTED: moved_labels(found), CALM: found}
    data = _counted(passes(found.medians()))
    counts = {name: _counted(null(sources[name].medians())) for name, null in nulls.items()}
    verdict = judge_prediction(data.majority, {name: count.majority for name, count in counts.items()})
    most = max(counts, key=lambda name: counts[name].value or 0.0)
    told = "; ".join(f"{name}: {count}" for name, count in counts.items())
    told_apart = {"networks": found}
    if test.at is None:
        told_apart |= {"random walk": walk, "labels moved by half the run": sources[SHIFTED]}
    tables = [_medians(run, found, walk), areas(told_apart), _sensitivity(run, passes)]
    figures = [_figure(record, run, found, test.decisive), _owed(record, test, run, sources)]
    if test.at is None:  # the statement without a number; what is said of all numbers at once stands with it
        shown, drawn = calibrated("networks", found)
        tables += [confusion({"networks": found, "random walk": walk}), shown, invariance(run)]
        figures.append(drawn)
    return Evidence(
        record.statement,
        verdict,
        Measurement(
            data.value,
            "share of the seeds for which it holds",
            note="" if data.total else "no seed has the labels",
        ),
        Measurement(
            counts[most].value,
            f"the same for the {most}",
            note="" if counts[most].total else "no seed has the labels",
        ),
        f"It holds for {data} seeds. The same count where there is no regime to see: {told}. {ANALOGUE}",
        tables=tuple(tables),
        figures=tuple(figures),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra={**power(record, len(run.description.seeds)), "Beside baselines": _beside(found)},
        counts=decided_by(data, counts),
    )


def _counted(passed: Array) -> Share:
    return share([bool(p) for p in passed if np.isfinite(p)])


def _medians(run: Run, found: Labelled, walk: Labelled) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for name in (*PURE, "abs"):
        for seed, *values in zip(run.description.seeds, *found.medians(name).values(), strict=True):
            rows.append((name, seed, *map(float, values)))
    rows += [
        ("geo, random walk", i, *map(float, values))
        for i, values in enumerate(zip(*walk.medians().values(), strict=True))
    ]
    columns = ("𝒜", "seed", "median on plateaus", "in transitions", "while forgetting")
    return Table("Every seed and replicate", columns, tuple(rows))


def _beside(found: Labelled) -> str:
    """How well 𝒜 tells windows apart, and the best of what is known without any spectrum, either way round."""
    parts = []
    for high, low in PAIRS:
        areas = {
            name: separated(found, name, high, low).value
            for name in (DECIDING, *BASELINES)
            if name in found.series
        }
        known = {name: area for name, area in areas.items() if np.isfinite(area)}
        told = f"{high.name.lower()} from {low.name.lower()}"
        simple = [name for name in known if name != DECIDING]
        if DECIDING not in known or not simple:
            parts.append(f"{told}: too few labels")
            continue
        best = max(simple, key=lambda name: abs(known[name] - 0.5))
        parts.append(f"{told}: 𝒜_geo {known[DECIDING]:.2f}, {best} {known[best]:.2f}")
    return "area under the ROC curve (0.5 tells nothing, 0 and 1 everything), " + "; ".join(parts)


def _sensitivity(run: Run, passes: Passes) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for factor in (0.5, 1.0, 2.0):
        count = _counted(passes(labelled(run, Rule().scaled(factor)).medians()))
        rows.append((f"labels by {factor:g} times the rule", "geo", count.value, count.passed, count.total))
    for name in PURE[1:]:
        count = _counted(passes(labelled(run).medians(name)))
        rows.append(("another variant of 𝒜", name, count.value, count.passed, count.total))
    columns = ("changed", "𝒜", "share of the seeds", "passed", "of")
    return Table("The same share under other choices", columns, tuple(rows))


def _owed(record: Record, test: _Test, run: Run, sources: Mapping[str, Labelled]) -> Figure:
    """The share of seeds and nulls against the number of the test, or else against the numbers of the labels."""
    changed: list[Mapping[str, Labelled]]
    of, values, fixed = test.of, test.values, test.fixed
    if test.at is None:
        of, values, fixed = "the numbers of the labels, as multiples", FACTORS, 1.0
        changed = [_under(run, sources, factor) for factor in FACTORS]
        taken = [(test.passes, test.nulls)] * len(FACTORS)
    else:
        changed, taken = [sources] * len(values), [test.at(value) for value in values]
    data = [_counted(p(s[CALM].medians())) for (p, _), s in zip(taken, changed, strict=True)]
    shares = {
        name: [_counted(n[name](s[name].medians())) for (_, n), s in zip(taken, changed, strict=True)]
        for name in test.nulls
    }
    return sensitivity_figure(record.statement, of, values, data, shares, fixed, log_x=True)


FACTORS = (0.5, 1.0, 2.0)
"""By which the numbers of the rule for labels are multiplied; no source."""


def _under(run: Run, sources: Mapping[str, Labelled], factor: float) -> dict[str, Labelled]:
    """Data and nulls under labels made with other numbers."""
    found = labelled(run, Rule().scaled(factor))
    known = np.isfinite(step_norms(run)).all(axis=1)  # the seeds that a walk has
    walk = Labelled(sources[WALK].series, found.labels[known])
    return {CALM: found, WALK: walk, SHIFTED: moved_labels(found)}


_COLOURS = {Regime.PLATEAU: "null", Regime.TRANSITION: "data", Regime.FORGETTING: "theory"}


def _figure(record: Record, run: Run, found: Labelled, decisive: Regime) -> Figure:
    steps = run.record_steps.astype(float)
    curves = []
    for regime, role in _COLOURS.items():
        for values, labels in zip(found.series[DECIDING], found.labels, strict=True):
            y = np.where(labels == regime, values, np.nan)
            if np.isfinite(y).any():
                curves.append(Curve(regime.name.lower(), tuple(steps), tuple(map(float, y)), "points", role))
    ends = (float(steps[0]), float(steps[-1]))
    for name in ("bound", "low", "high"):
        if name in record.constants:
            level = record.constants[name]
            curves.append(
                Curve(f"{name} for {decisive.name.lower()}", ends, (level, level), "line", "threshold")
            )
    return Figure(
        record.statement.removeprefix("S5.").lower(),
        "𝒜_geo under labels made without it",
        "Every labelled window of every seed. The task changes half-way.",
        "𝒜_geo against step on a logarithmic scale, marked by plateau, transition and forgetting.",
        "step",
        "𝒜_geo",
        tuple(curves),
        log_y=True,
    )


def _plateau(bound: float) -> tuple[Passes, Mapping[str, Passes]]:
    small = partial(_at_most, Regime.PLATEAU, bound)
    return small, {WALK: small}


def _transition(factor: float) -> tuple[Passes, Mapping[str, Passes]]:
    middling = partial(_between, Regime.TRANSITION, 1 / factor, factor)
    return middling, {CALM: partial(_between, Regime.PLATEAU, 1 / factor, factor), WALK: middling}


def _forgetting(bound: float) -> tuple[Passes, Mapping[str, Passes]]:
    large = partial(_between, Regime.FORGETTING, bound, np.inf)
    return large, {CALM: partial(_between, Regime.PLATEAU, bound, np.inf), WALK: large}


BOUNDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
SPANS = (1.5, 3.0, 10.0, 30.0, 100.0)
"""What the bounds, and the factor about one, are set to for the curves of sensitivity; no source."""


def _numbered(
    record: Record,
    decisive: Regime,
    of: str,
    fixed: float,
    values: tuple[float, ...],
    at: Callable[[float], tuple[Passes, Mapping[str, Passes]]],
) -> Check:
    return _check(record, _Test(*at(fixed), decisive, of, fixed, values, at))


def _check(record: Record, test: _Test) -> Check:
    return Check(record.statement, record, (SWITCH,), partial(_judge, record, test))


CHECKS = (
    _check(ORDER, _Test(_ordered, {WALK: _ordered, SHIFTED: _ordered}, Regime.TRANSITION)),
    _numbered(PLATEAU, Regime.PLATEAU, "the bound", PLATEAU.constants["bound"], BOUNDS, _plateau),
    _numbered(
        TRANSITION,
        Regime.TRANSITION,
        "the factor about one",
        TRANSITION.constants["high"],
        SPANS,
        _transition,
    ),
    _numbered(FORGETTING, Regime.FORGETTING, "the bound", FORGETTING.constants["bound"], BOUNDS, _forgetting),
)
