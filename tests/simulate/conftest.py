"""Runs small enough to train in a moment, and the threads that suit them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Threads would only get in each other's way, and in that of other test processes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny() -> Callable[..., RunDescription]:
    """A description whose training takes milliseconds; keywords replace its settings."""

    def make(**changes: Any) -> RunDescription:
        settings: dict[str, Any] = {
            "task": ModularAddition(modulus=5, train_share=0.6),
            "network": QuadraticTwoLayer(width=16),
            "optimizer": AdamW(),
            "steps": 60,
            "seeds": (0, 1, 2),
            "recording": Recording(window=3, stride=5, keep_rows_at=(20, 60)),
            "evaluate_every": 7,
        }
        return RunDescription(**(settings | changes))

    return make
