"""P22: does the lead of the commutator defect grow faster than the time to grokking, and must it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ...simulate.features import batches, defects
from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..profiles import DECAY, DOUBLE_DECAY, HALF_DECAY, HALF_RATE, NO_DECAY, PRODUCT
from ..record import Record
from ..rules import judge_prediction
from ..statistics.intervals import Interval, lower_median
from ..statistics.onsets import Onsets
from ..statistics.power import simulated_power
from ..statistics.shares import Share, share
from ..warning import Contest, Fold, Signal, alarms, baseline_signals, contest, false_alarms
from ..warning.exponent import exponent
from .analogue import ANALOGUE, TWO_LAYER

Array = npt.NDArray[np.float64]

SEED = 2200
"""Of minibatches; no meaning."""

GROKKING = (HALF_DECAY, DECAY, DOUBLE_DECAY, HALF_RATE, PRODUCT)
"""The arms over which the time to grokking varies. The source varied the learning rate."""

CONSTANT = "the same onset in every unit: their median"
EXCHANGED = "the onsets exchanged between the units at random"
DEFECT = "commutator defect"
GRADIENT = "norm of the gradient"

RECORD = Record(
    statement="P22",
    observable="the slope of log lead on log grokking step; the lead is the grokking step minus the first step after the "
    "first `first` records at which the commutator defect exceeds `factor` times its median over these",
    replication="a seed; its units are its runs in five arms, which are resampled together. A unit whose grokking or onset "
    "is not seen, or whose onset comes after, has no lead; it is listed and counted",
    test="the 95 % bootstrap interval of the exponent lies above 1, and at least `known` of the units have a lead. An onset "
    "that is later than step 0 and knows nothing of grokking gives an exponent above 1 by arithmetic: the claim can be "
    "refuted by this test but hardly be supported, and what the exponent is beyond a constant onset's is told beside",
    refuted_if="the interval of the exponent lies below 1",
    nulls=(CONSTANT, EXCHANGED),
    constants={"factor": 10.0, "first": 3.0, "grokking": 0.98, "known": 0.9, "exponent": 1.0},
    reasons={
        "factor": "the source's script; its second condition, a defect above 20, has a unit (1/θ) and is left out",
        "first": "the source's script",
        "grokking": "the source's held-out accuracy for modular arithmetic",
        "known": "no source; leaving out more would choose among the units",
        "exponent": "superlinear",
    },
    networks=TWO_LAYER
    + "; the same with half and with double the decay, at half the learning rate, and on multiplication",
    baselines=(
        GRADIENT,
        "norm of the weights",
        "training loss",
        "slope of the training loss",
        "held-out loss",
        "slope of the held-out loss",
        "variance of the held-out loss",
        "autocorrelation of the held-out loss",
        "size of the newest update",
    ),
)

REPORTED = "exponents 1.27 (modular arithmetic), 1.18 (SCAN), 1.13 (Dyck), over learning rates"


@dataclass(frozen=True, eq=False)
class Units:
    """One entry per run of a seed: its arm, its seed, its grokking step, and onsets by the name of the series."""

    arm: tuple[str, ...]
    seed: npt.NDArray[np.int64]
    grokked: Onsets
    onset: Mapping[str, Onsets]

    def lead(self, name: str = DEFECT) -> Array:
        """Steps from onset to grokking, ``(N,)``; NaN where one of them is not known, or the order is another."""
        lead = self.grokked.step - self.onset[name].step
        return np.asarray(np.where(lead > 0, lead, np.nan))

    def exponent(self, lead: Array) -> Interval:
        """Of these leads, over the units that have one."""
        known = np.isfinite(lead)
        return exponent(self.grokked.step[known], lead[known], self.seed[known])

    def answer(self, lead: Array) -> bool | None:
        """What the test says of these leads."""
        if not len(lead) or np.isfinite(lead).mean() < RECORD.constants["known"]:
            return None
        return self.exponent(lead).side(RECORD.constants["exponent"])


def _signals(run: Run) -> tuple[Signal, ...]:
    """The defect, the norm of the gradient, and all baselines; of differences their size, as a fold needs."""
    own = _measured(run, _last_grokking(run))
    return own + tuple(Signal(one.name, one.steps, np.abs(one.values)) for one in baseline_signals(run))


def _last_grokking(run: Run) -> float:
    """The step at which the last of the seeds that grok does; the end of the run if none does."""
    grokked = run.first_step(run.test_accuracy, RECORD.constants["grokking"])
    return float(np.nanmax(grokked)) if np.isfinite(grokked).any() else float(run.description.steps)


@lru_cache(maxsize=8)
def _measured(run: Run, until: float) -> tuple[Signal, Signal]:
    """Defect and gradient norm at the kept weights up to a step: an onset after grokking is no warning of it."""
    steps = run.snapshot_steps[run.snapshot_steps <= until]
    found = defects(run.description, run.snapshots[:, : len(steps)], batches(run.description, SEED))
    return Signal(DEFECT, steps, found.defect), Signal(GRADIENT, steps, found.gradient)


def _rule(name: str, factor: float) -> Fold:
    direction = "up" if name == DEFECT else "either"
    return Fold(first=int(RECORD.constants["first"]), factor=factor, direction=direction)


def units(runs: Mapping[str, Run], factor: float = RECORD.constants["factor"]) -> Units:
    """Grokking steps and onsets of every run of every seed in these arms."""
    arm: list[str] = []
    seeds: list[int] = []
    grokked: list[Onsets] = []
    onset: dict[str, list[Onsets]] = {}
    for name, run in runs.items():
        arm += [name] * len(run.description.seeds)
        seeds += run.description.seeds
        last = np.full(len(run.description.seeds), float(run.evaluation_steps[-1]))
        grokked.append(Onsets(run.first_step(run.test_accuracy, RECORD.constants["grokking"]), last))
        for signal in _signals(run):
            # An autocorrelation has no size to be multiplied; in its first window it has no value either.
            found = alarms(signal.values, signal.steps, _rule(signal.name, factor))
            onset.setdefault(signal.name, []).append(found)
    return Units(
        tuple(arm), np.array(seeds), _joined(grokked), {name: _joined(parts) for name, parts in onset.items()}
    )


def _joined(parts: list[Onsets]) -> Onsets:
    return Onsets(np.concatenate([p.step for p in parts]), np.concatenate([p.watched for p in parts]))


def constant_leads(found: Units) -> Array:
    """Leads if every unit had the median onset."""
    steps = found.onset[DEFECT].step
    steps = steps[np.isfinite(steps)]
    middle = float(lower_median(steps)) if len(steps) else float("nan")
    lead = found.grokked.step - middle
    return np.asarray(np.where(lead > 0, lead, np.nan))


def beyond(found: Units) -> Interval:
    """The exponent less that of a constant onset, over the units that have both leads."""
    lead, constant = found.lead(), constant_leads(found)
    both = np.isfinite(lead) & np.isfinite(constant)
    # Least squares is linear in the logarithm of the lead: the difference of exponents is the exponent of the ratio.
    return exponent(found.grokked.step[both], (lead / constant)[both], found.seed[both])


def exchanged_leads(found: Units, replicates: int, seed: int) -> list[Array]:
    """Leads if each unit had the onset of another, drawn without repetition, once for each replicate."""
    steps = found.onset[DEFECT].step
    leads = [
        found.grokked.step - np.random.default_rng([seed, i]).permutation(steps) for i in range(replicates)
    ]
    return [np.where(lead > 0, lead, np.nan) for lead in leads]


def exchanged(found: Units, replicates: int, seed: int) -> Share:
    """The share of the replicates that pass, among all: one that cannot say does not pass."""
    return share([found.answer(lead) is True for lead in exchanged_leads(found, replicates, seed)])


def judge(context: Context) -> Evidence:
    """The same regression for the measured onsets, for one onset, and for onsets that know nothing of their unit."""
    found = units({name: context.runs[name] for name in GROKKING})
    lead = found.lead()
    data, answer = found.exponent(lead), found.answer(lead)
    steady = found.exponent(constant_leads(found))
    mixed = exchanged(found, context.profile.null_replicates, context.null_seed)
    nulls = {CONSTANT: found.answer(constant_leads(found)), EXCHANGED: mixed.majority}
    contests = [contest(n, found.onset[DEFECT], found.onset[n], found.grokked) for n in RECORD.baselines]
    alone = _without_grokking(context.runs[NO_DECAY], _last_grokking(context.runs[DECAY]))
    known = int(np.isfinite(lead).sum())
    seeds = tuple(dict.fromkeys(int(seed) for seed in found.seed))
    return Evidence(
        "P22",
        judge_prediction(answer, nulls),
        Measurement(
            _number(data.value),
            "exponent of the lead against the grokking step",
            note=_note(known, len(lead)),
        ),
        Measurement(_number(steady.value), f"the same with {CONSTANT}", note=_note(known, len(lead))),
        f"The exponent is {_said(data)}, from {known} of {len(lead)} units; with {CONSTANT} it is {_said(steady)}, and with "
        f"{EXCHANGED} the test passes in {mixed} draws. Without decay, and without grokking, the defect raises the same "
        f"alarm, over as many steps, in {alone} seeds. {ANALOGUE}",
        tables=(_values(found), _beside(found, contests), _choices(found)),
        figures=(_figure(found), _sensitivity(context, found)) if known else (),
        runs=context.run_addresses,
        seeds=seeds,
        extra={
            "Power of the design": _power(len(seeds)),
            "Reported": REPORTED,
            "Exponent beyond that of a constant onset": _said(beyond(found)),
        },
    )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _said(found: Interval) -> str:
    return str(found) if np.isfinite(found.value) else "not known"


def _note(known: int, total: int) -> str:
    return "" if known == total else f"{total - known} of {total} units have no lead"


def _without_grokking(run: Run, until: float) -> Share:
    """How often the defect raises its alarm in a run that does not grok, by the step at which others have."""
    never = ~np.isfinite(run.first_step(run.test_accuracy, RECORD.constants["grokking"]))
    signal, _ = _measured(run, until)
    return false_alarms(signal.values[never], signal.steps, _rule(DEFECT, RECORD.constants["factor"]))


@lru_cache(maxsize=4)
def _power(seeds: int) -> str:
    """For the smallest reported exponent, when leads scatter by a tenth over a fourfold range of grokking steps."""

    def study(draw: np.random.Generator) -> bool:
        grokked = np.exp(draw.uniform(0, np.log(4), seeds * len(GROKKING)))
        lead = grokked**1.13 * np.exp(0.1 * draw.standard_normal(len(grokked)))
        cluster = np.tile(np.arange(seeds), len(GROKKING))
        return exponent(grokked, lead, cluster, resamples=499).side(RECORD.constants["exponent"]) is True

    effect = "the exponent is 1.13, leads scatter by a tenth and grokking steps range over a factor of 4"
    return str(simulated_power(study, effect, seeds, studies=100))


def _values(found: Units) -> Table:
    names = (DEFECT, GRADIENT, "training loss", "norm of the weights")
    rows = tuple(
        (
            arm,
            int(seed),
            _number(found.grokked.step[i]),
            _number(found.lead()[i]),
            *(_number(found.onset[name].step[i]) for name in names),
        )
        for i, (arm, seed) in enumerate(zip(found.arm, found.seed, strict=True))
    )
    columns = ("arm", "seed", "grokking step", "lead", *(f"onset of the {name}" for name in names))
    return Table(
        "Every unit (an empty place: not seen before the run, or its kept weights, ended)", columns, rows
    )


def _beside(found: Units, contests: list[Contest]) -> Table:
    own = found.exponent(found.lead())
    rows: list[tuple[str | float | int | None, ...]] = [
        (
            DEFECT,
            own.value,
            own.low,
            own.high,
            int(np.isfinite(found.lead()).sum()),
            None,
            None,
            None,
            None,
            None,
        )
    ]
    for c in contests:
        lead = found.lead(c.name)
        one = found.exponent(lead)
        count = int(np.isfinite(lead).sum())
        rows.append(
            (c.name, one.value, one.low, one.high, count, c.baseline.value, c.wins, c.losses, c.ties, c.p)
        )
    columns = (
        "series", "exponent", "low", "high", "units with a lead", "median lead", "defect earlier", "defect later",
        "same or neither", "p (sign test)",
    )  # fmt: skip
    return Table("The same rule on what is known without the defect", columns, tuple(rows))


def _choices(found: Units) -> Table:
    """The exponent under other choices of which units count."""
    rows: list[tuple[str | float | int | None, ...]] = []
    for left_out in (None, *dict.fromkeys(found.arm)):
        lead = np.where([arm == left_out for arm in found.arm], np.nan, found.lead())
        one = found.exponent(lead)
        rows.append(("all arms" if left_out is None else f"without {left_out}", one.value, one.low, one.high))
    late = np.where(found.grokked.seen, found.grokked.step, found.grokked.watched)
    begun = found.onset[DEFECT].seen & (late > found.onset[DEFECT].step)
    bound = exponent(late[begun], (late - found.onset[DEFECT].step)[begun], found.seed[begun])
    rows.append(("grokking not seen, put at the end of its run", bound.value, bound.low, bound.high))
    return Table("The same exponent under other choices", ("units", "exponent", "low", "high"), tuple(rows))


def _figure(found: Units) -> Figure:
    lead, constant = found.lead(), constant_leads(found)
    curves = []
    for arm in dict.fromkeys(found.arm):
        chosen = np.array([one == arm for one in found.arm]) & np.isfinite(lead)
        curves.append(Curve(arm, _told(found.grokked.step[chosen]), _told(lead[chosen]), "points", "data"))
    order = np.argsort(found.grokked.step)
    order = order[np.isfinite(constant[order])]
    curves.append(Curve(CONSTANT, _told(found.grokked.step[order]), _told(constant[order]), "line", "null"))
    return Figure(
        "commutator-lead",
        "How long before grokking the commutator defect rises",
        "Every unit that has a lead, and the leads that one onset for all would give.",
        "Lead against grokking step on logarithmic axes, by arm, with the curve of a constant onset.",
        "grokking step",
        "lead (steps)",
        tuple(curve for curve in curves if curve.x),
        log_x=True,
        log_y=True,
    )


def _told(values: Array) -> tuple[float, ...]:
    return tuple(map(float, values))


def _sensitivity(context: Context, found: Units) -> Figure:
    """The exponent of the data and of the constant onset, against the factor that makes an onset."""
    factors = (2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
    runs = {name: context.runs[name] for name in GROKKING}
    each = [found if f == RECORD.constants["factor"] else units(runs, f) for f in factors]
    data = [one.exponent(one.lead()) for one in each]
    steady = [one.exponent(constant_leads(one)) for one in each]
    ends = [_finite([one.low for one in data]), _finite([one.high for one in data])]
    curves = [
        Curve("measured onsets", factors, tuple(one.value for one in data), "line", "data"),
        *(Curve("its 95 % interval", factors, end, "line", "data") for end in ends),
        Curve(CONSTANT, factors, tuple(one.value for one in steady), "line", "null"),
        Curve("linear", (factors[0], factors[-1]), (1.0, 1.0), "line", "threshold"),
    ]
    return Figure(
        "sensitivity-p22-the-factor",
        "What P22 owes to the factor that makes an onset",
        "The exponent with its interval, with the factor set to other values than the one fixed beforehand, "
        f"{RECORD.constants['factor']:g}.",
        "Exponent against the factor, with its interval, and with a constant onset; 1 is marked.",
        "the factor",
        "exponent",
        tuple(curves),
        log_x=True,
    )


def _finite(values: list[float]) -> tuple[float, ...]:
    """Holes where an interval has no end."""
    return tuple(value if np.isfinite(value) else float("nan") for value in values)


CHECKS = (Check("P22", RECORD, (*GROKKING, NO_DECAY), judge),)
