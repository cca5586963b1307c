"""Directions, curvature, split of the update, interventions and tangent kernel, against closed forms and naive twins."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, scaled_dot_product_attention

from spectral_edge.simulate.recorder import (
    SpectrumRecorder,
    ablate,
    curvature,
    kernel_rotation,
    perturb,
    tangent_kernel,
    update_split,
)

EPS = float(np.finfo(np.float64).eps)


class Trained:
    """A small classifier in float64 after some updates, with its recorder."""

    def __init__(self, make=None, steps: int = 8, **options) -> None:
        torch.manual_seed(2)
        self.model = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 3)).double()
        make = make or (lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.3))
        self.optimizer = make(self.model.parameters())
        self.recorder = SpectrumRecorder(self.model, self.optimizer, **({"window": 4} | options))
        self.x, self.y = torch.randn(30, 5).double(), torch.randint(3, (30,))
        self.rows = []
        for _ in range(steps):
            before = self.flat()
            self.optimizer.zero_grad()
            self.loss(self.model).backward()
            self.gradient = torch.cat([p.grad.reshape(-1) for p in self.model.parameters()])
            self.optimizer.step()
            self.before = before
            self.rows.append(self.flat() - before)

    def loss(self, model: nn.Module) -> torch.Tensor:
        return cross_entropy(model(self.x), self.y)

    def flat(self) -> torch.Tensor:
        return torch.cat([p.detach().reshape(-1) for p in self.model.parameters()]).clone()

    def hessian(self) -> torch.Tensor:
        shapes = [p.shape for p in self.model.parameters()]
        names = [n for n, _ in self.model.named_parameters()]

        def of(flat: torch.Tensor) -> torch.Tensor:
            parts = torch.split(flat, [s.numel() for s in shapes])
            state = {n: part.reshape(s) for n, part, s in zip(names, parts, shapes, strict=True)}
            return cross_entropy(torch.func.functional_call(self.model, state, (self.x,)), self.y)

        return torch.autograd.functional.hessian(of, self.flat())


@pytest.fixture(scope="module")
def trained() -> Trained:
    return Trained()


def flattened(found) -> torch.Tensor:
    """Directions as rows ``(k, p)``."""
    return torch.cat([v.reshape(len(found), -1) for v in found.vectors.values()], dim=1)


@pytest.mark.parametrize("options", [{}, {"storage": "bfloat16"}])
def test_directions_are_the_right_singular_vectors(options: dict) -> None:
    trained = Trained(**options)
    found = trained.recorder.directions(3)
    X = torch.stack(trained.rows[-4:])
    _, s, Vt = torch.linalg.svd(X, full_matrices=False)
    v = flattened(found)
    # Rounding of rows to bfloat16 turns v_j by at most ‖N‖/gap; in float64 only λ's own rounding is left.
    off = 2.0**-9 * s[0] * 2 if options else 1e4 * EPS * s[0]
    gaps = torch.minimum(s[:3] - s[1:4], torch.cat([s[:1], s[:2] - s[1:3]]))
    sines = 1 - (v * Vt[:3]).sum(1).abs()
    assert torch.all(sines <= (off / gaps) ** 2 + 1e4 * EPS * (s[0] / s[:3]) ** 2)
    assert torch.allclose(v @ v.T, torch.eye(3).double(), atol=1e-12 * float((s[0] / s[2]) ** 2))
    assert torch.all(v @ trained.rows[-1] > 0)


def test_directions_of_a_group_are_those_of_its_parameters(trained: Trained) -> None:
    found = trained.recorder.directions(2, group="2")
    assert list(found.vectors) == ["2.weight", "2.bias"]
    X = torch.stack(trained.rows[-4:])[:, 48:]
    Vt = torch.linalg.svd(X, full_matrices=False)[2]
    assert torch.allclose((flattened(found) * Vt[:2]).sum(1).abs(), torch.ones(2).double(), atol=1e-9)


def test_directions_that_are_not_there_are_refused(trained: Trained) -> None:
    with pytest.raises(ValueError, match=r"count=5, but 4 of 4 directions of 'all' are above"):
        trained.recorder.directions(5)
    with pytest.raises(KeyError, match="'nothing' is not among the groups"):
        trained.recorder.directions(1, group="nothing")
    off = Trained()
    off.recorder.enabled = False
    off.recorder.enabled = True
    with pytest.raises(ValueError, match="before the recorder was switched off"):
        off.recorder.directions(1)


def test_curvature_and_gradient_are_those_of_the_whole_hessian(trained: Trained) -> None:
    found = trained.recorder.directions(3)
    measured = curvature(trained.model, trained.loss, found)
    v, H = flattened(found), trained.hessian()
    trained.model.zero_grad()
    trained.loss(trained.model).backward()
    gradient = torch.cat([p.grad.reshape(-1) for p in trained.model.parameters()])
    size = float(torch.linalg.matrix_norm(H, 2))
    assert torch.allclose(
        measured.h, torch.einsum("ji,ik,jk->j", v, H, v), rtol=0, atol=100 * EPS * len(H) * size
    )
    assert torch.allclose(measured.G, v @ gradient, rtol=0, atol=100 * EPS * len(H) * float(gradient.norm()))
    assert all(p.grad is not None for p in trained.model.parameters())


def test_a_loss_that_is_linear_has_no_curvature(trained: Trained) -> None:
    found = trained.recorder.directions(2)
    measured = curvature(trained.model, lambda m: m[0].bias.sum(), found)
    assert measured.h.tolist() == [0.0, 0.0]
    assert torch.allclose(measured.G, found.vectors["0.bias"].sum(1))


def test_attention_can_be_differentiated_twice() -> None:
    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.q, self.k = nn.Linear(8, 8), nn.Linear(8, 8)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            q, k = (f(x).unflatten(-1, (2, 4)).transpose(1, 2) for f in (self.q, self.k))
            return scaled_dot_product_attention(q, k, k)

    model, x = Attention(), torch.randn(3, 6, 8)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    recorder = SpectrumRecorder(model, optimizer, window=2)
    for _ in range(3):
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()
    measured = curvature(model, lambda m: m(x).square().mean(), recorder.directions(1))
    assert torch.isfinite(measured.h).all()
    assert float(measured.h) != 0.0


def test_a_loss_of_many_numbers_is_refused(trained: Trained) -> None:
    with pytest.raises(ValueError, match=r"the loss has shape \(30, 3\); it must be one number"):
        curvature(trained.model, lambda m: m(trained.x), trained.recorder.directions(1))
    with pytest.raises(KeyError, match=r"no parameter '0\.weight'; the directions were recorded on another"):
        curvature(nn.Linear(2, 2), lambda m: m.weight.sum(), trained.recorder.directions(1))


def test_the_update_is_split_into_the_optimizers_step_and_the_decay() -> None:
    # SGD without momentum: the update is −η(∇L + ωθ) exactly.
    for make, lr, decay in (
        (lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.3), 0.1, 0.3),
        (lambda p: torch.optim.AdamW(p, lr=1e-2, weight_decay=0.3), 1e-2, 0.3),
        (lambda p: torch.optim.Adam(p, lr=1e-2), 1e-2, 0.0),
    ):
        trained = Trained(make)
        found = trained.recorder.directions(2)
        split = update_split(trained.recorder, found)
        v = flattened(found)
        assert torch.allclose(split.total, v @ trained.rows[-1], rtol=0, atol=1e-13)
        assert torch.allclose(split.decay, -lr * decay * (v @ trained.before), rtol=0, atol=1e-13)
        assert torch.equal(split.gradient + split.decay, split.total) or torch.allclose(
            split.gradient + split.decay, split.total, rtol=4 * EPS
        )
        if lr == 0.1:
            assert torch.allclose(split.gradient, -lr * (v @ trained.gradient), rtol=0, atol=1e-13)
        share = split.gradient.abs() / (split.gradient.abs() + split.decay.abs())
        assert torch.equal(split.gradient_share, share)


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (
            lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
            {},
            "in SGD weight decay is not known",
        ),
        (lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.1), {}, "in Adam weight decay is not known"),
        (None, {"stride": 2}, "stride=2; a row over several updates"),
        (None, {"storage": "bfloat16"}, 'with storage="exact" only'),
    ],
)
def test_a_split_that_would_be_wrong_is_refused(make, options: dict, message: str) -> None:
    trained = Trained(make, steps=12, **options)
    with pytest.raises(ValueError, match=message):
        update_split(trained.recorder, trained.recorder.directions(1))


def test_a_split_along_directions_of_another_window_is_refused(trained: Trained) -> None:
    other = Trained(steps=9)
    with pytest.raises(ValueError, match="directions of update 8, but the newest record is of 9"):
        update_split(other.recorder, trained.recorder.directions(1))


def whole(model: nn.Module) -> torch.Tensor:
    """A measurement that is the weights themselves."""
    return torch.cat([p.reshape(-1) for p in model.parameters()])


def test_ablation_takes_out_the_component_and_nothing_else(trained: Trained) -> None:
    found = trained.recorder.directions(2)
    v, theta = flattened(found), trained.flat()
    left = ablate(trained.model, whole, found)
    assert torch.allclose(left, theta - (v @ theta) @ v, rtol=0, atol=1e-12)
    assert float((v @ left).abs().max()) < 1e-12
    start = {name: torch.ones_like(p) for name, p in trained.model.named_parameters()}
    moved = ablate(trained.model, whole, found, origin=start)
    assert torch.allclose(moved, theta - (v @ (theta - 1)) @ v, rtol=0, atol=1e-12)
    assert torch.equal(trained.flat(), theta)


def test_perturbation_moves_along_one_direction_after_the_other(trained: Trained) -> None:
    found = trained.recorder.directions(3)
    v, theta = flattened(found), trained.flat()
    moved = perturb(trained.model, whole, found, [0.5, 0.0, -2.0])
    assert moved.shape == (3, 3, len(theta))
    expected = theta + torch.tensor([0.5, 0.0, -2.0])[None, :, None] * v[:, None]
    assert torch.allclose(moved, expected, rtol=0, atol=1e-13)
    # The second difference of a loss is its curvature.
    small = perturb(trained.model, trained.loss, found, [1e-3, 0.0, -1e-3])
    second = (small[:, 0] - 2 * small[:, 1] + small[:, 2]) / 1e-6
    assert torch.allclose(second, curvature(trained.model, trained.loss, found).h, rtol=1e-3, atol=1e-5)


def test_the_control_is_orthonormal_and_depends_on_its_seed_alone(trained: Trained) -> None:
    found = trained.recorder.directions(3)
    state = torch.get_rng_state()
    one, same, other = (found.random_like(seed) for seed in (1, 1, 2))
    assert torch.equal(state, torch.get_rng_state())
    v = flattened(one)
    assert torch.allclose(v @ v.T, torch.eye(3).double(), atol=100 * EPS)
    assert torch.equal(v, flattened(same))
    assert not torch.equal(v, flattened(other))
    assert len(found[:2]) == 2
    assert torch.equal(found[:2].vectors["0.bias"], found.vectors["0.bias"][:2])


def test_the_tangent_kernel_is_that_of_gradients_one_by_one(trained: Trained) -> None:
    kernel = tangent_kernel(trained.model, lambda m: m(trained.x[:4]))
    rows = []
    for output in trained.model(trained.x[:4]).reshape(-1):
        gradients = torch.autograd.grad(output, list(trained.model.parameters()), retain_graph=True)
        rows.append(torch.cat([g.reshape(-1) for g in gradients]))
    J = torch.stack(rows)
    assert kernel.shape == (12, 12)
    assert torch.allclose(kernel, J @ J.T, rtol=0, atol=len(J[0]) * EPS * float((J @ J.T).abs().max()))
    only = tangent_kernel(trained.model, lambda m: m(trained.x[:4]), names=["2.bias"])
    assert torch.equal(only, torch.eye(3).double().repeat(4, 4))


@pytest.mark.parametrize("angle", [0.02, 0.4])
def test_a_kernel_that_turns_has_the_rotation_and_the_parameters_that_theory_gives(angle: float) -> None:
    # Two modes, eigenvalues 5 and 2: ΔK has the eigenvalues ±g sin ψ, so that its norms are √2, 1 and 2 times g sin ψ.
    c, s = np.cos(angle), np.sin(angle)
    turn = torch.tensor([[c, -s, 0], [s, c, 0], [0, 0, 1]], dtype=torch.float64)
    before = torch.diag(torch.tensor([5.0, 2.0, 0.5], dtype=torch.float64))
    found = kernel_rotation(before, turn @ before @ turn.T, duration=10, learning_rate=0.1)
    assert found.angles.tolist() == pytest.approx([angle, angle, 0.0], abs=1e-7)
    assert found.eigenvalues.tolist() == pytest.approx([5.0, 2.0, 0.5], rel=1e-13)
    per = 10 * 0.1 * 3.0
    assert found.frobenius == pytest.approx(np.sqrt(2) * s / per, rel=1e-12)
    assert found.spectral == pytest.approx(s / per, rel=1e-12)
    assert found.nuclear == pytest.approx(2 * s / per, rel=1e-12)


def test_kernels_without_a_gap_or_of_other_shapes_are_refused() -> None:
    eye = torch.eye(3).double()
    with pytest.raises(ValueError, match=r"eigenvalues 1 and 2 are 1\.0 and 1\.0: no gap above"):
        kernel_rotation(eye, eye, 1, 0.1)
    with pytest.raises(ValueError, match="position=3; give 1 to 2"):
        kernel_rotation(eye, eye, 1, 0.1, position=3)
    with pytest.raises(ValueError, match=r"shapes \(3, 3\) and \(2, 2\)"):
        kernel_rotation(eye, eye[:2, :2], 1, 0.1)
