"""The exceptional point on trained networks: is 𝒜 of the tangent kernel below 1/2 on plateaus and above it in transitions?

The arm is the one on which what the theory assumes holds: squared loss, all examples in every step, no momentum, no
decay, short steps; so residuals follow the kernel. One output and tens of examples, so that the whole kernel can be
had at every snapshot. Addition modulo 23 would have a kernel of some 7300 rows, and its loss and its optimizer are
not those of A.kernel-flow: its learning rate has another unit (S5.abs-adam), and 1/2 no meaning.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..kernel_arm import KERNEL
from ..kernel_series import SPECTRAL, VARIANTS, kernel_series
from ..labelled import Labelled, moved_labels
from ..record import Record
from ..regimes import Regime, Rule, Watched, label
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share, share
from .analogue import EFFECT, power

Array = npt.NDArray[np.float64]

WALK = "random walk of the weights with the seed's own step norms, under the seed's own labels"
SHIFTED = "the seed's own series of 𝒜, under its labels moved round by half the run"
RULE = Rule()
LABELS = {"step": RULE.step, "still": RULE.still, "learned": RULE.learned}

RECORD = Record(
    statement="S5.regime-boundary",
    observable="the median of 𝒜 = ‖ΔK‖₂/(τηg²) over the windows of one label, for one seed: K the tangent kernel of the "
    "training examples over their number, ΔK its change between two snapshots τ steps apart, g the distance of its two "
    "largest eigenvalues before; a seed without a plateau or a transition is left out and listed",
    replication="a seed of the arm with a squared loss under plain gradient descent",
    test="the median on plateaus is below the boundary and the median in transitions above it, in most seeds: the 95 % "
    "interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(WALK, SHIFTED),
    constants={"boundary": 0.5, **LABELS},
    reasons={
        "boundary": "S5.critical-2: 𝒜 at the exceptional point of two modes, in the spectral norm",
        **dict.fromkeys(LABELS, "a number of the rule for labels; no source"),
    },
    networks="two-layer ReLU networks of width 24 with one output, on a linear map of 6 features and 30 examples (width "
    "6, 3 features and 10 examples in the smoke profile), initial weights of He et al., gradient descent on the squared "
    "loss without momentum, decay or batches; plateaus lie where the loss is near its minimum, where the kernel rests "
    "because the residual does: what is at stake is the transition. An analogue; the source names no such network",
    effect=EFFECT,
)

OTHERS = (0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 2.0, 5.0)
"""Boundaries of the curve of sensitivity; 1/2 is the fixed one, the others have no source."""

AT_POINT = dict(zip(VARIANTS, (0.5, 0.5**0.5, 1.0, 0.5), strict=True))
"""𝒜 at the exceptional point by variant: S5.critical-2, S5.critical-f, S5.one-1; the turning part is spectral too."""


def labelled_kernel(run: Run, walk: bool = False, position: int = 1) -> Labelled:
    """The variants of the kernel's 𝒜 under labels made from the explained shares of the variance alone."""
    recording = run.description.recording
    assert recording is not None
    seen = Watched(run.evaluation_steps, run.test_accuracy, {"training": run.train_accuracy})
    span, stride = recording.window * recording.stride, recording.stride
    labels = label(seen, run.record_steps, span, stride)
    return Labelled(kernel_series(run, walk, position), labels)


def _passes(found: Labelled, name: str = SPECTRAL, boundary: float = RECORD.constants["boundary"]) -> Array:
    medians = found.medians(name)
    calm, rise = medians[Regime.PLATEAU], medians[Regime.TRANSITION]
    known = ~np.isnan(calm) & ~np.isnan(rise)
    return np.where(known, (calm < boundary) & (rise > boundary), np.nan)


def _counted(passed: Array) -> Share:
    return share([bool(p) for p in passed if np.isfinite(p)])


def judge(context: Context) -> Evidence:
    """The same two medians for the seeds, for random walks of their step norms, and under moved labels."""
    run = context.runs[KERNEL]
    found = labelled_kernel(run)
    nulls = {WALK: labelled_kernel(run, walk=True), SHIFTED: moved_labels(found)}
    data = _counted(_passes(found))
    counts = {name: _counted(_passes(one)) for name, one in nulls.items()}
    verdict = judge_prediction(data.majority, {name: count.majority for name, count in counts.items()})
    most = max(counts, key=lambda name: counts[name].value or 0.0)
    told = "; ".join(f"{name}: {count}" for name, count in counts.items())
    return Evidence(
        RECORD.statement,
        verdict,
        Measurement(
            data.value,
            "share of the seeds with 𝒜 below the boundary on plateaus and above it in transitions",
            note="" if data.total else "no seed has both labels",
        ),
        Measurement(counts[most].value, f"the same for the {most}"),
        f"It holds for {data} seeds. The same count where no mode is followed: {told}.",
        tables=(_medians(run, {"networks": found, **nulls}), _variants(run)),
        figures=(_figure(run, found), _sensitivity(found, nulls)),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra=power(RECORD, len(run.description.seeds)),
        counts=decided_by(data, counts),
    )


def _medians(run: Run, sources: dict[str, Labelled]) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for source, found in sources.items():
        medians = found.medians(SPECTRAL)
        for i, seed in enumerate(run.description.seeds):
            calm, rise = (float(medians[r][i]) for r in (Regime.PLATEAU, Regime.TRANSITION))
            windows = [int((found.labels[i] == r).sum()) for r in (Regime.PLATEAU, Regime.TRANSITION)]
            rows.append((source, seed, calm, rise, *windows))
    columns = (
        "what",
        "seed",
        "median 𝒜 on plateaus",
        "in transitions",
        "windows on plateaus",
        "in transitions ",
    )
    return Table("Every seed and replicate", columns, tuple(rows))


POSITIONS = (1, 2, 3)
"""Gaps that are shown, behind so many modes; the first decides, being the one between the leading modes."""


def _variants(run: Run) -> Table:
    rows: list[tuple[str | float | int | None, ...]] = []
    for position in POSITIONS:
        for source, walk in (("networks", False), ("random walk", True)):
            found = labelled_kernel(run, walk, position)
            for name, boundary in AT_POINT.items():
                count = _counted(_passes(found, name, boundary))
                rows.append((name, position, boundary, source, count.value, count.passed, count.total))
    columns = ("𝒜 in the", "gap behind mode", "𝒜 at the exceptional point", "of", "share", "passed", "total")
    return Table("The same share in each norm, with the value of that norm", columns, tuple(rows))


def _sensitivity(found: Labelled, nulls: dict[str, Labelled]) -> Figure:
    def curve(one: Labelled) -> list[Share]:
        return [_counted(_passes(one, boundary=boundary)) for boundary in OTHERS]

    return sensitivity_figure(
        RECORD.statement,
        "the boundary",
        OTHERS,
        curve(found),
        {name: curve(one) for name, one in nulls.items()},
        RECORD.constants["boundary"],
        log_x=True,
    )


_COLOURS = {Regime.PLATEAU: "null", Regime.TRANSITION: "data"}


def _figure(run: Run, found: Labelled) -> Figure:
    steps = tuple(map(float, run.record_steps))
    curves = [
        Curve(
            regime.name.lower(),
            steps,
            tuple(map(float, np.where(labels == regime, values, np.nan))),
            "points",
            role,
        )
        for regime, role in _COLOURS.items()
        for values, labels in zip(found.series[SPECTRAL], found.labels, strict=True)
    ]
    level = RECORD.constants["boundary"]
    curves.append(Curve("exceptional point", (steps[0], steps[-1]), (level, level), "line", "threshold"))
    return Figure(
        "regime-boundary",
        "𝒜 of the tangent kernel under labels made without it",
        "Every labelled window of every seed, and the value of 𝒜 at the exceptional point of two modes.",
        "𝒜 of the tangent kernel against step on a logarithmic scale, marked by plateau and transition.",
        "step",
        "𝒜, spectral norm",
        tuple(curves),
        log_y=True,
    )


CHECKS = (Check(RECORD.statement, RECORD, (KERNEL,), judge),)
