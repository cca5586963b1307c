"""Losses and scores are those of their definitions, and the stable ones stay finite where plain ones round."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from spectral_edge.simulate.tasks import Objective
from spectral_edge.simulate.tasks.classification import IGNORED, log_stablemax

EPS = float(np.finfo(np.float64).eps)


def naive_stablemax(logits: np.ndarray) -> np.ndarray:
    s = np.array([z + 1 if z >= 0 else 1 / (1 - z) for z in logits])
    return s / s.sum()


@pytest.fixture
def positions() -> tuple[torch.Tensor, torch.Tensor]:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 5, (2, 4, 6))
    for row, length in zip(labels.reshape(8, 6), (6, 5, 1, 3, 6, 2, 4, 6), strict=True):
        row[length:] = IGNORED
    logits = torch.tensor(rng.normal(size=(2, 4, 6, 5)))
    # Some right answers: otherwise the share of whole sequences would be 0 whatever is computed.
    best = np.where((rng.random((2, 4, 6)) < 0.8) & (labels >= 0), labels, 0)
    logits.scatter_add_(3, torch.tensor(best)[..., None], torch.full((2, 4, 6, 1), 4.0, dtype=torch.float64))
    return logits, torch.tensor(labels)


@pytest.mark.parametrize("softmax", ["plain", "float64", "stablemax"])
def test_the_loss_of_positions_is_the_mean_over_those_that_are_asked_for(
    positions: tuple[torch.Tensor, torch.Tensor], softmax: str
) -> None:
    logits, labels = positions
    found = Objective.POSITIONS.loss(logits, labels, softmax)
    for s in range(2):
        losses = []
        for example, wanted in zip(logits[s].numpy(), labels[s].numpy(), strict=True):
            for z, label in zip(example, wanted, strict=True):
                p = naive_stablemax(z) if softmax == "stablemax" else np.exp(z) / np.exp(z).sum()
                losses += [] if label == IGNORED else [-math.log(p[label])]
        assert abs(found[s].item() - np.mean(losses)) <= 64 * EPS * np.mean(losses)


def test_scores_count_positions_or_whole_sequences(positions: tuple[torch.Tensor, torch.Tensor]) -> None:
    logits, labels = positions
    by_position = Objective.POSITIONS.score(logits, labels)
    by_sequence = Objective.SEQUENCES.score(logits, labels)
    for s in range(2):
        hits = [
            [z.argmax() == label for z, label in zip(*pair, strict=True) if label != IGNORED]
            for pair in zip(logits[s].numpy(), labels[s].numpy(), strict=True)
        ]
        assert abs(by_position[s].item() - np.mean([hit for row in hits for hit in row])) <= 4 * EPS
        assert by_sequence[s].item() == np.mean([all(row) for row in hits])
    assert 0 < by_sequence.sum() < 2


def test_float64_still_sees_what_float32_rounds_to_certainty() -> None:
    logits = torch.tensor([[[30.0, 0.0]]], requires_grad=True)
    label = torch.tensor([[0]])
    for softmax, expected in (("plain", 0.0), ("float64", math.log1p(math.exp(-30)))):
        loss = Objective.LABELS.loss(logits, label, softmax)
        (slope,) = torch.autograd.grad(loss.sum(), [logits])
        assert abs(loss.item() - expected) <= 30 * EPS  # rounding of logarithms of the size of 30
        assert (slope[0, 0, 0].item() != 0) == (softmax == "float64")


def test_stablemax_and_its_slope_are_finite_everywhere() -> None:
    logits = torch.tensor([[-1e30, -1.0, 0.0, 1.0, 1e30]], requires_grad=True)
    (slope,) = torch.autograd.grad(log_stablemax(logits)[0, 3], [logits])
    assert torch.isfinite(slope).all()
    np.testing.assert_allclose(
        log_stablemax(torch.tensor([[-1.0, 0.0, 2.0]], dtype=torch.float64)).exp().numpy()[0],
        naive_stablemax(np.array([-1.0, 0.0, 2.0])),
        rtol=8 * EPS,
    )


def test_values_have_half_the_squared_error_and_the_explained_share() -> None:
    rng = np.random.default_rng(1)
    output, targets = rng.normal(size=(2, 5, 3)), rng.normal(size=(2, 5, 3))
    loss = Objective.VALUES.loss(torch.tensor(output), torch.tensor(targets))
    score = Objective.VALUES.score(torch.tensor(output), torch.tensor(targets))
    for s in range(2):
        wanted = np.mean([0.5 * np.sum((o - t) ** 2) for o, t in zip(output[s], targets[s], strict=True)])
        assert abs(loss[s].item() - wanted) <= 16 * EPS * wanted
        spread = np.sum((targets[s] - targets[s].mean(axis=0)) ** 2)
        explained = 1 - np.sum((output[s] - targets[s]) ** 2) / spread
        assert abs(score[s].item() - explained) <= 64 * EPS * (1 + abs(explained))
    assert torch.isnan(Objective.VALUES.score(torch.zeros(1, 2, 1), torch.zeros(1, 2, 1))).all()
