"""P01: does the smallest singular value lie above the detection threshold, and would noise do so too?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from ...simulate.lowering.lower import lower
from ...theory.edge import notation as n
from ...theory.edge.predictions.spectra import THRESHOLD
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Measurement, Table
from ..evidence import counts as decided_by
from ..profiles import DECAY, NO_DECAY
from ..record import Record
from ..rules import judge_prediction
from ..sensitivity import sensitivity_figure
from ..statistics.shares import Share, share
from .analogue import ANALOGUE, EFFECT, TWO_LAYER, power
from .null_spectra import null_spectra

Array = npt.NDArray[np.float64]

RECORD = Record(
    statement="P01",
    observable="median over the windows of a run of σ_W/d_crit, with ν² the mean of the lower half of the λ_j over p",
    replication="a seed of either arm",
    test="the median exceeds the threshold in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=("white noise", "optimizer noise"),
    constants={"threshold": 1.0},
    reasons={"threshold": "the detection boundary itself, as the statement has it"},
    networks=TWO_LAYER,
    effect=EFFECT,
)

_D_CRIT = lower((THRESHOLD.content[0].rhs,), (n.nu, n.p, n.W))


def threshold_ratio(sigma: Array, length: int) -> Array:
    """``σ_W/d_crit`` of spectra ``sigma (..., W)`` of windows with p = ``length`` parameters.

    The lower half of W eigenvalues is the last W − ⌊W/2⌋ of them.
    """
    window = sigma.shape[-1]
    noise = np.sqrt(np.mean(sigma[..., window // 2 :] ** 2, axis=-1) / length)
    (critical,) = _D_CRIT(noise, float(length), float(window))
    ratio: Array = sigma[..., -1] / critical
    return ratio


def _medians(sigma: Array, resolved: npt.NDArray[np.bool_], length: int) -> Array:
    """One median per replicate, over the windows whose smallest singular value is above the floor."""
    ratio = np.where(resolved[..., -1], threshold_ratio(sigma, length), np.nan)
    return np.array([np.median(r[np.isfinite(r)]) if np.isfinite(r).any() else np.nan for r in ratio])


def _middle(medians: Array) -> float | None:
    known = medians[np.isfinite(medians)]
    return float(np.median(known)) if len(known) else None


THRESHOLDS = (0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)
"""What the threshold is set to beside; up to 20 and more, the ratios reported. No source."""


def _share(medians: Array, threshold: float = RECORD.constants["threshold"]) -> Share:
    return share([bool(m > threshold) for m in medians if np.isfinite(m)])


def _sensitivity(data: Array, nulls: Mapping[str, Array]) -> Figure:
    return sensitivity_figure(
        "P01",
        "the threshold",
        THRESHOLDS,
        [_share(data, level) for level in THRESHOLDS],
        {name: [_share(medians, level) for level in THRESHOLDS] for name, medians in nulls.items()},
        RECORD.constants["threshold"],
        log_x=True,
    )


def judge(context: Context) -> Evidence:
    """The same median and the same count for the runs and for two kinds of noise."""
    rows: list[tuple[str | float | int | None, ...]] = []
    curves: list[Curve] = []
    found = []
    for arm, run in context.runs.items():
        length = run.description.network.length(run.description.task)
        medians = _medians(run.sigma, run.resolved, length)
        found.append(medians)
        rows += [(arm, seed, float(m)) for seed, m in zip(run.description.seeds, medians, strict=True)]
        ratio = np.where(run.resolved[..., -1], threshold_ratio(run.sigma, length), np.nan)
        steps = tuple(float(s) for s in run.record_steps)
        curves += [Curve(f"{arm}, each seed", steps, tuple(map(float, r)), "line", "data") for r in ratio]
    data = np.concatenate(found)
    run = context.runs[DECAY]
    nulls = null_spectra(context, len(run.record_steps))
    counts: dict[str, Share] = {}
    found_in: dict[str, Array] = {}
    middle: dict[str, float] = {}
    for name in RECORD.nulls:
        null = nulls[name]
        medians = _medians(null.sigma, null.resolved, null.length)
        found_in[name] = medians
        counts[name], middle[name] = _share(medians), float(np.median(medians))
        rows += [(name, number, float(m)) for number, m in enumerate(medians)]
        one = threshold_ratio(null.sigma, null.length)[0]
        curves.append(
            Curve(name, tuple(float(s) for s in run.record_steps), tuple(map(float, one)), "line", "null")
        )
    everything = [s for c in curves for s in c.x]
    level = RECORD.constants["threshold"]
    curves.append(Curve("threshold", (min(everything), max(everything)), (level, level), "line", "threshold"))
    seen = _share(data)
    verdict = judge_prediction(seen.majority, {name: count.majority for name, count in counts.items()})
    nearest = max(middle, key=lambda name: middle[name])
    closest = "; ".join(f"{name}: {count}, median {middle[name]:.3g}" for name, count in counts.items())
    return Evidence(
        "P01",
        verdict,
        Measurement(
            _middle(data),
            "median over seeds of the median σ_W/d_crit",
            note="" if seen.total else "all below the precision floor",
        ),
        Measurement(middle[nearest], f"the same for {nearest}"),
        f"Above the threshold: {seen}. The same test on windows without any signal: {closest}. {ANALOGUE}",
        tables=(
            Table("Every seed and replicate", ("arm or null", "seed", "median σ_W/d_crit"), tuple(rows)),
        ),
        figures=(
            Figure(
                "detection-threshold",
                "The smallest singular value over the detection threshold",
                "Every seed of both arms, and one replicate of each kind of noise. A curve above the dashed line passes "
                "the source's test.",
                "Ratio against step: the training runs, two noise models, and the threshold at one.",
                "step",
                "σ_W / d_crit",
                tuple(curves),
                log_y=True,
            ),
            _sensitivity(data, found_in),
        ),
        runs=context.run_addresses,
        seeds=tuple(run.description.seeds),
        extra={"Reported": "20 to 300, at 51 M and 124 M parameters", **power(RECORD, len(data))},
        counts=decided_by(seen, counts),
    )


CHECKS = (Check("P01", RECORD, (DECAY, NO_DECAY), judge),)
