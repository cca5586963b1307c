"""What must not change the numbers, and by what they scale."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.recorder import SpectrumRecorder

EPS = float(np.finfo(np.float64).eps)
W = 4
RATIOS = ("R", "A_geo", "A_geo_sigma", "rotation")
p = 40


def path(steps: int = 14) -> list[torch.Tensor]:
    """Weights of a training that is none: modes that fade, and noise."""
    generator = torch.Generator().manual_seed(3)
    modes = torch.linalg.qr(torch.randn(p, 3, generator=generator, dtype=torch.float64))[0]
    times = torch.arange(steps, dtype=torch.float64)[:, None]
    strengths = torch.tensor([3.0, 1.0, 0.5]) * torch.exp(-times * torch.tensor([0.05, 0.2, 0.6]))
    updates = strengths @ modes.T + 0.03 * torch.randn(steps, p, generator=generator, dtype=torch.float64)
    return list(torch.cumsum(updates, 0))


def recorded(weights: list[torch.Tensor], **options):
    """Spectra of a training that goes through these weights."""
    theta = weights[0].clone().requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.5)
    recorder = SpectrumRecorder([("theta", theta)], optimizer, window=W, per_layer=False, **options)
    for now in weights[1:]:
        with torch.no_grad():
            theta.copy_(now)
        optimizer.step()
    return recorder.spectra().isel(group=0)


def assert_close(one, other, names, factor: float = 1.0) -> None:
    # σ_W/σ_1 is about 1/100 here: λ_j to 1e4 p ε, and an angle to its root.
    for name in names:
        tolerance = np.sqrt(1e4 * p * EPS) if name == "rotation" else 1e4 * p * EPS
        np.testing.assert_allclose(
            other[name], factor * one[name], rtol=tolerance, atol=tolerance * np.nanmax(one[name])
        )


EVERY = (*RATIOS, "sigma", "g", "g_23", "delta_S", "delta_G", "delta_G_ring", "delta_eigenvalues", "A_abs")


def test_the_order_of_the_parameters_does_not_matter() -> None:
    order = torch.randperm(p)
    one, other = recorded(path()), recorded([w[order] for w in path()])
    assert_close(one, other, EVERY)
    np.testing.assert_array_equal(one.k_star, other.k_star)


def test_a_rotation_of_parameter_space_does_not_matter() -> None:
    Q = torch.linalg.qr(torch.randn(p, p, dtype=torch.float64))[0]
    assert_close(recorded(path()), recorded([Q @ w for w in path()]), EVERY)


def test_where_the_weights_are_does_not_matter() -> None:
    away = torch.full((p,), 64.0, dtype=torch.float64)  # subtraction is exact to 64 ε
    assert_close(recorded(path()), recorded([w + away for w in path()]), ("sigma", "R", "delta_S", "g"), 1.0)


@pytest.mark.parametrize("scale", [2.0**-30, 0.5, 2.0**20])
def test_larger_updates_scale_strengths_and_leave_pure_numbers(scale: float) -> None:
    one, other = recorded(path()), recorded([w * scale for w in path()])
    np.testing.assert_array_equal(other.gram, one.gram * scale**2)  # a power of two rounds nothing
    np.testing.assert_array_equal(other.k_star, one.k_star)
    assert_close(one, other, RATIOS)
    assert_close(one, other, ("sigma", "g"), scale)
    assert_close(one, other, ("g_23", "delta_S", "delta_G", "delta_G_ring", "delta_eigenvalues"), scale**2)


def test_what_came_before_the_window_leaves_no_trace() -> None:
    weights = path()
    late = recorded(weights[5:])
    all_of_it = recorded(weights)
    number = late.sizes["step"]
    for name in ("gram", "sigma", "R"):
        np.testing.assert_array_equal(late[name], all_of_it[name][-number:])
    # Only the first window knows none before it.
    np.testing.assert_array_equal(late.delta_S[1:], all_of_it.delta_S[-number + 1 :])
    assert np.isnan(late.delta_S[0])


def test_splitting_a_tensor_does_not_matter() -> None:
    weights = path()
    whole = recorded(weights)
    parts = [weights[0][:15].clone().requires_grad_(), weights[0][15:].clone().requires_grad_()]
    optimizer = torch.optim.SGD(parts, lr=0.5)
    recorder = SpectrumRecorder([("a.x", parts[0]), ("b.x", parts[1])], optimizer, window=W)
    for now in weights[1:]:
        with torch.no_grad():
            parts[0].copy_(now[:15])
            parts[1].copy_(now[15:])
        optimizer.step()
    spectra = recorder.spectra()
    assert_close(whole, spectra.sel(group="all"), EVERY)
    total = spectra.gram.sel(group="a") + spectra.gram.sel(group="b")
    np.testing.assert_allclose(total, spectra.gram.sel(group="all"), rtol=2 * EPS)
