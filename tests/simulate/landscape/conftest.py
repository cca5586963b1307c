"""One small run with all its weights kept, and the twin of one of its seeds as a single model under the recorder."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import RunDescription, Snapshots
from spectral_edge.simulate.landscape import Landscape, Modes, modes_at
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.recorder import SpectrumRecorder
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train

WINDOW, STEPS = 4, 12


def describe(**changes: Any) -> RunDescription:
    settings: dict[str, Any] = {
        "task": ModularAddition(modulus=5, train_share=0.6),
        "network": QuadraticTwoLayer(width=3),
        "optimizer": AdamW(weight_decay=0.7),
        "steps": STEPS,
        "seeds": (3, 11, 7),
        "recording": None,
        "evaluate_every": 6,
        "dtype": "float64",
        "snapshots": Snapshots(1),
    }
    return RunDescription(**(settings | changes))


@pytest.fixture(scope="session")
def run() -> Run:
    return train(describe())


@pytest.fixture(scope="session")
def modes(run: Run) -> Modes:
    """Windows that end at another step in each seed."""
    return modes_at(run, [STEPS, STEPS - 3, STEPS - 1], WINDOW, 1)


@pytest.fixture(scope="session")
def landscape(run: Run) -> Landscape:
    return Landscape(run.description)


class OneModel(torch.nn.Module):
    """The same network as a plain module, for one seed: logits U (x E)²."""

    def __init__(self, theta: np.ndarray, width: int, vocabulary: int) -> None:
        super().__init__()
        rows = torch.from_numpy(theta.copy()).view(-1, width)
        self.embedding = torch.nn.Parameter(rows[: 2 * vocabulary].clone())
        self.readout = torch.nn.Parameter(rows[2 * vocabulary :].clone())

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        vocabulary = self.embedding.shape[0] // 2
        hidden = self.embedding[tokens[:, 0]] + self.embedding[vocabulary + tokens[:, 1]]
        return hidden**2 @ self.readout.T


class Single:
    """Seed number ``place`` trained again by itself, by PyTorch alone, with a recorder on it."""

    def __init__(self, run: Run, place: int, steps: int) -> None:
        description = run.description
        split = description.task.data(description.seeds[place])
        self.x, self.y, self.x_held, self.y_held = (torch.from_numpy(array) for array in split)
        self.model = OneModel(run.snapshots[place, 0], description.network.width, description.task.modulus)
        rule = description.optimizer
        optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=rule.learning_rate, betas=rule.betas, eps=rule.epsilon,
            weight_decay=rule.weight_decay,
        )  # fmt: skip
        self.recorder = SpectrumRecorder(self.model, optimizer, window=WINDOW)
        for _ in range(steps):
            optimizer.zero_grad()
            self.loss(self.model).backward()
            optimizer.step()

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(model(self.x), self.y)

    def held_out(self, model: torch.nn.Module) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(model(self.x_held), self.y_held)

    def accuracy(self, model: torch.nn.Module) -> torch.Tensor:
        return (model(self.x_held).argmax(-1) == self.y_held).double().mean()


@pytest.fixture(scope="session")
def single(run: Run) -> Single:
    """The first seed, to the step at which its window ends."""
    return Single(run, 0, STEPS)
