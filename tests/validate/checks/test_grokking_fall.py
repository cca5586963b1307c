"""P11 on series made by hand: falls inside and outside the reported range, and who else has them."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.checks import grokking_fall as module
from spectral_edge.validate.checks.grokking_fall import CHECKS, RECORDS, TWIN, fall, falls
from spectral_edge.validate.checks.run_series import NOISE, SMOOTH, WALK, Windows
from spectral_edge.validate.verdict import Verdict

JUDGE = {check.statement: check.judge for check in CHECKS}
GROKS = (150,) * 6
STEPS = np.arange(60, 180, 10)
REPORTED = {"P11": (8.0, 111.0), "P11.transformer": (8.0, 111.0), "P11.dyck": (4.5, 48.1)}


def spectra(gaps):
    """Spectra whose g_23 is the given series."""
    gaps = np.asarray(gaps, dtype=float)
    flat = np.ones((len(gaps), 5))
    flat[:, 0], flat[:, 1], flat[:, 2] = 20.0, np.sqrt(4 + gaps), 2.0
    return flat


def falling(fold, records=12):
    """Spectra whose g_23 falls by ``fold`` until the tenth window, which ends at step 150."""
    return spectra(np.concatenate([np.geomspace(10, 10 / fold, 10), [10 / fold] * (records - 10)]))


FLAT = spectra(np.full(12, 3.0))


@pytest.fixture
def with_nulls(monkeypatch):
    def use(walk=FLAT, smooth=FLAT, noise=FLAT):
        def windows(row, count):
            sigma = np.broadcast_to(row, (count, *row.shape)).copy()
            return Windows(sigma, sigma > 0, STEPS, np.empty(0), 100)

        monkeypatch.setattr(module, "walk", lambda *_: windows(walk, 6))
        monkeypatch.setattr(module, "smooth", lambda *_: windows(smooth, 24))
        monkeypatch.setattr(module, "null_spectra", lambda *_: {NOISE: windows(noise, 24)})

    return use


def judged(in_context, run, twin, statement="P11"):
    names = {"P11": "decay", "P11.transformer": "transformer", "P11.dyck": "dyck"}
    twins = {"P11": "no-decay", "P11.transformer": "transformer-no-decay", "P11.dyck": "dyck-no-decay"}
    return JUDGE[statement](in_context({names[statement]: run, twins[statement]: twin}))


@pytest.mark.parametrize("statement", RECORDS)
def test_the_range_is_the_reported_one_and_its_ends_belong_to_it(made_run, in_context, with_nulls, statement):
    with_nulls()
    least, most = REPORTED[statement]
    for fold, verdict in [
        (least * 1.001, Verdict.SUPPORTED),
        (most * 0.999, Verdict.SUPPORTED),
        (least * 0.99, Verdict.REFUTED),
        (most * 1.01, Verdict.REFUTED),
    ]:
        found = judged(in_context, made_run(falling(fold), GROKS), made_run(FLAT), statement)
        assert found.verdict is verdict, fold


@pytest.mark.parametrize("null", [TWIN, WALK, SMOOTH, NOISE])
def test_a_fall_of_that_size_without_grokking_is_uninformative(made_run, in_context, with_nulls, null):
    with_nulls(*(falling(20) if name == null else FLAT for name in (WALK, SMOOTH, NOISE)))
    twin = made_run(falling(20) if null == TWIN else FLAT)
    assert judged(in_context, made_run(falling(20), GROKS), twin).verdict is Verdict.UNINFORMATIVE


def test_a_twin_that_falls_further_than_the_range_is_told(made_run, in_context, with_nulls):
    """As the source's own runs without decay do: the range excludes them, and the comparison shows them."""
    with_nulls()
    found = judged(in_context, made_run(falling(20), GROKS), made_run(falling(1000)))
    assert found.verdict is Verdict.SUPPORTED
    assert found.extra["Falls further than its twin without decay"] == "0 of 6 seeds"


def test_only_what_comes_before_grokking_counts(made_run, in_context, with_nulls):
    with_nulls()
    early = judged(in_context, made_run(falling(20), (80,) * 6), made_run(FLAT))
    assert early.verdict is Verdict.REFUTED


def test_seeds_that_do_not_grok_are_listed_and_not_counted(made_run, in_context, with_nulls):
    with_nulls()
    found = judged(in_context, made_run(falling(20), (150, 150, None, None, None, None)), made_run(FLAT))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.counts["data"] == (2, 2)
    assert "4 of 6 could not take the test" in found.reason


def test_each_row_is_read_up_to_its_own_step():
    gaps = np.array([[4.0, 2.0, 1.0, 0.5]] * 4)
    steps = np.array([10, 20, 30, 40])
    found = falls(gaps, steps, np.array([20.0, 39.0, np.nan, 5.0]))
    np.testing.assert_array_equal(found, [2.0, 4.0, np.nan, np.nan])
    assert fall(gaps[0]) == 8.0
