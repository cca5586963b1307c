"""Curves of a count against the window and the stride: at the fixed values they are the count that decided."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording
from spectral_edge.validate.checks import detection, gap_position, grokking_gap
from spectral_edge.validate.checks.mode_stability import judge as judge_stability
from spectral_edge.validate.checks.window_figures import Trajectories, above, at_strides, window_figures
from spectral_edge.validate.evidence import DATA
from spectral_edge.validate.profiles import DECAY, FINE, NO_DECAY
from spectral_edge.validate.updates import updates_of

SEEDS, ROWS, P = 6, 40, 120
GROKS = (330,) * SEEDS


def gapped(size, decline=0.0):
    """A steady mode of this size in white noise, falling off by ``decline`` over the rows."""
    rows = np.random.default_rng(1).normal(size=(SEEDS, ROWS, P))
    rows[..., 0] += size
    rows[..., 1] += 0.3 * size * np.cos(2 * np.pi * np.arange(ROWS) / 10)
    return rows * np.exp(-decline * np.arange(ROWS))[:, None]


@pytest.fixture
def runs(moving_run):
    return {
        DECAY: moving_run(gapped(50, 0.1), GROKS, window=10),
        NO_DECAY: moving_run(gapped(0), window=10),
    }


def curve(found, figure, label):
    (chosen,) = [f for f in found.figures if f.name == figure]
    lines = [c for c in chosen.curves if c.label == label and c.style == "line"]
    return dict(zip(lines[0].x, lines[0].y, strict=True))


@pytest.mark.parametrize(
    "judge, number, statement, known",
    [
        (gap_position.judge_position, "position", "p02", (DECAY,)),
        (gap_position.judge_bound, "bound", "p03", (DECAY, NO_DECAY)),
        (grokking_gap.judge, "fold", "p10", (DECAY, NO_DECAY)),
        (detection.judge, "threshold", "p01", (DECAY, NO_DECAY)),
    ],
)
def test_the_curve_against_the_threshold_goes_through_the_count_that_decided(
    runs, in_context, judge, number, statement, known
):
    context = in_context(runs)
    found = judge(type(context)(context.profile, context.theory, {arm: runs[arm] for arm in known}))
    record = {
        "p02": gap_position.P02,
        "p03": gap_position.P03,
        "p10": grokking_gap.RECORD,
        "p01": detection.RECORD,
    }[statement]
    line = curve(found, f"sensitivity-{statement}-the-{number}", "seeds")
    passed, total = found.counts[DATA]
    assert line[record.constants[number]] == pytest.approx(passed / total)
    for name, (passed, total) in found.counts.items():
        if name in record.nulls and total:
            null = curve(found, f"sensitivity-{statement}-the-{number}", name)
            assert null[record.constants[number]] == pytest.approx(passed / total)


def test_at_the_window_and_stride_of_the_record_the_curve_is_the_count_that_decided(runs, in_context):
    context = in_context(runs)
    position = gap_position.judge_position(context)
    assert (
        curve(position, "sensitivity-p02-the-window-at-stride-10", "seeds")[10] == position.value.value == 1
    )
    falls = grokking_gap.judge(context)
    line = curve(falls, "sensitivity-p10-the-window-at-stride-10", "seeds")
    assert line[10] == pytest.approx(falls.value.value)
    twins = curve(falls, "sensitivity-p10-the-window-at-stride-10", grokking_gap.TWIN)
    passed, total = falls.counts["without decay"]
    assert twins[10] == pytest.approx(passed / total)
    bound = gap_position.judge_bound(context)
    assert "sensitivity-p03-the-window-at-stride-100-in-the-first-400-steps" in [
        f.name for f in bound.figures
    ]


def test_an_arm_recorded_at_every_step_adds_windows_of_that_stride_and_changes_no_verdict(
    runs, moving_run, in_context
):
    fine = moving_run(
        gapped(50),
        tuple(33 for _ in range(SEEDS)),
        window=20,
        steps=40,
        recording=Recording(20, 1),
        snapshots=None,
        evaluate_every=1,
    )
    for judge in (gap_position.judge_bound, partial(judge_stability, "P06")):
        without, with_it = judge(in_context(runs)), judge(in_context(runs | {FINE: fine}))
        assert without.counts == with_it.counts
        names = {f.name for f in with_it.figures} - {f.name for f in without.figures}
        assert len(names) == 1 and "stride-1" in names.pop()


def test_a_stride_at_which_nothing_fits_has_no_figure_and_a_window_that_does_not_fit_is_a_hole(
    runs, in_context
):
    updates = updates_of(runs[DECAY])
    strides = at_strides(in_context(runs), Trajectories((updates,), {"the same": updates}))
    assert list(strides) == [10, 100]
    figures = window_figures(
        "P02", strides, gap_position.position_scores, above, 0.0, ["the same", "none"], 10
    )
    assert [f.name for f in figures] == [
        "sensitivity-p02-the-window-at-stride-10",
        "sensitivity-p02-the-window-at-stride-100",
    ]
    (seeds, *_), (coarse, *_) = figures[0].curves, figures[1].curves
    assert np.isfinite(seeds.y).tolist() == [True] * 4
    assert np.isfinite(coarse.y).tolist() == [True, False, False, False]
    holes = [c for c in figures[0].curves if c.label == "none"]
    assert np.isnan(holes[0].y).all()
    short = {100: Trajectories((updates.coarser(20),), {"the same": updates.coarser(20)})}
    assert window_figures("P02", short, gap_position.position_scores, above, 0.0, ["the same"], 10) == ()
