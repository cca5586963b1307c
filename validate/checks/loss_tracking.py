"""P09: does the gap ratio track the held-out loss, and on which side is its lag?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ...simulate.run import Run
from ...simulate.spectrum.gap import gap, gap_ratio
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure
from ..profiles import DECAY, TRANSFORMER
from ..record import Record
from ..sensitivity import sensitivity_figure
from ..statistics.association import correlation, lagged_correlations, strongest_lag
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .both_networks import on_both
from .counted import Scores, Told, Varied, at_least, below, judge_scores
from .networks import ENCODER
from .run_series import (
    PHASES,
    SMOOTH,
    WALK,
    Windows,
    in_turn,
    names_of_nulls,
    of_snapshots,
    over_windows,
    recorded,
    smooth,
    spectra_that_know_nothing,
    step_norms_of,
    surrogates,
    walk,
)

Array = npt.NDArray[np.float64]

CLOCK = "the number of steps, in place of R"
SIZE = "the mean size of the updates in the window, in place of R"


def _record(statement: str, arm: str, networks: str) -> Record:
    return Record(
        statement=statement,
        observable="the absolute value of Pearson's correlation, over the windows of a run, of R with the held-out loss at "
        "the window's end; a seed without eight windows above the precision floor is left out and listed",
        replication=f"a seed of the arm {arm}",
        test="it is at least the bound in most seeds: the 95 % interval of that share lies above 1/2",
        refuted_if="the interval of the share lies below 1/2",
        nulls=(CLOCK, SIZE, *names_of_nulls(arm, PHASES)),
        constants={"bound": 0.71},
        reasons={
            "bound": "half of the variance, √½; our reading, and milder than the 0.87 that is reported of one run"
        },
        networks=networks,
        baselines=(CLOCK, SIZE),
        effect=EFFECT,
    )


P09 = _record("P09", DECAY, TWO_LAYER)
P09_TRANSFORMER = _record("P09.transformer", TRANSFORMER, ENCODER)
P09_LAG = Record(
    statement="P09.lag",
    observable="for windows of the two widths that end at the same steps, at the recorded stride: the shift, of at most a "
    "fifth of the windows, at which R and the held-out loss correlate most strongly; judged is the product of the signs of the "
    "two shifts; a seed where one has no correlation is left out and listed",
    replication=f"a seed of the arm {DECAY}",
    test="the product is negative in most seeds: the 95 % interval of that share lies above 1/2",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(SIZE, WALK, SMOOTH, PHASES),
    constants={"product": 0.0, "narrow": 10.0, "wide": 20.0, "furthest": 0.2},
    reasons={
        "product": "a change of sign is the prediction",
        "narrow": "the source's",
        "wide": "the source's",
        "furthest": "our reading; no source",
    },
    networks=f"{TWO_LAYER}; up to the last snapshot",
    baselines=(SIZE,),
    effect=EFFECT,
)


def loss_at(run: Run, steps: npt.NDArray[np.int64]) -> Array:
    """The held-out loss at the last evaluation at or before each step, ``(S, R)``."""
    return run.test_loss[:, np.searchsorted(run.evaluation_steps, steps, "right") - 1]


def mean_size(inner: Array) -> Array:
    """The mean of ``‖δ‖`` over the W rows of each window, ``(S, R)``: what knows the window and no spectrum."""
    norms = step_norms_of(inner)
    width = inner.shape[-1] - 1
    means: Array = np.lib.stride_tricks.sliding_window_view(norms, width, axis=1).mean(axis=-1)
    return means


def _tracks(series: Array, losses: Array) -> Array:
    return np.array([abs(correlation(a, b)) for a, b in zip(series, losses, strict=True)])


def _ratios(windows: Windows) -> Array:
    return gap_ratio(windows.sigma, windows.resolved)


def _against(name: str, series: Array, losses: Array, seeds: tuple[int, ...]) -> Scores:
    """Scores of ``series (N, R)``: seed by seed, or, of replicates, each against a seed's loss in turn."""
    if len(series) == len(losses):
        return Scores(name, seeds, _tracks(series, losses))
    turn = np.arange(len(series)) % len(losses)
    return Scores(name, tuple(range(len(series))), _tracks(series, losses[turn]))


def _judge(record: Record, arm: str, about: str, context: Context) -> Evidence:
    run = context.runs[arm]
    seeds, windows = run.description.seeds, recorded(run)
    losses, ratios = loss_at(run, run.record_steps), _ratios(windows)
    beside = {
        "with its sign": np.array([correlation(a, b) for a, b in zip(ratios, losses, strict=True)]),
        "of g, in place of R": _tracks(gap(windows.sigma, windows.resolved), losses),
        "of R, with the logarithm of the loss": _tracks(ratios, _logarithm(losses)),
    }
    data = Scores("seeds", seeds, _tracks(ratios, losses), beside)
    clock = np.broadcast_to(run.record_steps.astype(np.float64), losses.shape)
    nulls = [
        _against(CLOCK, clock, losses, seeds),
        _against(SIZE, mean_size(run.inner), losses, seeds),
        *(
            _against(name, _ratios(made), losses, seeds)
            for name, made in spectra_that_know_nothing(context, arm).items()
        ),
        _drawn(context, ratios, losses),
    ]
    bound = record.constants["bound"]

    def numbers(made: Windows) -> Array:
        assert made.run is not None
        return _tracks(_ratios(made), loss_at(made.run, made.steps))

    figures, tables = over_windows(context, arm, record, numbers, at_least, bound)
    return judge_scores(
        context,
        record,
        data,
        nulls,
        at_least,
        Varied("bound", "the bound", (0.3, 0.5, 0.6, 0.71, 0.8, 0.87, 0.95)),
        Told(
            "correlation of R with the held-out loss, without sign",
            f"it is at least {bound:g}",
            "0.87 for one network of 124 million parameters",
            about,
        ),
        figures=(_figure(record, run, ratios, losses), *figures),
        tables=tables,
    )


def _drawn(context: Context, ratios: Array, losses: Array) -> Scores:
    drawn = surrogates(context, ratios)
    return _against(PHASES, drawn, losses[in_turn(context, len(losses))], tuple(range(len(drawn))))


def _logarithm(losses: Array) -> Array:
    return np.log(np.where(losses > 0, losses, np.nan))


def _figure(record: Record, run: Run, ratios: Array, losses: Array) -> Figure:
    order = list(zip(ratios, losses, strict=True))
    return Figure(
        f"loss-tracking-{record.statement.lower().replace('.', '-')}",
        "The gap ratio beside the held-out loss",
        f"Every recorded window of every seed, from step {run.record_steps[0]} on; each curve is a seed, in order of training.",
        "Held-out loss against gap ratio, both on logarithmic scales, a curve for each seed.",
        "R",
        "held-out loss (nat)",
        tuple(Curve("seeds", tuple(map(float, a)), tuple(map(float, b))) for a, b in order),
        log_x=True,
        log_y=True,
    )


REACH = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4)
"""Furthest lags that are tried, as shares of the number of windows; the record's is one of them."""


def cross(series: Array, losses: Array) -> Array:
    """Correlations of each seed at all lags up to the last of :data:`REACH`, ``(S, 2 most + 1)``."""
    most = _windows(series.shape[1], REACH[-1])
    return np.array([lagged_correlations(a, b, most) for a, b in zip(series, losses, strict=True)])


def _windows(length: int, share: float) -> int:
    return max(1, round(share * length))


def lags(correlations: Array, most: int) -> Array:
    """The strongest lag of each seed, of at most ``most`` windows; NaN without one."""
    middle = correlations.shape[1] // 2
    within = correlations[:, middle - most : middle + most + 1]
    found = [strongest_lag(one) for one in within]
    return np.array([np.nan if lag is None else float(lag) for lag in found])


def _judge_lag(context: Context) -> Evidence:
    run, constants = context.runs[DECAY], P09_LAG.constants
    assert run.description.recording is not None
    stride = run.description.recording.stride
    wide = of_snapshots(run, int(constants["wide"]), stride)
    narrow = of_snapshots(run, int(constants["narrow"]), stride)
    seeds, steps = run.description.seeds, wide.steps
    losses = loss_at(run, steps)
    turn = in_turn(context, len(seeds))
    replicates = tuple(range(len(turn)))

    def ends(series: Array) -> Array:
        """Of the narrow windows those that end where a wide one does: the last ones."""
        return series[:, -len(steps) :]

    both = (ends(_ratios(narrow)), _ratios(wide))
    seed = context.null_seed
    smoothed = [_ratios(smooth(context, w.sigma.shape[2], w.steps)) for w in (narrow, wide)]
    walks = [_ratios(walk(w, seed)) for w in (narrow, wide)]
    pairs = {
        "seeds": (seeds, both, losses),
        SIZE: (seeds, (ends(mean_size(narrow.inner)), mean_size(wide.inner)), losses),
        WALK: (seeds, (ends(walks[0]), walks[1]), losses),
        SMOOTH: (replicates, (ends(smoothed[0]), smoothed[1]), losses[turn]),
        # The same phases for both widths: what one has to do with the other is kept.
        PHASES: (replicates, tuple(surrogates(context, series) for series in both), losses[turn]),
    }

    crossed = {
        name: (units, cross(first, loss), cross(second, loss))
        for name, (units, (first, second), loss) in pairs.items()
    }

    def scores(furthest: float) -> list[Scores]:
        most, found = _windows(len(steps), furthest), []
        for name, (units, first, second) in crossed.items():
            at = {"lag at W = 10": lags(first, most), "lag at W = 20": lags(second, most)}
            found.append(Scores(name, units, np.prod(np.sign(list(at.values())), axis=0), at))
        return found

    data, *nulls = scores(constants["furthest"])
    tried = [scores(furthest) for furthest in REACH]
    figure = sensitivity_figure(
        "P09.lag",
        "the furthest lag, as a share of the windows",
        REACH,
        [one[0].share(below, 0.0) for one in tried],
        {null.name: [one[i].share(below, 0.0) for one in tried] for i, null in enumerate(nulls, start=1)},
        constants["furthest"],
    )
    return judge_scores(
        context,
        P09_LAG,
        data,
        nulls,
        below,
        Varied("product", "the product of the signs", (-0.5, 0.0, 0.5)),
        Told(
            "product of the signs of the lags",
            "the lag has one sign at W = 10 and the other at W = 20",
            "the sign changes from W = 10 to W = 20",
            f"Lags are in windows of {stride} steps, positive where R goes ahead. {ANALOGUE}",
        ),
        figures=(figure,),
    )


CHECKS = (
    *on_both(P09, P09_TRANSFORMER, _judge),
    Check("P09.lag", P09_LAG, (DECAY,), _judge_lag),
)
