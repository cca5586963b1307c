"""P09 on series made by hand: who tracks the loss, who tracks it without knowing anything, and the lag."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.validate.checks import loss_tracking as module
from spectral_edge.validate.checks.loss_tracking import (
    CHECKS,
    CLOCK,
    SIZE,
    cross,
    lags,
    loss_at,
    mean_size,
)
from spectral_edge.validate.checks.run_series import PHASES, SMOOTH, WALK, Windows
from spectral_edge.validate.verdict import Verdict

from .worlds import spectra_of_ratios

JUDGE = {check.statement: check.judge for check in CHECKS}
STEPS = np.arange(60, 180, 10)

# Ups and downs that no clock tracks, of the twelve windows of a run made by hand.
WAVES = 2 + np.array([0.0, 1, -1, 1, 0, -1, 1, -1, 0, 1, -1, 0])
OTHER = 2 + np.array([1.0, 0, 0, -1, -1, 0, 1, 1, 0, 0, -1, 0])
RISE = np.linspace(1.5, 4.0, 12)


@pytest.fixture
def with_nulls(monkeypatch):
    def use(**series):
        def made(*_):
            found = {}
            for key, name in (("walk", WALK), ("smooth", SMOOTH)):
                sigma = np.broadcast_to(spectra_of_ratios(series.get(key, OTHER)), (6, 12, 5)).copy()
                found[name] = Windows(sigma, sigma > 0, STEPS, np.empty(0), 100)
            return found

        monkeypatch.setattr(module, "spectra_that_know_nothing", made)
        monkeypatch.setattr(module, "surrogates", lambda *_: np.tile(series.get("phases", OTHER), (24, 1)))
        monkeypatch.setattr(module, "mean_size", lambda _: np.tile(series.get("size", OTHER), (6, 1)))

    return use


@pytest.fixture
def losing(made_run):
    """A run with these gap ratios and this held-out loss at the ends of its windows."""

    def make(ratios, losses):
        run = made_run(spectra_of_ratios(ratios))
        series = np.ones((6, len(run.evaluation_steps)))
        series[:, np.searchsorted(run.evaluation_steps, run.record_steps)] = losses
        return replace(run, test_loss=series)

    return make


@pytest.mark.parametrize("sign", [1, -1])
def test_a_ratio_that_goes_with_the_loss_is_supported_whatever_its_sign(losing, in_context, with_nulls, sign):
    with_nulls()
    found = JUDGE["P09.transformer"](in_context({"transformer": losing(WAVES, 5 + sign * WAVES)}))
    assert found.verdict is Verdict.SUPPORTED


def test_a_ratio_that_goes_its_own_way_refutes(losing, in_context, with_nulls):
    with_nulls()
    found = JUDGE["P09.transformer"](in_context({"transformer": losing(OTHER, WAVES)}))
    assert found.verdict is Verdict.REFUTED


@pytest.mark.parametrize("null", ["walk", "smooth", "phases", "size"])
def test_tracking_that_a_null_shows_too_is_uninformative(losing, in_context, with_nulls, null):
    with_nulls(**{null: WAVES})
    found = JUDGE["P09.transformer"](in_context({"transformer": losing(WAVES, WAVES)}))
    assert found.verdict is Verdict.UNINFORMATIVE


def test_a_loss_that_a_clock_tracks_tells_nothing(losing, in_context, with_nulls):
    """The planted artefact: two series that fall throughout."""
    with_nulls()
    found = JUDGE["P09.transformer"](in_context({"transformer": losing(RISE[::-1], 10 - RISE)}))
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.counts[CLOCK] == (6, 6)
    assert found.counts[PHASES] == (0, 24)


def test_the_loss_is_that_of_the_last_evaluation(made_run):
    run = made_run(spectra_of_ratios(WAVES))
    run = replace(run, test_loss=np.tile(run.evaluation_steps.astype(float), (6, 1)))
    np.testing.assert_array_equal(loss_at(run, np.array([60, 65, 170]))[0], [60.0, 60.0, 170.0])


def test_the_mean_size_is_that_of_the_rows_of_each_window():
    draw = np.random.default_rng(0)
    rows = draw.standard_normal((2, 9, 4))
    inner = np.stack([[r[i : i + 4] @ r[i : i + 4].T for i in range(6)] for r in rows])  # W + 1 = 4
    expected = [[np.linalg.norm(r[i + 1 : i + 4], axis=1).mean() for i in range(6)] for r in rows]
    np.testing.assert_allclose(mean_size(inner), expected, rtol=20 * np.finfo(float).eps)


def delayed(by):
    """Series ``(6, 40)`` that a loss follows ``by`` windows later, and the loss."""
    noise = np.random.default_rng(3).random((6, 60))
    return 2 + noise[:, 10:50], 2 + noise[:, 10 - by : 50 - by]


def test_a_lag_is_positive_where_the_series_goes_ahead():
    for by in (-3, 0, 4):
        np.testing.assert_array_equal(lags(cross(*delayed(by)), 8), by)
    # What lies further than it may look is not found.
    assert (np.abs(lags(cross(*delayed(4)), 3)) <= 3).all()
    assert np.isnan(lags(cross(np.ones((1, 40)), delayed(0)[1][:1]), 8)).all()


@pytest.fixture
def at_widths(monkeypatch, made_run):
    """A run whose R goes ahead of the loss by these numbers of windows at W = 10 and W = 20."""

    def make(narrow, wide, **nulls):
        steps = np.arange(10, 410, 10)
        _, losses = delayed(0)
        noise = {
            by: 2 + np.random.default_rng(3).random((6, 60))[:, 10 + by : 50 + by] for by in range(-5, 6)
        }
        run = made_run(spectra_of_ratios(WAVES))

        def windows(by, copies=1):
            sigma = np.stack([spectra_of_ratios(one) for one in noise[by]] * copies)
            return Windows(sigma, sigma > 0, steps, np.empty(0), 100, run)

        asked = {10: windows(narrow), 20: windows(wide)}
        first, second = nulls.get("others", (1, 1))
        monkeypatch.setattr(module, "of_snapshots", lambda _, width, __: asked[width])
        monkeypatch.setattr(module, "loss_at", lambda *_: losses)
        told = {id(asked[10]): windows(first), id(asked[20]): windows(second)}
        monkeypatch.setattr(module, "walk", lambda w, _: told[id(w)])
        known = iter([first, second])
        monkeypatch.setattr(module, "smooth", lambda *_: windows(next(known), copies=4))
        sizes = iter([first, second])
        monkeypatch.setattr(module, "mean_size", lambda _: noise[next(sizes)])
        return run

    return make


@pytest.mark.parametrize("narrow, wide", [(2, -3), (-1, 4)])
def test_a_lag_that_changes_sign_is_supported(at_widths, in_context, narrow, wide):
    found = JUDGE["P09.lag"](in_context({"decay": at_widths(narrow, wide)}))
    assert found.counts["data"] == (6, 6)
    assert found.counts[SIZE] == found.counts[WALK] == (0, 6)
    # Random phases have a lag of either sign, so that alone they may leave it open.
    passed, total = found.counts[PHASES]
    assert passed < 0.75 * total
    assert found.verdict in (Verdict.SUPPORTED, Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("narrow, wide", [(2, 3), (-1, -4), (0, 3)])
def test_a_lag_that_keeps_its_sign_or_is_none_refutes(at_widths, in_context, narrow, wide):
    assert JUDGE["P09.lag"](in_context({"decay": at_widths(narrow, wide)})).verdict is Verdict.REFUTED


def test_a_change_of_sign_that_the_size_of_updates_shows_too_is_uninformative(at_widths, in_context):
    run = at_widths(2, -3, others=(2, -3))
    assert JUDGE["P09.lag"](in_context({"decay": run})).verdict is Verdict.UNINFORMATIVE
