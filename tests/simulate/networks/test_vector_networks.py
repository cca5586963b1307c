"""Two-layer and linear networks on vectors and tokens compute their formulas, seed by seed."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.networks import (
    CausalTransformer,
    DeepLinear,
    LinearModel,
    Network,
    QuadraticTwoLayer,
    ReluTwoLayer,
)
from spectral_edge.simulate.tasks import DyckDepth, LinearTeacher, ModularArithmetic, Scan, SparseParity, Task

EPS = float(np.finfo(np.float64).eps)
PARITY, PAIRS = SparseParity(bits=6, train_count=9, test_count=1), ModularArithmetic("a*b", 5)
TEACHER = LinearTeacher(features=5, values=4, strengths=(2.0, 1.0), train_count=20)
SEEDS = (4, 1)


def one_hot(task: Task, inputs: np.ndarray) -> np.ndarray:
    if task is not PAIRS:
        return inputs
    codes = np.zeros((len(inputs), 10))
    codes[np.arange(len(inputs)), inputs[:, 0]] = 1
    codes[np.arange(len(inputs)), 5 + inputs[:, 1]] = 1
    return codes


def naive(network: Network, task: Task, weights: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    if isinstance(network, QuadraticTwoLayer):
        return (x @ weights["embedding"]) ** 2 @ weights["readout"].T
    if isinstance(network, ReluTwoLayer):
        return np.maximum(0, x @ weights["embedding"] + weights.get("bias", 0.0)) @ weights["readout"].T
    for matrix in weights.values():
        x = x @ matrix.T
    return x


@pytest.mark.parametrize(
    ("network", "task"),
    [
        (QuadraticTwoLayer(7), PARITY),
        (QuadraticTwoLayer(7), PAIRS),
        (ReluTwoLayer(7), PARITY),
        (ReluTwoLayer(5), PAIRS),
        (ReluTwoLayer(7, bias=False), PAIRS),
        (LinearModel(), TEACHER),
        (LinearModel(), PARITY),
        (DeepLinear(depth=1), TEACHER),
        (DeepLinear(depth=4, width=6), TEACHER),
        (DeepLinear(depth=3, width=6, start="aligned"), TEACHER),
    ],
)
def test_the_outputs_are_those_of_the_formula(network: Network, task: Task) -> None:
    theta = np.stack([network.initial(task, seed) for seed in SEEDS])
    theta += np.random.default_rng(0).normal(0, 0.1, theta.shape)  # biases start at 0
    inputs = np.stack([task.data(seed).train_inputs for seed in SEEDS])
    found = network.forward(task, torch.tensor(theta), network.encode(task, torch.tensor(inputs)))
    arrays = network.layout(task).arrays(torch.tensor(theta))
    for s in range(2):
        own = {name: array[s].numpy() for name, array in arrays.items()}
        wanted = naive(network, task, own, one_hot(task, inputs[s]))
        np.testing.assert_allclose(found[s], wanted, rtol=0, atol=200 * EPS * abs(wanted).max())


def test_pre_activations_of_signs_start_with_variance_one_or_two() -> None:
    task = SparseParity(bits=40, train_count=500)
    x = task.data(0).train_inputs
    for network, variance in ((QuadraticTwoLayer(400), 1.0), (ReluTwoLayer(400), 2.0)):
        theta = torch.tensor(network.initial(task, 0))[None]
        hidden = x @ network.layout(task).arrays(theta)["embedding"][0].numpy()
        # 40·400 independent weights: the sample variance is within √(2/16000) of its mean; five of them.
        assert hidden.var() == pytest.approx(variance, rel=5 * (2 / 16000) ** 0.5)


def test_an_aligned_start_has_every_mode_with_its_value_in_every_matrix() -> None:
    network = DeepLinear(depth=3, width=6, scale=0.3, start="aligned")
    theta = torch.tensor(network.initial(TEACHER, 2))[None]
    matrices = [array[0].numpy() for array in network.layout(TEACHER).arrays(theta).values()]
    for matrix in matrices:
        values = np.linalg.svd(matrix, compute_uv=False)
        np.testing.assert_allclose(values[:4], 0.3, rtol=64 * EPS)
        np.testing.assert_allclose(values[4:], 0.0, atol=64 * EPS)
    product = matrices[2] @ matrices[1] @ matrices[0]
    left, strengths, right = np.linalg.svd(TEACHER.matrix(2), full_matrices=False)
    modes = left[:, :2].T @ product @ right[:2].T
    np.testing.assert_allclose(strengths[:2], [2.0, 1.0], rtol=64 * EPS)
    np.testing.assert_allclose(modes, 0.3**3 * np.eye(2), atol=64 * EPS)


def test_hidden_matrices_are_those_between_hidden_layers() -> None:
    def hidden(network: Network, task: Task) -> list[str]:
        return [weight.name for weight in network.layout(task).weights if weight.hidden]

    assert hidden(DeepLinear(depth=4), TEACHER) == ["layer.2", "layer.3"]
    assert hidden(QuadraticTwoLayer(), PAIRS) == []
    parts = ("query", "key", "value", "out")
    assert hidden(CausalTransformer(layers=1), DyckDepth()) == [
        *(f"layers.0.attention.{part}.weight" for part in parts),
        "layers.0.feedforward.up.weight",
        "layers.0.feedforward.down.weight",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: LinearModel().layout(PAIRS),
            "LinearModel takes vectors, but an example of ModularArithmetic is",
        ),
        (lambda: DeepLinear().layout(PAIRS), "DeepLinear takes vectors"),
        (
            lambda: ReluTwoLayer().layout(Scan()),
            "ReluTwoLayer takes tokens or vectors, but an example of Scan",
        ),
        (lambda: ReluTwoLayer(0), "ReluTwoLayer: width=0; give an integer of at least 1"),
        (lambda: ReluTwoLayer(3, bias=1), "ReluTwoLayer: bias=1; give True or False"),
        (lambda: LinearModel(-1.0), "LinearModel: scale=-1.0; give a finite number"),
        (lambda: DeepLinear(depth=0), "DeepLinear: depth=0; give an integer"),
        (lambda: DeepLinear(start="zero"), "DeepLinear: start='zero'; give one of normal, aligned"),
        (lambda: DeepLinear(start="aligned").initial(PARITY, 0), "start='aligned' needs values to learn"),
        (
            lambda: DeepLinear(width=3, start="aligned").initial(TEACHER, 0),
            "width=3 is too small for an aligned start of 4 modes",
        ),
    ],
)
def test_what_makes_no_network_is_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]
