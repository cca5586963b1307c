"""P04, P13 to P16 and P18 in landscapes made by hand: planted truths and artefacts get the verdicts they deserve."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from spectral_edge.simulate.landscape import update_parts
from spectral_edge.validate.checks import (
    gradient_share,
    krylov_bound,
    landscape_moments,
    mode_ablation,
    mode_curvature,
    mode_importance,
    mode_perturbation,
)
from spectral_edge.validate.checks.landscape_moments import Moment, moment_steps, seen
from spectral_edge.validate.report.figures import check_figure
from spectral_edge.validate.verdict import Verdict

from .worlds import EVERY, GROK, HALF, LATE, STRENGTHS, Parabola, W, World, axes, run_with

P = 120  # weights of the network that the runs are said to be of


def weights(**values):
    """All weights 0, but those named ``w0``, ``w1``, …"""
    found = np.zeros(P)
    for name, value in values.items():
        found[int(name[1:])] = value
    return found


def level_of(*values, rest=0.0):
    """A curvature for each weight: those of the first axes, and one for the rest."""
    return np.concatenate([values, np.full(P - len(values), rest)])


@pytest.fixture
def judged(made_run, in_context, monkeypatch):
    """``judged(check, world, windows)``: the evidence of a check in a world made by hand."""

    def judge(check, world, windows=None, few=False, twin=None):
        base = made_run(np.ones(W))
        plain = {step: (weights(), axes(STRENGTHS, P)) for step in (HALF, GROK, LATE)}
        windows = plain | (windows or {})
        run = run_with(base, windows)
        if few:
            accuracy = run.test_accuracy.copy()
            accuracy[2:] = 0.0
            run = replace(run, test_accuracy=accuracy)
        other = run_with(base, windows if twin is None else plain | twin, weight_decay=0.0)
        monkeypatch.setattr(landscape_moments, "Landscape", partial(Parabola, world))
        seen.cache_clear()
        found = check(in_context({"decay": run, "no-decay": other}))
        for figure in found.figures:
            check_figure(figure)
        return found

    return judge


# Curvature 2.5 lies above the level 1/(ητW) = 2 of these windows.
TWO_DEEP = {step: (weights(), axes(np.array([9.0, 8.0, 1.0, 0.9, 0.8]), P)) for step in (GROK, LATE)}
CURVED = level_of(2.5, 2.5)


def test_a_gap_no_deeper_than_the_curved_modes_is_supported_where_nulls_lie_deeper(judged):
    found = judged(krylov_bound.judge, World(CURVED), TWO_DEEP)
    assert found.verdict is Verdict.SUPPORTED
    assert (found.value.value, found.null.value) == (1.0, pytest.approx(0.0, abs=0.4))
    assert dict(zip(found.tables[1].columns, found.tables[1].rows[0], strict=True))["count at grokking"] == 2


def test_a_bound_that_cannot_fail_is_uninformative(judged):
    found = judged(krylov_bound.judge, World(level_of(*[50] * 5)), TWO_DEEP)
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.null.value == 1.0


@pytest.mark.parametrize("curvature", [level_of(), level_of(2.5, 1.9)])
def test_a_gap_deeper_than_the_curved_modes_refutes_the_bound(judged, curvature):
    assert judged(krylov_bound.judge, World(curvature), TWO_DEEP).verdict is Verdict.REFUTED


def test_the_bound_must_hold_in_both_windows(judged):
    windows = TWO_DEEP | {LATE: (weights(), axes(np.array([9.0, 8.0, 7.0, 1.0, 0.9]), P))}
    assert judged(krylov_bound.judge, World(CURVED), windows).verdict is Verdict.REFUTED


def test_the_level_of_the_bound_carries_the_duration_of_a_row(made_run):
    run = run_with(made_run(np.ones(W)), {})
    steps = np.array([LATE])
    assert krylov_bound.level(run, steps) == pytest.approx(1 / (0.01 * EVERY * W))
    assert krylov_bound.level(run, steps, per_row=False) == pytest.approx(1 / (0.01 * W))


FLAT_FIRST = {"curvature": level_of(0.1, 1, 1, 1, 1, rest=1), "twin": level_of(1, 1, 1, 1, 1, rest=1)}


def test_a_first_mode_that_alone_is_flatter_than_the_twins_is_supported(judged):
    found = judged(mode_curvature.judge_flat, World(**FLAT_FIRST))
    assert found.verdict is Verdict.SUPPORTED
    assert found.tables[1].rows[0][2:] == pytest.approx((0.1, 0.1, 1.0))


def test_flatness_that_every_direction_shares_is_uninformative(judged):
    world = World(level_of(*[0.1] * 5, rest=0.1), twin=FLAT_FIRST["twin"])
    assert judged(mode_curvature.judge_flat, world).verdict is Verdict.UNINFORMATIVE


@pytest.mark.parametrize("twin", [level_of(0.1, 1, 1, 1, 1), level_of(-1, 1, 1, 1, 1)])
def test_a_first_mode_no_flatter_than_the_twins_refutes(judged, twin):
    world = World(FLAT_FIRST["curvature"], twin=twin)
    assert judged(mode_curvature.judge_flat, world).verdict is Verdict.REFUTED


def test_the_curvature_that_counts_is_that_of_the_held_out_loss(judged):
    world = World(level_of(1, 1, 1, 1, 1), held_out=FLAT_FIRST["curvature"], twin=FLAT_FIRST["twin"])
    assert judged(mode_curvature.judge_flat, world).verdict is Verdict.SUPPORTED


def test_a_ratio_to_a_twin_that_is_not_curved_is_infinite_and_of_nothing_unknown():
    found = mode_curvature.ratio(np.array([1.0, 1.0, -1.0, np.nan]), np.array([2.0, 0.0, 2.0, 1.0]))
    np.testing.assert_array_equal(found, [0.5, np.inf, -0.5, np.nan])


def test_strong_modes_that_are_flat_are_an_inverted_hierarchy(judged):
    # Curvatures elsewhere are so unequal that random directions know nothing of the window's.
    others = np.random.default_rng(3).uniform(0, 1000, P - W)
    found = judged(mode_curvature.judge_hierarchy, World(np.concatenate([[1, 2, 3, 4, 5], others])))
    assert found.verdict is Verdict.SUPPORTED
    assert found.tables[1].rows[0][2] == -1.0


def test_a_hierarchy_that_random_directions_share_is_uninformative(judged):
    """In few dimensions a direction is as strong and as flat as it lies near the first axis."""
    world = World(level_of(1, 50, 60, 70, 80, rest=100))
    found = judged(mode_curvature.judge_hierarchy, world)
    assert found.verdict is Verdict.UNINFORMATIVE
    assert {row[0] for row in found.tables[2].rows} >= {
        "half-way to grokking",
        "at grokking",
        "turned in the span, mean",
    }


def test_strong_modes_that_are_stiff_refute_the_hierarchy(judged):
    assert judged(mode_curvature.judge_hierarchy, World(level_of(5, 4, 3, 2, 1))).verdict is Verdict.REFUTED


def test_turned_directions_carry_the_forms_of_the_directions_they_are_made_of(made_run, monkeypatch):
    """A form on turned directions, with and without a product of its own with the Hessian."""
    run = run_with(made_run(np.ones(W)), {LATE: (weights(w3=2.0), axes(STRENGTHS, P))})
    monkeypatch.setattr(landscape_moments, "Landscape", partial(Parabola, World(level_of(1, 2, 3, 4, 5))))
    seen.cache_clear()
    late = seen(run, Moment.LATE, 1)
    identity = np.broadcast_to(np.eye(W), late.hessian.shape)
    np.testing.assert_allclose(late.turned_forms(identity, 3), 1.0, rtol=1e-12)
    forms = late.turned_forms(late.hessian, 3)
    np.testing.assert_allclose(forms.sum(axis=2), 15.0, rtol=1e-9)  # the trace does not turn
    assert np.ptp(forms[:, 0, 0]) > 0.1
    unknown = late.hessian.copy()
    unknown[0, 4] = unknown[0, :, 4] = np.nan
    part = late.turned_forms(unknown, 2)
    assert np.isnan(part[0, :, 4]).all()
    np.testing.assert_allclose(part[0, :, :4].sum(axis=1), 10.0, rtol=1e-9)
    np.testing.assert_array_equal(part[1:], late.turned_forms(late.hessian, 2)[1:])


SHRINK = 0.99**EVERY
SIGNS = np.array([1.0, -1.0, 1.0, -1.0, 1.0])


def driven(first, others):
    """The end of a window, and its rows: weight 0 and weights 1 to 4 each by ``"gradient"`` or by ``"decay"``.

    A gradient makes weights go to and fro by 20 (weight 0) or 2 around zero; decay alone shrinks them from 200 or 20.
    """
    ends, rows = np.zeros(P), np.zeros((W, P))
    fall = SHRINK ** np.arange(W + 1)
    for weight, by, size in ((0, first, 200.0), *((weight, others, 20.0) for weight in range(1, W))):
        if by == "decay":
            rows[:, weight], ends[weight] = size * np.diff(fall), size * fall[-1]
        else:
            rows[:, weight] = size / 10 * np.roll(SIGNS, weight)
            ends[weight] = rows[:, weight].sum() / 2
    rows += 1e-3 * axes(np.ones(W), P, draw=1)  # so that every mode is resolved
    return ends, rows


def test_a_gradient_that_gives_way_to_decay_along_the_first_mode_alone_is_supported(judged, monkeypatch):
    before, at = ((0.97, 0.6, 0.6, 0.2), (0.05, 0.6, 0.7, 0.1))
    shares = {HALF: before, GROK: at}

    def given(one, places):
        return tuple(np.full((len(places), 1), share) for share in shares[one.modes.steps[0]])

    monkeypatch.setattr(gradient_share, "_shares", given)
    found = judged(partial(gradient_share.judge, "P14"), World(level_of()))
    assert found.verdict is Verdict.SUPPORTED
    assert found.tables[1].rows[0][2:] == (0.95, 0.97, 0.05)


def test_the_family_of_dyck_words_takes_the_same_test_at_its_own_level(made_run, in_context):
    run = run_with(
        made_run(np.ones(W)), {HALF: driven("gradient", "gradient"), GROK: driven("decay", "decay")}
    )
    low = replace(run, test_accuracy=np.where(run.test_accuracy > 0, 0.96, 0.0))
    seen.cache_clear()
    found = gradient_share.judge("P14.dyck", in_context({"dyck": low}))
    assert (found.id, found.verdict) == ("P14.dyck", Verdict.UNINFORMATIVE)
    assert gradient_share.judge("P14", in_context({"decay": low})).verdict is Verdict.INCONCLUSIVE
    none = replace(run, test_accuracy=0 * run.test_accuracy)
    listed = gradient_share.judge("P14.dyck", in_context({"dyck": none})).tables[1].rows
    assert [row[0] for row in listed] == ["dyck"] * 6


def test_the_weakest_modes_are_those_that_are_resolved(made_run):
    rows = axes(STRENGTHS[:3], P)
    late = seen(run_with(made_run(np.ones(W)), {LATE: (weights(), rows)}), Moment.LATE, 1)
    assert late.modes.resolved.sum(axis=1).tolist() == [3] * 6
    np.testing.assert_array_equal(late.weakest(2), late.modes.v[:, 1:3])
    four = late.weakest(4)
    assert np.isnan(four[:, 0]).all()
    np.testing.assert_array_equal(four[:, 1:], late.modes.v[:, :3])


def test_random_directions_are_of_the_weights_that_a_window_is_made_of(made_run):
    run = run_with(made_run(np.ones(W)), {})
    recording = replace(run.description.recording, weights=("readout",))
    part = replace(run, description=replace(run.description, recording=recording))
    late = seen(part, Moment.LATE, 1)
    assert not late.random[:, :, :80].any()
    eye = np.broadcast_to(np.eye(W), (6, W, W))
    np.testing.assert_allclose(late.random @ late.random.transpose(0, 2, 1), eye, atol=1e-12)


def test_the_shares_are_those_of_the_first_mode_the_last_random_ones_and_the_weights(made_run):
    windows = {HALF: driven("gradient", "decay")}
    run = run_with(made_run(np.ones(W)), windows)
    own, last, random, weight = gradient_share._shares(seen(run, Moment.HALF, 1), np.arange(6))
    assert (own.shape, last.shape, random.shape, weight.shape) == ((6, 1), (6, 1), (6, W), (6, 1))
    modes = seen(run, Moment.HALF, 1).modes
    theta = modes.theta / np.linalg.norm(modes.theta, axis=1, keepdims=True)
    for found, v in ((own, modes.v[:, :1]), (last, modes.v[:, -1:]), (weight, theta[:, None])):
        np.testing.assert_array_equal(found, update_parts(run.description, modes, v).energy_share)
    assert own.min() > 0.99
    assert np.ptp(random) > 0.1


def test_a_gradient_that_gives_way_to_decay_along_all_directions_is_uninformative(judged):
    windows = {HALF: driven("gradient", "gradient"), GROK: driven("decay", "decay")}
    assert (
        judged(partial(gradient_share.judge, "P14"), World(level_of()), windows).verdict
        is Verdict.UNINFORMATIVE
    )


@pytest.mark.parametrize("before, at", [("gradient", "gradient"), ("decay", "decay"), ("decay", "gradient")])
def test_a_share_that_does_not_cross_one_half_downwards_refutes(judged, before, at):
    windows = {HALF: driven(before, before), GROK: driven(at, at)}
    assert judged(partial(gradient_share.judge, "P14"), World(level_of()), windows).verdict is Verdict.REFUTED


def ablation(needed, **values):
    return {
        "world": World(level_of(), needed=needed),
        "windows": {LATE: (weights(**values), axes(STRENGTHS, P))},
    }


def test_leading_directions_that_alone_are_needed_are_supported(judged):
    # Taking out as much along other directions of the span leaves weight 0 large enough.
    found = judged(mode_ablation.judge, **ablation({0: 0.5}, w0=6.0, w2=1.0, w3=1.0, w4=3.0))
    assert found.verdict is Verdict.SUPPORTED
    assert found.value.value == 1.0
    assert "infinitely often" in found.extra["The mean fall over the mean size of the source's control"]


MANY = range(W, 65)
FRAGILE = {
    "world": World(level_of(), needed={0: 5.0} | dict.fromkeys(MANY, 0.3)),
    "windows": {LATE: (weights(w0=6.0, w4=1.0, **{f"w{i}": 1.0 for i in MANY}), axes(STRENGTHS, P))},
}
"""Weights of which none may change much: taking out a length of 6 anywhere does harm, and little does none."""


def test_an_accuracy_that_anything_as_large_destroys_is_uninformative(judged):
    """The control of the source passes: it takes out next to nothing."""
    found = judged(mode_ablation.judge, **FRAGILE)
    assert found.verdict is Verdict.UNINFORMATIVE
    bare = [row for row in found.tables[1].rows if row[0] == mode_ablation.BARE]
    assert not any(row[2] for row in bare)


def test_without_equal_lengths_the_controls_would_have_called_this_supported(judged, monkeypatch):
    monkeypatch.setattr(mode_ablation, "sized", lambda taken, _: 0.1 * taken)
    assert judged(mode_ablation.judge, **FRAGILE).verdict is Verdict.SUPPORTED


def test_leading_directions_that_are_not_needed_refute(judged):
    assert judged(mode_ablation.judge, **ablation({7: 1.0}, w0=6.0, w7=2.0)).verdict is Verdict.REFUTED


def test_what_is_taken_out_is_as_long_in_every_control(made_run, monkeypatch):
    run = run_with(made_run(np.ones(W)), {LATE: (weights(w0=6.0, w4=3.0, w9=1.0), axes(STRENGTHS, P))})
    monkeypatch.setattr(landscape_moments, "Landscape", partial(Parabola, World(level_of())))
    seen.cache_clear()
    late = seen(run, Moment.LATE, 1)
    lengths = []

    def length(_, taken):
        lengths.append(np.linalg.norm(taken, axis=1))
        return lengths[-1]

    monkeypatch.setattr(mode_ablation, "fall", length)
    taken = mode_ablation.removed(late.modes.theta, late.modes.v[:, :2])
    mode_ablation._controls(late, taken)
    bare = lengths[0 : 3 * mode_ablation._DRAWS : 3]
    equal = [one for i, one in enumerate(lengths) if i % 3 or i == len(lengths) - 1]
    np.testing.assert_allclose(equal, 6.0)
    assert np.mean(bare) < 2.0


def test_outputs_that_move_along_all_but_the_first_mode_are_supported(judged):
    # 0.03² κ/2 is 4.5·10⁻⁵ at κ = 0.1, and 4.5·10⁻³ at κ = 10.
    world = World(level_of(0.1, 10, 10, 10, 10, rest=10))
    windows = {LATE: (weights(w0=1.0, w7=1.0), axes(STRENGTHS, P))}
    found = judged(mode_perturbation.judge, world, windows)
    assert found.verdict is Verdict.SUPPORTED
    assert found.tables[1].rows[0][2] == pytest.approx(4.5e-5)


def test_outputs_that_no_small_move_changes_are_uninformative(judged):
    windows = {LATE: (weights(w0=1.0), axes(STRENGTHS, P))}
    world = World(level_of(*[0.1] * 5, rest=0.1))
    assert judged(mode_perturbation.judge, world, windows).verdict is Verdict.UNINFORMATIVE


def test_outputs_that_move_along_the_first_mode_refute(judged):
    windows = {LATE: (weights(w0=1.0), axes(STRENGTHS, P))}
    assert judged(mode_perturbation.judge, World(level_of(1.0)), windows).verdict is Verdict.REFUTED


def wide(monkeypatch):
    """Modes in windows of five rows are two at most in each half; let all five count as stable."""
    one = lambda at: (at.modes.v, at.modes.v)  # noqa: E731
    monkeypatch.setattr(mode_importance, "half_modes", one)


def test_importances_that_agree_mode_by_mode_are_supported(judged, monkeypatch):
    wide(monkeypatch)
    # Predicted κκ'θ², ablated κ'θ²/2 without signs: both rise from mode to mode. Along random directions the predicted
    # importance knows of κθ and κ'θ, the ablated one of θ and of how the loss bends elsewhere.
    world = World(level_of(1, 2, 4, 8, 16), held_out=level_of(1, -1, 1, -1, 1, rest=100.0))
    windows = {GROK: (weights(w0=1.0, w1=1.1, w2=1.2, w3=1.3, w4=1.4), axes(STRENGTHS, P))}
    found = judged(mode_importance.judge, world, windows)
    assert found.tables[1].rows[0][2] == 1.0
    assert found.verdict is Verdict.SUPPORTED
    assert "σ_j alone: mean -1" in found.extra["Beside baselines"]


def test_importances_that_agree_along_any_direction_are_uninformative(judged, monkeypatch):
    wide(monkeypatch)
    windows = {GROK: (weights(w0=1.0, w1=2.0, w2=3.0, w3=4.0, w4=5.0), axes(STRENGTHS, P))}
    found = judged(mode_importance.judge, World(level_of(*[1.0] * W, rest=1.0)), windows)
    assert found.verdict is Verdict.UNINFORMATIVE


def test_importances_that_disagree_refute(judged, monkeypatch):
    wide(monkeypatch)
    # κ falls so fast that predicted importance falls where the ablated one rises.
    windows = {GROK: (weights(w0=1.0, w1=2.0, w2=4.0, w3=8.0, w4=16.0), axes(STRENGTHS, P))}
    world = World(level_of(16, 8, 4, 2, 1) ** 2 + 0.0, held_out=level_of(16, 8, 4, 2, 1) ** 0.9)
    assert judged(mode_importance.judge, world, windows).verdict is Verdict.REFUTED


def test_too_few_modes_cannot_be_ranked(judged):
    found = judged(mode_importance.judge, World(level_of(1, 2)))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "6 of 6 could not take the test" in found.reason


CHECKS = (
    krylov_bound.judge,
    mode_curvature.judge_flat,
    mode_curvature.judge_hierarchy,
    partial(gradient_share.judge, "P14"),
    mode_ablation.judge,
    mode_perturbation.judge,
    mode_importance.judge,
)


@pytest.mark.parametrize("judge", CHECKS)
def test_seeds_that_do_not_grok_are_listed_and_not_counted(judged, judge, monkeypatch):
    wide(monkeypatch)
    windows = {
        step: (weights(w0=1.0, w1=2.0, w2=3.0, w3=4.0, w4=5.0), axes(STRENGTHS, P)) for step in (GROK, LATE)
    }
    found = judged(judge, World(level_of(1, 2, 3, 4, 5), twin=level_of(1, 2, 3, 4, 5)), windows, few=True)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "4 of 6 could not take the test" in found.reason
    mine = [row for row in found.tables[1].rows if row[0] == "decay"]
    assert [np.isnan(row[2]) for row in mine] == [False] * 2 + [True] * 4


@pytest.mark.parametrize("judge", CHECKS)
def test_where_no_seed_groks_nothing_can_be_said(made_run, in_context, judge):
    run = run_with(made_run(np.ones(W)), {}, weight_decay=0.0)
    found = judge(in_context({"decay": run, "no-decay": run}))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.value.value is None
    for figure in found.figures:
        check_figure(figure)


def test_moments_come_from_the_accuracy_of_each_seed_and_need_a_whole_window(made_run):
    run = run_with(made_run(np.ones(W)), {})
    accuracy = np.zeros_like(run.test_accuracy)
    for seed, step in enumerate((200, 130, 90, 60, LATE, LATE)):
        accuracy[seed, run.evaluation_steps >= step] = 1.0
    accuracy[5] = 0.97
    run = replace(run, test_accuracy=accuracy)
    nan = np.nan
    np.testing.assert_array_equal(moment_steps(run, Moment.HALF), [100, 60, nan, nan, 150, nan])
    np.testing.assert_array_equal(moment_steps(run, Moment.GROKKING), [200, 130, 90, 60, 300, nan])
    np.testing.assert_array_equal(moment_steps(run, Moment.LATE), [300, 300, 300, 300, 300, nan])


def test_a_twin_that_groks_or_does_not_learn_cannot_be_compared(made_run):
    base = made_run(np.ones(W))
    run, twin = run_with(base, {}), run_with(base, {}, weight_decay=0.0)
    train, test = twin.train_accuracy.copy(), twin.test_accuracy.copy()
    train[0], test[1] = 0.9, 1.0
    twin = replace(twin, train_accuracy=train, test_accuracy=test)
    np.testing.assert_array_equal(mode_curvature._twin_steps(run, twin), [np.nan, np.nan, 300, 300, 300, 300])


def test_a_run_without_kept_weights_is_refused(made_run):
    with pytest.raises(ValueError, match="with snapshots"):
        moment_steps(made_run(np.ones(W), (100,) * 6), Moment.LATE)
