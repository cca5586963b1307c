"""Series of 𝒜 beside labels: against direct computation from raw updates, on a run that is really trained."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.tasks import ModularAddition, ModularArithmetic, TaskSwitch
from spectral_edge.simulate.train import train
from spectral_edge.validate.labelled import DECIDING, Labelled, labelled, labelled_walk, moved_labels, watched
from spectral_edge.validate.regimes import Regime

P, T, F, U = Regime.PLATEAU, Regime.TRANSITION, Regime.FORGETTING, Regime.UNLABELLED
EPS = np.finfo(float).eps


@pytest.fixture(scope="module")
def run() -> Run:
    task = TaskSwitch(ModularAddition(modulus=5, train_share=0.6), ModularArithmetic("a-b", 5, 0.6), at=60)
    return train(
        RunDescription(
            task=task,
            network=QuadraticTwoLayer(width=12),
            optimizer=AdamW(learning_rate=2e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0),
            steps=120,
            seeds=(0, 1, 2),
            recording=Recording(window=4, stride=5, keep_rows_at=(30, 70, 110)),
            evaluate_every=5,
        )
    )


def test_every_variant_agrees_with_matrices_in_parameter_space(run: Run) -> None:
    found = labelled(run)
    rate = run.description.optimizer.learning_rate
    for step, kept in run.kept_rows.items():
        record = int(np.flatnonzero(run.record_steps == step)[0])
        for seed, rows in enumerate(kept.astype(np.float64)):
            before, after = rows[:-1], rows[1:]
            moved = np.linalg.norm(after.T @ after - before.T @ before)
            sigma = np.linalg.svd(after, compute_uv=False)
            k = int(np.argmax(sigma[:-1] / sigma[1:]))
            gap, squares = sigma[k] - sigma[k + 1], sigma[k] ** 2 - sigma[k + 1] ** 2
            turned = np.linalg.norm(after @ after.T - before @ before.T)
            # Errors of the Gram matrix's entries, p ε of their size, against what is left after subtraction.
            slack = 100 * rows.shape[1] * EPS * sigma[0] ** 2 / min(squares, gap**2, moved, turned)
            assert found.series["geo"][seed, record] == pytest.approx(moved / squares, rel=slack)
            assert found.series["abs"][seed, record] == pytest.approx(turned / (rate * gap**2), rel=slack)


def test_the_walk_has_the_norms_and_labels_of_the_run_and_other_directions(run: Run) -> None:
    found, walk = labelled(run), labelled_walk(run)
    assert np.array_equal(walk.labels, found.labels)
    assert walk.series["geo"].shape == found.series["geo"].shape
    assert not np.allclose(walk.series["geo"], found.series["geo"], rtol=0.1)


def test_the_first_task_is_watched_after_the_switch(run: Run) -> None:
    seen = watched(run)
    assert seen.switches == (60,) and seen.chance == 1 / 5
    assert np.array_equal(seen.others["first task"], run.probes["first_accuracy"])


def test_medians_are_taken_over_one_label_and_known_values_only() -> None:
    values = np.array([[1.0, 3.0, np.nan, 10.0], [2.0, 4.0, 6.0, np.nan]])
    found = Labelled({DECIDING: values}, np.array([[P, P, P, F], [U, U, T, F]]))
    medians = found.medians()
    assert medians[P].tolist()[0] == 2.0 and np.isnan(medians[P][1])
    assert medians[F][0] == 10.0 and np.isnan(medians[F][1])
    assert medians[T][1] == 6.0 and np.isnan(medians[T][0])


def test_moved_labels_are_the_same_labels_elsewhere() -> None:
    found = Labelled({DECIDING: np.arange(4.0)[None]}, np.array([[P, P, T, F]]))
    assert moved_labels(found).labels.tolist() == [[T, F, P, P]]
