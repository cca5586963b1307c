"""P23 on networks whose leading directions were made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Snapshots
from spectral_edge.simulate.features import discrete_logarithms
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.tasks import ModularAddition, ModularArithmetic
from spectral_edge.validate.checks import functional_modes
from spectral_edge.validate.checks.functional_modes import RECORD, UNGROKKED, ends, judge, readings
from spectral_edge.validate.verdict import Verdict

MODULUS, WIDTH, SEEDS, STEPS = 23, 6, 12, 600
ROWS = int(STEPS / RECORD.constants["stride"])


def wave(frequency: int, phase: float, angle: np.ndarray) -> np.ndarray:
    """An update of the embedding that moves every neuron by one wave of each token."""
    rows = np.cos(frequency * angle + phase)  # (tokens,)
    return np.concatenate([np.tile(rows, 2)[:, None] * np.ones(WIDTH), np.zeros((MODULUS, WIDTH))])


ADDITIVE = 2 * np.pi * np.arange(MODULUS) / MODULUS
MULTIPLICATIVE = 2 * np.pi * discrete_logarithms(MODULUS) / (MODULUS - 1)


@pytest.fixture
def arm(made_run):
    """``arm(task, angle or None, grokked)``: updates along three waves in this angle, or in random directions."""
    small = made_run(np.ones((6, 12, 5)))

    def make(task, angle, grokked=True):
        description = replace(
            small.description, task=task, network=QuadraticTwoLayer(WIDTH), steps=STEPS, recording=None,
            snapshots=Snapshots(50), evaluate_every=50, seeds=tuple(range(SEEDS)),
        )  # fmt: skip
        length = description.network.length(task)
        snapshots = np.empty((SEEDS, ROWS + 1, length), dtype=np.float32)
        for seed in range(SEEDS):
            draw = np.random.default_rng([seed, task.modulus, angle is None])
            if angle is None:
                directions = draw.standard_normal((3, length))
            else:
                directions = np.stack([wave(f, draw.uniform(0, 6), angle).ravel() for f in (2, 5, 7)])
            directions /= np.linalg.norm(directions, axis=1, keepdims=True)
            # Over the window of ten rows every wave comes back to where it began: the weights have none.
            paces = draw.standard_normal((10, 3))
            pace = np.zeros((ROWS, 3))
            pace[:10] = np.linalg.qr(paces - paces.mean(axis=0))[0] * [3.0, 2.0, 1.0]
            updates = pace @ directions + 1e-3 * draw.standard_normal((ROWS, length))
            # Neurons that stand far from zero by the same amount for every token: the change is the wave itself.
            start = 20.0 + draw.standard_normal(length)
            start[: 2 * MODULUS * WIDTH] = 20.0 + 0.5 * draw.standard_normal(2 * MODULUS * WIDTH)
            snapshots[seed] = start + np.concatenate([np.zeros((1, length)), np.cumsum(updates, axis=0)])
        evaluations = np.array(description.evaluation_steps)
        flat = np.zeros((SEEDS, len(evaluations)))
        accuracy = np.where(evaluations >= 150, 1.0, 0.0) * np.ones((SEEDS, 1)) if grokked else flat
        names = ("train_loss", "test_loss", "train_accuracy", "weight_norm")
        return replace(
            small, description=description, evaluation_steps=evaluations, test_accuracy=accuracy, snapshots=snapshots,
            record_steps=np.empty(0, dtype=np.int64), inner=np.empty((SEEDS, 0, 0, 0)), sigma=np.empty((SEEDS, 0, 0)),
            resolved=np.empty((SEEDS, 0, 0), dtype=bool), weight_rounding=np.empty((SEEDS, 0)),
            final_weights=snapshots[:, -1], diverged=np.full(SEEDS, -1), **dict.fromkeys(names, flat),
        )  # fmt: skip

    return make


SUM = ModularAddition(MODULUS, 0.6)
TIMES = ModularArithmetic("a*b", MODULUS, 0.6)


@pytest.fixture
def verdict(arm, in_context):
    def find(added=ADDITIVE, multiplied=MULTIPLICATIVE, without=None, grokked=True):
        runs = {
            "decay": arm(SUM, added, grokked),
            "multiplication": arm(TIMES, multiplied),
            "no-decay": arm(SUM, without, grokked=False),
        }
        return judge(in_context(runs))

    return find


def test_waves_of_the_tasks_own_group_support_the_claim(verdict) -> None:
    found = verdict()
    assert found.verdict is Verdict.SUPPORTED
    assert found.counts["data"] == (SEEDS, SEEDS)
    rows = next(table for table in found.tables if table.title.startswith("Every leading direction")).rows
    peaks = {(row[0], row[1]): set() for row in rows}
    for row in rows:
        peaks[row[0], row[1]].add(row[-1])
    assert peaks["addition", "sum"] == peaks["multiplication", "log"] == {2, 5, 7}


def test_directions_without_a_wave_refute_the_claim(verdict) -> None:
    assert verdict(added=None).verdict is Verdict.REFUTED
    assert verdict(multiplied=None).verdict is Verdict.REFUTED


def test_a_wave_in_the_sum_is_none_for_a_product(verdict) -> None:
    assert verdict(multiplied=ADDITIVE).verdict is Verdict.REFUTED


def test_waves_that_a_network_without_grokking_has_too_say_nothing(verdict) -> None:
    found = verdict(without=ADDITIVE)
    assert found.counts[f"{UNGROKKED}, addition"] == (SEEDS, SEEDS)
    assert found.verdict is Verdict.UNINFORMATIVE


def test_seeds_that_do_not_grok_are_listed_and_not_counted(verdict) -> None:
    found = verdict(grokked=False)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert f"{SEEDS} of {SEEDS} could not take the test" in found.reason


def test_a_mutant_that_forgets_to_shuffle_the_residues_is_caught_by_its_own_null(
    verdict, monkeypatch
) -> None:
    monkeypatch.setattr(functional_modes, "_mixed", lambda answers, *_: answers)
    assert verdict().verdict is Verdict.UNINFORMATIVE


def test_windows_end_at_the_first_stride_after_grokking_that_has_a_full_window(arm) -> None:
    run = arm(SUM, ADDITIVE)
    assert ends(run).tolist() == [500.0] * SEEDS
    late = np.where(run.evaluation_steps >= 550, 1.0, 0.0) * np.ones((SEEDS, 1))
    assert ends(replace(run, test_accuracy=late)).tolist() == [550.0] * SEEDS
    never = ends(replace(run, test_accuracy=np.zeros_like(late)))
    assert np.isnan(never).all()


def test_answers_are_read_in_every_basis_that_the_pairs_allow() -> None:
    pairs = np.array([(a, b) for a in range(1, 5) for b in range(1, 5)])
    found = readings(pairs, 5)
    assert set(found) == {"sum", "product", "log"}
    assert found["log"][1] == 4
    # Pairs with the same product have the same sum of logarithms, and the other way round.
    both = {tuple(pair) for pair in zip(found["product"][0], found["log"][0], strict=True)}
    assert len(both) == 4
    assert set(readings(np.array([(0, 1), (1, 1)]), 5)) == {"sum"}
