"""Every optimizer on the array of all seeds does what its PyTorch twin does to each seed's own tensors."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from spectral_edge.simulate.networks import Law, Layout, Weight
from spectral_edge.simulate.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Muon, Rule
from spectral_edge.simulate.optimizers.muon import orthogonal

SEEDS, STEPS = 3, 12
LAYOUT = Layout(
    Weight("in", (4, 6), Law("normal", 1.0)),
    Weight("wide", (5, 9), Law("normal", 1.0), hidden=True),
    Weight("bias", (5,), Law("normal", 1.0)),
    Weight("tall", (9, 5), Law("normal", 1.0), hidden=True),
)
Twin = Callable[[list[torch.Tensor]], list[torch.optim.Optimizer]]


def twin_of(rule: Rule) -> Twin:
    match rule:
        case AdamW(kind="adamw"):
            kind, settings = torch.optim.AdamW, {"betas": rule.betas, "eps": rule.epsilon, "fused": True}
        case Adam():
            kind, settings = torch.optim.Adam, {"betas": rule.betas, "eps": rule.epsilon, "fused": True}
        case SGD():
            kind, settings = torch.optim.SGD, {"momentum": rule.momentum, "nesterov": rule.nesterov}
        case Muon():
            return lambda tensors: [
                torch.optim.Muon(
                    [tensors[1], tensors[3]],
                    lr=rule.learning_rate,
                    weight_decay=rule.weight_decay,
                    momentum=rule.momentum,
                    nesterov=rule.nesterov,
                ),
                torch.optim.AdamW(
                    [tensors[0], tensors[2]],
                    lr=rule.adam_learning_rate,
                    betas=rule.betas,
                    eps=rule.epsilon,
                    weight_decay=rule.weight_decay,
                ),
            ]
    return lambda tensors: [kind(tensors, lr=rule.learning_rate, weight_decay=rule.weight_decay, **settings)]


def trajectories(rule: Rule, twin: Twin, dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights ``(S, p)`` after the same gradients: all seeds as one array, and each in its own tensors."""
    rng = np.random.default_rng(0)
    start = torch.tensor(rng.normal(size=(SEEDS, LAYOUT.length)), dtype=dtype)
    gradients = torch.tensor(rng.normal(size=(STEPS, SEEDS, LAYOUT.length)), dtype=dtype)
    theta = start.clone().requires_grad_()
    optimizer = rule.build([theta], LAYOUT)
    for gradient in gradients:
        theta.grad = gradient
        optimizer.step()
    alone = []
    for s in range(SEEDS):
        tensors = [array[0].clone().requires_grad_() for array in LAYOUT.arrays(start[s : s + 1]).values()]
        twins = twin(tensors)
        for gradient in gradients:
            for tensor, part in zip(tensors, LAYOUT.arrays(gradient[s : s + 1]).values(), strict=True):
                tensor.grad = part[0].clone()
            for own in twins:
                own.step()
        alone.append(torch.cat([tensor.detach().flatten() for tensor in tensors]))
    return theta.detach(), torch.stack(alone)


RULES = [
    AdamW(weight_decay=0.5),
    Adam(weight_decay=0.5),
    SGD(weight_decay=0.3, decoupled=False),
    SGD(momentum=0.9, weight_decay=0.3, decoupled=False),
    SGD(momentum=0.9, nesterov=True),
]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("rule", RULES)
def test_optimizers_of_single_numbers_have_the_bits_of_their_twin(rule: Rule, dtype: torch.dtype) -> None:
    together, alone = trajectories(rule, twin_of(rule), dtype)
    # The kernel rounds in vectors and one by one at the ends of an array, which differ by fused products.
    assert (together - alone).abs().max() <= 4 * STEPS * torch.finfo(dtype).eps


@pytest.mark.parametrize("rule", [Muon(weight_decay=0.5), Muon(nesterov=False, weight_decay=0.0)])
def test_muon_is_its_twin_on_hidden_matrices_and_adamw_on_the_rest(rule: Muon) -> None:
    together, alone = trajectories(rule, twin_of(rule), torch.float64)
    difference = (together - alone).abs()
    hidden = torch.zeros(LAYOUT.length, dtype=torch.bool)
    for name in ("wide", "tall"):
        hidden[LAYOUT.places[name]] = True
    assert difference[:, ~hidden].max() <= 4 * STEPS * torch.finfo(torch.float64).eps
    # Both turn the matrix in bfloat16; sums in another order differ by its rounding, of entries below 1.
    rounding = rule.iterations * torch.finfo(torch.bfloat16).eps
    assert difference[:, hidden].max() <= STEPS * rule.learning_rate * (9 / 5) ** 0.5 * rounding


def test_muon_moves_along_the_orthogonal_factor() -> None:
    matrices = torch.tensor(np.random.default_rng(0).normal(size=(4, 5, 9)))
    for given in (matrices, matrices.mT):
        turned = orthogonal(given, 5).double()
        left, _, right = torch.linalg.svd(given, full_matrices=False)
        values = (left.mT @ turned @ right.mT).diagonal(dim1=1, dim2=2)
        # The band that the authors give for their coefficients, and some rounding of bfloat16.
        assert 0.65 < values.min() <= values.max() < 1.25


def test_decoupled_decay_of_momentum_shrinks_weights_and_leaves_the_buffer_alone() -> None:
    rule = SGD(learning_rate=0.1, momentum=0.9, weight_decay=0.5)
    theta = torch.tensor([[2.0]], dtype=torch.float64, requires_grad=True)
    optimizer = rule.build([theta])
    weight, buffer = 2.0, 0.0
    for gradient in (1.0, -2.0, 0.5):
        theta.grad = torch.tensor([[gradient]], dtype=torch.float64)
        optimizer.step()
        buffer = 0.9 * buffer + gradient
        weight = weight * (1 - 0.1 * 0.5) - 0.1 * buffer
        assert theta.item() == pytest.approx(weight, rel=1e-14)
    assert optimizer.param_groups[0]["weight_decay"] == 0.5


@pytest.mark.parametrize("rule", [*RULES, Muon(), SGD(momentum=0.5, weight_decay=0.1)])
def test_every_number_of_a_seed_is_its_own(rule: Rule) -> None:
    def final(poison: bool) -> torch.Tensor:
        rng = np.random.default_rng(1)
        theta = torch.tensor(rng.normal(size=(SEEDS, LAYOUT.length)), requires_grad=True)
        optimizer = rule.build([theta], LAYOUT)
        for _ in range(3):
            theta.grad = torch.tensor(rng.normal(size=(SEEDS, LAYOUT.length)))
            if poison:
                theta.grad[1] = torch.nan
            optimizer.step()
        return theta.detach()

    clean, poisoned = final(False), final(True)
    assert torch.equal(clean[[0, 2]], poisoned[[0, 2]])
    assert torch.isnan(poisoned[1]).all()


@pytest.mark.parametrize("rule", [*RULES, Muon(), SGD(momentum=0.5, weight_decay=0.1)])
def test_an_optimizer_goes_on_from_its_state_bit_for_bit(rule: Rule) -> None:
    rng = np.random.default_rng(2)
    start = torch.tensor(rng.normal(size=(SEEDS, LAYOUT.length)), dtype=torch.float32)
    gradients = torch.tensor(rng.normal(size=(6, SEEDS, LAYOUT.length)), dtype=torch.float32)

    def steps(theta: torch.Tensor, optimizer: torch.optim.Optimizer, these: torch.Tensor) -> None:
        for gradient in these:
            theta.grad = gradient.clone()
            optimizer.step()

    whole, half = (start.clone().requires_grad_() for _ in range(2))
    first = rule.build([whole], LAYOUT)
    steps(whole, first, gradients)
    before = rule.build([half], LAYOUT)
    steps(half, before, gradients[:3])
    again = half.detach().clone().requires_grad_()
    after = rule.build([again], LAYOUT)
    after.load_state_dict(before.state_dict())
    steps(again, after, gradients[3:])
    assert torch.equal(whole, again)


def test_all_optimizers_are_known_by_name() -> None:
    assert set(OPTIMIZERS) == {"sgd", "adam", "adamw", "muon"}
    assert all("weight_decay" in kind.__dataclass_fields__ for kind in OPTIMIZERS.values())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(learning_rate=-1.0), "SGD: learning_rate=-1.0; give a finite number above 0"),
        (lambda: SGD(momentum=1.0), "SGD: momentum=1.0; give a number from 0 up to, not including, 1"),
        (lambda: SGD(nesterov=True), "SGD: nesterov=True with momentum=0.0; give a momentum above 0"),
        (lambda: SGD(decoupled=0), "SGD: decoupled=0; give True or False"),
        (lambda: Adam(betas=(0.9,)), r"Adam: betas=\(0.9,\); give two numbers"),
        (lambda: Muon(iterations=0), "Muon: iterations=0; give an integer of at least 1"),
        (lambda: Muon(adam_learning_rate=math.nan), "Muon: adam_learning_rate=nan; give a finite number"),
        (lambda: Muon().build([torch.zeros(1, 3)]), "Muon: 1 tensors and layout=None; give one array"),
        (
            lambda: Muon().build([torch.zeros(1, 24)], Layout(LAYOUT.weights[0])),
            "Muon: none of in is a matrix between hidden layers; use AdamW",
        ),
    ],
)
def test_settings_that_make_no_sense_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
