"""The arm on which what the theory of the rotating kernel assumes holds (A.kernel-flow)."""

from __future__ import annotations

from ..simulate.description import Recording, RunDescription, Snapshots
from ..simulate.networks import ReluTwoLayer
from ..simulate.optimizers import SGD
from ..simulate.tasks import LinearTeacher

KERNEL = "kernel"

# The mean of the hidden layer's outputs gives the kernel over n a leading eigenvalue of about width/π + features/2,
# 11 here: at this learning rate a step is 1/40 of that mode's relaxation, so that steps stand for a flow. Found by
# counting on paper, before any such network was trained. That 1500 steps show both labels was seen on the accuracies of
# seeds 101 to 103, which no profile uses.
_RATE = 2e-3


def kernel_arm(width: int, features: int, examples: int, steps: int, seeds: int) -> RunDescription:
    """Gradient descent on the squared loss of a two-layer network with one output, with its weights kept.

    A window spans 100 steps, as in the other arms; its weights are kept, and accuracies taken, every 20.
    """
    task = LinearTeacher(
        features=features, values=1, strengths=(1.0,), train_count=examples, test_count=200, whitened=False
    )
    return RunDescription(
        task=task,
        network=ReluTwoLayer(width=width),
        optimizer=SGD(learning_rate=_RATE),
        steps=steps,
        seeds=tuple(range(seeds)),
        recording=Recording(window=5, stride=20),
        evaluate_every=20,
        dtype="float64",
        snapshots=Snapshots(every=20),
    )
