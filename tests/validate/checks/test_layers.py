"""P24 on weights made by hand: layers that share a history, and layers that share nothing but a schedule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Snapshots
from spectral_edge.simulate.spectrum.trajectory import windows_of
from spectral_edge.validate.checks import layers as module
from spectral_edge.validate.checks.layers import CHECKS, FAMILIES, OTHERS, between, least_agreement
from spectral_edge.validate.profiles import PROFILES
from spectral_edge.validate.verdict import Verdict

JUDGE = {check.statement: check.judge for check in CHECKS}["P24"]
FLAT = [5.0, 4.0, 3.0, 2.0, 1.0]


@pytest.fixture
def walking(made_run):
    """A run with snapshots, whose steps in each layer all have length one, and a cosine with one direction that varies.

    There is such a series ``(S, T)`` of cosines for each layer: where they are large, so is the gap ratio.
    """

    def make(*cosines):
        run = made_run(FLAT)
        layout = run.description.network.layout(run.description.task)
        seeds, times = cosines[0].shape
        draw = np.random.default_rng(2)
        updates = np.empty((seeds, times, layout.length))
        for cosine, place in zip(cosines, layout.places.values(), strict=True):
            noise = draw.standard_normal((seeds, times, place.stop - place.start))
            noise[..., 0] = 0
            noise *= np.sqrt(1 - cosine**2)[..., None] / np.linalg.norm(noise, axis=2, keepdims=True)
            noise[..., 0] = cosine
            updates[:, :, place] = noise
        weights = np.concatenate([np.zeros((seeds, 1, layout.length)), updates.cumsum(axis=1)], axis=1)
        description = replace(run.description, snapshots=Snapshots(10, 10 * times), dtype="float64")
        return replace(run, description=description, snapshots=weights)

    return make


def rhythm(shift=0.0, apart=np.pi / 3):
    """Cosines over time: waves, each seed's ``apart`` from the one before, all moved by ``shift``."""
    phase = apart * np.arange(6)[:, None] + shift
    return 0.55 + 0.4 * np.cos(2 * np.pi * np.arange(17) / 10 + phase)


@pytest.fixture
def judged(in_context):
    return lambda run: JUDGE(in_context({"decay": run}))


def test_layers_with_one_history_are_told_from_those_of_other_seeds(walking, judged):
    found = judged(walking(rhythm(), rhythm()))
    assert found.counts["data"] == (6, 6)
    assert found.counts[OTHERS] == (0, 6)


def test_they_are_supported_if_trends_alone_would_not_agree(walking, judged, monkeypatch):
    noise = list(np.random.default_rng(0).random((2, 24, 12)))
    monkeypatch.setattr(module, "_smooth", lambda *_: noise)
    assert judged(walking(rhythm(), rhythm())).verdict is Verdict.SUPPORTED


def test_layers_that_relax_with_nothing_between_them_agree(in_context):
    """The limit of the test that the check's own text states."""
    groups = module._smooth(in_context(), 4, 10, 50)
    assert np.median(least_agreement(groups)) > 0.95


def test_layers_with_histories_of_their_own_refute(walking, judged):
    assert judged(walking(rhythm(), rhythm(np.pi / 2))).verdict is Verdict.REFUTED


def test_layers_with_one_schedule_in_all_seeds_are_uninformative(walking, judged):
    """The planted artefact: what the layers have in common, all seeds have in common."""
    found = judged(walking(rhythm(apart=0.0), rhythm(apart=0.0)))
    assert found.counts[OTHERS] == (6, 6)
    assert found.verdict is Verdict.UNINFORMATIVE


def test_the_least_agreement_is_that_of_the_worst_pair():
    draw = np.random.default_rng(0)
    a = draw.standard_normal((2, 20))
    b, c = a + 0.1 * draw.standard_normal((2, 20)), draw.standard_normal((2, 20))
    pairs = [[abs(np.corrcoef(x[i], y[i])[0, 1]) for x, y in ((a, b), (a, c), (b, c))] for i in range(2)]
    # A few roundings of numbers up to one.
    np.testing.assert_allclose(
        least_agreement([a, b, c]), np.min(pairs, axis=1), atol=100 * np.finfo(float).eps
    )
    b[1, 5:] = np.nan
    assert np.isnan(least_agreement([a, b, c])[1])
    np.testing.assert_array_equal(between([a, c], [c, a]), [1.0, 1.0])


@pytest.mark.parametrize("statement", FAMILIES)
def test_every_group_has_weights_and_no_weight_is_in_two(statement):
    family = FAMILIES[statement]
    arm = PROFILES["smoke"].arms[family.arm]
    layout = arm.network.layout(arm.task)
    places = [set(layout.matching(names).tolist()) for names in family.groups.values()]
    assert len(places) >= 2
    assert sum(map(len, places)) == len(set.union(*places))
    assert set.union(*places) >= set(layout.matching(arm.recording.weights).tolist())


def test_the_windows_are_those_of_the_layer_s_own_weights(walking):
    run = walking(rhythm(), rhythm(np.pi / 2))
    first, second = module.layer_windows(run, FAMILIES["P24"], 5, 10)
    whole = windows_of(run, 5, 10)
    # Products of all weights are sums of those of the layers; rounding of sums of so many terms.
    bound = first.length * np.finfo(float).eps * np.abs(whole.inner).max()
    np.testing.assert_allclose(first.inner + second.inner, whole.inner, rtol=0, atol=bound)
