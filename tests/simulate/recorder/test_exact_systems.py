"""Trainings whose every update is known in closed form: the recorded spectra agree with theory to many digits."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from spectral_edge.simulate.recorder import SpectrumRecorder

EPS = float(np.finfo(np.float64).eps)
W = 4


def orthogonal(n: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.linalg.qr(torch.randn(n, n, generator=generator, dtype=torch.float64))[0]


def descend(loss_of, parameters: list[torch.Tensor], lr: float, steps: int) -> SpectrumRecorder:
    optimizer = torch.optim.SGD(parameters, lr=lr)
    recorder = SpectrumRecorder(
        [(f"p{i}", p) for i, p in enumerate(parameters)], optimizer, window=W, per_layer=False
    )
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of().backward()
        optimizer.step()
    return recorder


def test_a_quadratic_loss_gives_the_spectrum_of_geometric_updates() -> None:
    # θ_i(t) = ρ_i^t θ_i(0) in the eigenbasis, ρ = 1 − ηh: updates are −ηh_i ρ_i^t θ_i(0), and G_st = Σ a_i² ρ_i^(s+t).
    p, lr, steps = 30, 0.1, 20
    h = torch.zeros(p, dtype=torch.float64)
    h[:3] = torch.tensor([1.0, 3.0, 7.0])
    Q = orthogonal(p, 1)
    H = Q @ torch.diag(h) @ Q.T
    start = torch.linspace(1, 2, p, dtype=torch.float64)
    theta = (Q @ start).requires_grad_()
    spectra = descend(lambda: theta @ H @ theta / 2, [theta], lr, steps).spectra().sel(group="all")
    rho, a = (1 - lr * h).numpy(), (lr * h * start).numpy()
    for record, step in enumerate(spectra.step.values):
        times = np.arange(step - W, step)
        X = a[:3] * rho[:3] ** times[:, None]  # (W, 3), in the eigenbasis
        exact = np.linalg.svd(X, compute_uv=False)
        one = spectra.isel(step=record)
        # Each step of training rounds θ, of size one, to EPS; updates inherit this, not their own precision.
        wander = 10 * EPS * np.sqrt(p) * float(np.linalg.norm(start))
        np.testing.assert_allclose(one.gram, X @ X.T, rtol=0, atol=wander * np.max(np.abs(X)) * 4)
        assert np.max(np.abs(one.sigma[:3] - exact[:3])) <= wander * 4 + float(one.sigma_floor[2])
        assert not bool(one.resolved[3]), "the fourth singular value of a window of rank three is rounding"
        assert int(one.k_star) in (1, 2), "a gap to what is rounding is no gap"
    third = spectra.resolved.values[:, 2]
    assert third[0], "all three modes are seen at first"


def test_a_deep_linear_network_gives_the_spectrum_of_its_mode_equation() -> None:
    # Depth 3, aligned and balanced: each mode's strength obeys a ← a − η a² (a³ − s) in every layer at once, so that
    # an update has length √3 |Δa_i| along direction i (Saxe et al., arXiv:1312.6120).
    n, depth, lr, steps = 5, 3, 0.05, 40
    targets = np.array([3.0, 1.5, 0.6, 0.0, 0.0])
    start = np.array([0.6, 0.5, 0.4, 0.0, 0.0])
    bases = [orthogonal(n, seed) for seed in range(depth + 1)]
    layers = [nn.Linear(n, n, bias=False, dtype=torch.float64) for _ in range(depth)]
    with torch.no_grad():
        for number, layer in enumerate(layers):
            layer.weight.copy_(bases[number + 1] @ torch.diag(torch.tensor(start)) @ bases[number].T)
    wanted = bases[-1] @ torch.diag(torch.tensor(targets)) @ bases[0].T
    net = nn.Sequential(*layers)
    eye = torch.eye(n, dtype=torch.float64)
    recorder = descend(lambda: ((net(eye).T - wanted) ** 2).sum() / 2, list(net.parameters()), lr, steps)
    spectra = recorder.spectra().sel(group="all")
    a = [start]
    for _ in range(steps):
        a.append(a[-1] - lr * a[-1] ** (depth - 1) * (a[-1] ** depth - targets))
    rows = np.sqrt(depth) * np.diff(np.array(a), axis=0)  # (steps, n)
    # Rounding of weights of size one at each step, which the flow neither damps nor grows by more than ten times.
    wander = 10 * EPS * steps * np.sqrt(depth * n * n)
    for record, step in enumerate(spectra.step.values):
        X = rows[step - W : step]
        exact = np.linalg.svd(X, compute_uv=False)
        one = spectra.isel(step=record)
        assert np.all(np.abs(one.sigma - exact) <= wander + one.sigma_floor)
        if bool(one.resolved[2]) and exact[2] > 1e3 * wander:
            ratios = exact[:2] / exact[1:3]
            assert int(one.k_star) == 1 + int(np.argmax(ratios))
            assert float(one.R) == pytest.approx(np.max(ratios), rel=2 * wander / exact[2] + 0.02 * EPS**0.5)
    assert spectra.resolved.values[:, :3].all(axis=1).sum() > 20


def test_the_first_singular_value_has_many_digits() -> None:
    # One mode alone: σ_1² = a² (1 + ρ² + ρ⁴ + ρ⁶), here with powers of two, so that training rounds nothing.
    theta = torch.tensor([2.0**20], dtype=torch.float64, requires_grad=True)
    spectra = descend(lambda: (theta**2).sum() / 2, [theta], 0.5, 8).spectra()
    for record, step in enumerate(spectra.step.values):
        rows = [2.0 ** (20 - t) for t in range(step - W + 1, step + 1)]
        one = spectra.isel(step=record, group=0)
        assert float(one.sigma[0]) == pytest.approx(np.sqrt(np.sum(np.square(rows))), rel=2 * EPS)
        assert one.resolved.values.tolist() == [True, False, False, False]
        assert int(one.k_star) == 0
        assert np.isnan(one.R)
        assert np.isnan(one.g)
        assert np.isnan(one.g_23)


def test_float32_training_is_marked_where_rounding_of_weights_is_all_there_is() -> None:
    torch.manual_seed(0)
    theta = torch.randn(4000).mul_(10).requires_grad_()
    H = torch.zeros(4000)
    H[:2] = torch.tensor([0.1, 0.3])
    spectra = descend(lambda: (H * theta**2).sum() / 2 + 1e-5 * theta.sum(), [theta], 0.3, 30).spectra()
    late = spectra.isel(step=-1, group=0)
    assert float(late.weight_rounding) == pytest.approx(
        float(np.finfo(np.float32).eps) * float(theta.detach().norm()) / np.sqrt(12), rel=1e-6
    )
    assert int(late.resolved.sum()) < W
