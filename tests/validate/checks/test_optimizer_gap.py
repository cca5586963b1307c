"""P19 on updates made by hand: where the gap is under each of two optimizers is known."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.checks import gap_position, optimizer_gap
from spectral_edge.validate.checks.gap_position import position_scores
from spectral_edge.validate.checks.optimizer_gap import judge
from spectral_edge.validate.checks.update_nulls import FEW
from spectral_edge.validate.profiles import MUON, TRANSFORMER
from spectral_edge.validate.updates import updates_of
from spectral_edge.validate.verdict import Verdict

SEEDS, ROWS, P = 6, 24, 120


def behind(position, seeds=SEEDS):
    """Updates ``(S, T, P)`` with so many strong modes, orthogonal in time over ten rows, and weak noise."""
    phase = 2 * np.pi * np.arange(ROWS)[:, None] / 10
    courses = [np.ones_like(phase)] + [f(n * phase) for n in (1, 2) for f in (np.cos, np.sin)]
    rows = np.zeros((seeds, ROWS, P))
    for mode in range(position):
        rows[..., mode] += 10 * courses[mode][:, 0]
    return rows + 0.3 * np.random.default_rng(position).normal(size=rows.shape)


@pytest.fixture
def with_nulls(monkeypatch, moving_run):
    """The two drawn nulls, AdamW's gap behind the first of two positions and Muon's behind the second."""

    def use(adamw, muon):
        drawn = iter((behind(adamw), behind(muon)))

        def instead(found, description, replicates, names, seed):
            return dict.fromkeys(names, updates_of(moving_run(next(drawn))))

        monkeypatch.setattr(optimizer_gap, "null_updates", instead)

    return use


def arms(moving_run, adamw, muon):
    return {TRANSFORMER: moving_run(adamw), MUON: moving_run(muon)}


def test_the_position_is_behind_the_strong_modes(moving_run):
    for position in (1, 2, 3):
        found = position_scores("made", updates_of(moving_run(behind(position))), 10)
        assert found.values.tolist() == [position] * SEEDS


def test_another_position_under_muon_that_nulls_lack_is_supported(moving_run, in_context, with_nulls):
    with_nulls(3, 3)
    found = judge(in_context(arms(moving_run, behind(2), behind(1))))
    assert found.verdict is Verdict.SUPPORTED
    assert found.tables[1].rows[0][2:5] == (1.0, 2.0, 1.0)
    assert found.extra["As reported: smaller under Muon"].startswith("6 of 6")


def test_the_same_position_refutes(moving_run, in_context, with_nulls):
    with_nulls(3, 3)
    assert judge(in_context(arms(moving_run, behind(2), behind(2)))).verdict is Verdict.REFUTED


def test_noise_that_differs_between_the_optimizers_makes_it_uninformative(moving_run, in_context, with_nulls):
    with_nulls(2, 1)
    assert judge(in_context(arms(moving_run, behind(2), behind(1)))).verdict is Verdict.UNINFORMATIVE


def test_seeds_that_differ_among_themselves_make_it_uninformative(moving_run, in_context, with_nulls):
    with_nulls(3, 3)
    scattered = np.concatenate([behind(1 + seed % 3, 1) for seed in range(SEEDS)])
    found = judge(in_context(arms(moving_run, scattered, behind(5))))
    assert found.verdict is Verdict.UNINFORMATIVE
    assert found.null.name == f"the same for {optimizer_gap.TWO_ADAMW}"


def test_seeds_are_paired_by_their_number_and_not_by_their_place(moving_run, in_context, with_nulls):
    with_nulls(3, 3)
    mixed = np.concatenate([behind(1 + seed % 2, 1) for seed in range(SEEDS)])
    turned = {MUON: moving_run(mixed[::-1], seeds=tuple(range(SEEDS))[::-1]), TRANSFORMER: moving_run(mixed)}
    assert judge(in_context(turned)).verdict is Verdict.REFUTED
    with pytest.raises(ValueError, match="share no seed"):
        judge(in_context({**turned, MUON: moving_run(mixed, seeds=tuple(range(10, 16)))}))


def test_another_measure_of_the_position_changes_the_verdict(moving_run, in_context, with_nulls, monkeypatch):
    with_nulls(3, 3)

    def number_of_modes(_, resolved):
        return resolved.sum(axis=-1)

    monkeypatch.setattr(gap_position, "gap_position", number_of_modes)
    assert judge(in_context(arms(moving_run, behind(2), behind(1)))).verdict is Verdict.REFUTED


def test_the_nulls_are_drawn_for_each_optimizer_by_itself(moving_run, in_context):
    # Nothing is put in their place here: both arms are the same tiny AdamW, so that noise cannot differ.
    found = judge(in_context(arms(moving_run, behind(2), behind(1))))
    passed, total = found.counts[optimizer_gap.BOTH_NOISE]
    assert (passed, total) == (0, FEW)
