"""P17 on networks whose hidden activations were made by hand: easier to read, as hard as before, or lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.training.schedules import Change
from spectral_edge.validate.checks import freed
from spectral_edge.validate.checks.freed import ASTRAY, NEVER, RECORD, TWIN, fold, judge, probe, weights_at
from spectral_edge.validate.verdict import Verdict

MODULUS, SEEDS, REMOVED, END, LONG = 7, 6, 60, 120, 100
TASK = ModularAddition(MODULUS, 0.8)
ANGLE = 2 * np.pi * np.arange(MODULUS) / MODULUS


def solution() -> np.ndarray:
    """An embedding whose squared sums hold every wave of a + b: neurons in pairs, in which all else cancels."""
    columns = []
    for frequency in range(1, MODULUS // 2 + 1):
        for phase in (0, 2 * np.pi / 3, 4 * np.pi / 3):
            for turn in (0, np.pi / 2):
                first = np.cos(frequency * ANGLE + phase + turn)
                columns.append(np.concatenate([first, np.cos(frequency * ANGLE - turn)]))
    return np.stack(columns, axis=1)  # (2 · modulus, neurons)


WIDTH = solution().shape[1]


def weights(noise: float, seed: int) -> np.ndarray:
    """The solution with noise in the embedding: the more noise, the less a linear map can read."""
    draw = np.random.default_rng([seed, int(1e6 * noise)])
    embedding = solution() + noise * draw.standard_normal((2 * MODULUS, WIDTH))
    return np.concatenate([embedding.ravel(), draw.standard_normal(MODULUS * WIDTH)])


@pytest.fixture
def arm(made_run):
    """``arm(before, after, ...)``: a run whose embedding has so much noise until the removal, and so much at its end."""
    small = made_run(np.ones((6, 12, 5)))

    def make(before, after, steps=END, accuracy=1.0, grokked=True, schedule=None, until=None):
        extra = {} if schedule is None else {"decay_schedule": schedule}
        description = replace(
            small.description, task=TASK, network=QuadraticTwoLayer(WIDTH), steps=steps, recording=None,
            snapshots=Snapshots(20, until), evaluate_every=10, **extra,
        )  # fmt: skip
        kept = np.array(description.snapshot_steps)
        snapshots = np.stack(
            [[weights(before if step <= REMOVED else after, seed) for step in kept] for seed in range(SEEDS)]
        ).astype(np.float32)
        evaluations = np.array(description.evaluation_steps)
        series = np.zeros((SEEDS, len(evaluations)))
        held_out = np.where(evaluations <= REMOVED, float(grokked), accuracy) * np.ones((SEEDS, 1))
        names = ("train_loss", "test_loss", "train_accuracy", "weight_norm")
        last = np.stack([weights(after, seed) for seed in range(SEEDS)]).astype(np.float32)
        return replace(
            small, description=description, evaluation_steps=evaluations, test_accuracy=held_out, snapshots=snapshots,
            record_steps=np.empty(0, dtype=np.int64), inner=np.empty((SEEDS, 0, 0, 0)), sigma=np.empty((SEEDS, 0, 0)),
            resolved=np.empty((SEEDS, 0, 0), dtype=bool), weight_rounding=np.empty((SEEDS, 0)), final_weights=last,
            **dict.fromkeys(names, series),
        )  # fmt: skip

    return make


@pytest.fixture
def verdict(arm, in_context):
    def find(before=0.3, after=0.03, kept=0.3, never=0.3, **settings):
        runs = {
            "decay-removed": arm(before, after, schedule=Change(REMOVED), **settings),
            "decay": arm(before, kept, steps=LONG, until=REMOVED),
            "no-decay": arm(0.3, never, steps=LONG, until=REMOVED),
        }
        return judge(in_context(runs))

    return find


def test_a_representation_that_is_freed_only_without_decay_supports_the_claim(verdict) -> None:
    found = verdict()
    assert found.verdict is Verdict.SUPPORTED
    assert found.counts["data"] == (6, 6)
    assert {found.counts[name] for name in (TWIN, NEVER, ASTRAY)} == {(0, 6)}
    assert found.extra["Reported"].startswith("accuracy 0.973")


@pytest.mark.parametrize("null", ["kept", "never"])
def test_one_that_is_freed_with_decay_or_without_grokking_too_says_nothing(verdict, null) -> None:
    assert verdict(**{null: 0.03}).verdict is Verdict.UNINFORMATIVE


def test_one_that_stays_as_hard_to_read_refutes_the_claim(verdict) -> None:
    assert verdict(after=0.3).verdict is Verdict.REFUTED


@pytest.mark.parametrize(("accuracy", "wanted"), [(0.973, Verdict.SUPPORTED), (0.97, Verdict.REFUTED)])
def test_accuracy_has_to_be_kept(verdict, accuracy, wanted) -> None:
    assert verdict(accuracy=accuracy).verdict is wanted


def test_seeds_that_had_not_grokked_when_the_decay_went_are_listed_and_not_counted(verdict) -> None:
    found = verdict(grokked=False)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.counts["data"] == (0, 0)
    assert sum(row[0] == "decay removed" for row in found.tables[1].rows) == 6


def test_a_probe_that_was_shown_the_held_out_answers_would_be_caught(verdict, monkeypatch) -> None:
    """Mutant: fitted on what it is asked, with as many numbers as there are answers."""
    real = freed.explained_share

    def leaky(fit, targets, asked, answers):
        return real(asked, answers, asked, answers)

    monkeypatch.setattr(freed, "explained_share", leaky)
    assert verdict().verdict is not Verdict.SUPPORTED


def test_the_probe_reads_the_solution_and_not_the_noise(arm) -> None:
    run = arm(0.0, 100.0)
    assert (probe(run, run.weights_at(0)) > 0.999).all()
    assert (probe(run, run.final_weights) < 0.6).all()
    broken = run.final_weights.copy()
    broken[2, 5] = np.nan
    assert np.isnan(probe(run, broken)).tolist() == [False, False, True, False, False, False]


def test_growing_weights_by_themselves_free_nothing(arm) -> None:
    run = arm(0.3, 0.3)
    np.testing.assert_allclose(probe(run, run.final_weights), probe(run, 8 * run.final_weights), rtol=1e-6)


def test_a_fold_is_how_many_times_less_is_left() -> None:
    found = fold(
        np.array([0.85, 0.85, np.nan, 0.5]),
        np.array([0.99, 0.99, 0.9, 1.0]),
        np.array([True, False, True, True]),
    )
    assert found[0] == pytest.approx(15)
    assert found[1] == 0
    assert np.isnan(found[2])
    assert found[3] > 1e10


def test_weights_are_known_where_they_were_kept_and_at_the_end(arm) -> None:
    run = arm(0.3, 0.3, until=REMOVED)
    assert weights_at(run, 40) is not None
    assert weights_at(run, END) is run.final_weights
    assert weights_at(run, 80) is None
    assert RECORD.constants["fold"] == 2


def test_an_arm_that_removes_nothing_is_refused(arm, in_context) -> None:
    runs = dict.fromkeys(("decay-removed", "decay", "no-decay"), arm(0.3, 0.3))
    with pytest.raises(TypeError, match="P17 needs a Change"):
        judge(in_context(runs))
