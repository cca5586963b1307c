"""The commutator defect against what it is in closed form, and against steps that are really taken."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import RunDescription
from spectral_edge.simulate.features import batches, defects
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition

TASK = ModularAddition(modulus=5, train_share=0.8)
DESCRIPTION = RunDescription(
    task=TASK,
    network=QuadraticTwoLayer(width=4),
    optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0),
    steps=10,
    seeds=(3, 8),
    recording=None,
    evaluate_every=10,
)
WEIGHTS = np.stack([DESCRIPTION.network.initial(TASK, seed) for seed in DESCRIPTION.seeds])


def loss(theta: torch.Tensor, tokens: np.ndarray, labels: np.ndarray) -> torch.Tensor:
    """The network of one seed, written down again."""
    embedding, readout = theta[: 10 * 4].view(10, 4), theta[10 * 4 :].view(5, 4)
    hidden = (embedding[tokens[:, 0]] + embedding[5 + tokens[:, 1]]) ** 2
    return torch.nn.functional.cross_entropy(hidden @ readout.T, torch.from_numpy(labels))


def gradient(theta: torch.Tensor, tokens: np.ndarray, labels: np.ndarray) -> torch.Tensor:
    at = theta.clone().requires_grad_()
    (found,) = torch.autograd.grad(loss(at, tokens, labels), at)
    return found


def test_the_defect_is_that_of_the_steps_when_they_are_taken() -> None:
    chosen, rate = batches(DESCRIPTION, 1), 1e-2
    found = defects(DESCRIPTION, WEIGHTS[:, None], chosen, rate)
    for place, seed in enumerate(DESCRIPTION.seeds):
        tokens, labels, *_ = TASK.data(seed)
        theta = torch.from_numpy(WEIGHTS[place])
        values = []
        for a, b in chosen:
            step_a, step_b = (rate * gradient(theta, tokens[c], labels[c]) for c in (a, b))
            then_b = theta - step_a - rate * gradient(theta - step_a, tokens[b], labels[b])
            then_a = theta - step_b - rate * gradient(theta - step_b, tokens[a], labels[a])
            values.append(float((then_b - then_a).norm() / (step_a.norm() * step_b.norm())))
        assert found.defect[place, 0] == pytest.approx(np.median(values), rel=1e-9)


def test_for_short_steps_the_defect_is_the_commutator_of_hessians_and_gradients() -> None:
    chosen = batches(DESCRIPTION, 2)[:1]
    found = defects(DESCRIPTION, WEIGHTS[:, None], chosen, rate=1e-6)
    for place, seed in enumerate(DESCRIPTION.seeds):
        tokens, labels, *_ = TASK.data(seed)
        theta = torch.from_numpy(WEIGHTS[place])
        parts = []
        for c in chosen[0]:
            on_batch = partial(loss, tokens=tokens[c], labels=labels[c])
            hessian = torch.autograd.functional.hessian(on_batch, theta)
            parts.append((hessian, gradient(theta, tokens[c], labels[c])))
        (h_a, g_a), (h_b, g_b) = parts
        wanted = float((h_b @ g_a - h_a @ g_b).norm() / (g_a.norm() * g_b.norm()))
        # The next order is the rate times third derivatives; rounding is ε/rate.
        assert found.defect[place, 0] == pytest.approx(wanted, rel=1e-4)


def test_a_batch_commutes_with_itself() -> None:
    chosen = batches(DESCRIPTION, 1)[:, [0, 0]]
    assert (defects(DESCRIPTION, WEIGHTS[:, None], chosen).defect == 0).all()


def test_each_weight_vector_is_measured_by_itself() -> None:
    chosen = batches(DESCRIPTION, 1)
    both = np.stack([WEIGHTS, 1.5 * WEIGHTS], axis=1)
    together = defects(DESCRIPTION, both, chosen)
    alone = defects(DESCRIPTION, 1.5 * WEIGHTS[:, None], chosen)
    np.testing.assert_allclose(together.defect[:, 1], alone.defect[:, 0], rtol=1e-9)
    np.testing.assert_allclose(together.gradient[:, 1], alone.gradient[:, 0], rtol=1e-12)


def test_a_seed_that_diverged_has_no_defect_and_disturbs_no_other() -> None:
    broken = WEIGHTS[:, None].copy()
    broken[0] = np.nan
    chosen = batches(DESCRIPTION, 1)
    found = defects(DESCRIPTION, broken, chosen).defect
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx(defects(DESCRIPTION, WEIGHTS[:, None], chosen).defect[1], rel=1e-9)


def test_weights_of_other_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="with S = 2"):
        defects(DESCRIPTION, WEIGHTS[:1, None], batches(DESCRIPTION, 1))
