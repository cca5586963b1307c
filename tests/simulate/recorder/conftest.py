"""The naive twin of the recorder: spectra from saved checkpoints, by an SVD of the stacked window in float64."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr

EPS = float(np.finfo(np.float64).eps)
Checkpoints = list[dict[str, torch.Tensor]]


class Twin:
    """Numbers of every window of rows between checkpoints, transcribed from the theory's definitions."""

    def __init__(self, checkpoints: Checkpoints, names: list[str], window: int, lr: float) -> None:
        flat = [torch.cat([one[n].reshape(-1).double() for n in names]).numpy() for one in checkpoints]
        self.rows = np.diff(np.array(flat), axis=0)  # (T, p)
        self.window, self.lr = window, lr

    @property
    def ends(self) -> range:
        return range(self.window - 1, len(self.rows))

    def at(self, end: int) -> dict[str, Any]:
        """Of the window whose newest row is ``end``."""
        W = self.window
        X = self.rows[end - W + 1 : end + 1]
        s, Vt = np.linalg.svd(X, full_matrices=False)[1:]
        ratios = s[:-1] / s[1:]
        k = int(np.argmax(ratios))
        found: dict[str, Any] = {
            "gram": X @ X.T,
            "sigma": s,
            "k_star": k + 1,
            "R": ratios[k],
            "g": s[k] - s[k + 1],
        }
        found["k_star_w"] = int(np.argmax(s[:-1] / s.sum() * ratios)) + 1
        found["g_23"] = s[1] ** 2 - s[2] ** 2 if W > 2 else np.nan
        if end < W:
            return found
        Y = self.rows[end - W : end]
        z, Zt = np.linalg.svd(Y, full_matrices=False)[1:]
        ring = np.concatenate([X[-1:], X[:-1]])
        found["delta_S"] = np.linalg.norm(X.T @ X - Y.T @ Y)
        found["delta_G"] = np.linalg.norm(X @ X.T - Y @ Y.T)
        found["delta_G_ring"] = np.linalg.norm(ring @ ring.T - Y @ Y.T)
        found["delta_eigenvalues"] = np.linalg.norm(s**2 - z**2)
        cosines = np.abs(np.sum(Vt * Zt, axis=1))
        sines = np.linalg.norm(Vt - np.sum(Vt * Zt, axis=1)[:, None] * Zt, axis=1)
        found["rotation"] = np.arctan2(sines, cosines)
        squares = s[k] ** 2 - s[k + 1] ** 2
        found["A_geo"] = found["delta_S"] / squares
        found["A_geo_sigma"] = found["delta_S"] / found["g"] ** 2
        for name, change in (
            ("", "G"),
            ("_ring", "G_ring"),
            ("_space", "S"),
            ("_eigenvalues", "eigenvalues"),
        ):
            found[f"A_abs{name}"] = found[f"delta_{change}"] / (self.lr * found["g"] ** 2)
        found["A_abs_eigen"] = found["delta_G"] / (self.lr * squares**2)
        return found

    def agrees(self, spectra: xr.Dataset, group: str = "all") -> int:
        """Assert that every number of the recorder is this one's; how many windows had a gap to compare.

        An inner product of p terms is off by at most p ε of its size, an eigenvalue of W of them by W times
        that, of the trace (Higham 2002, section 3.1; Weyl). What is computed from these is off accordingly.
        """
        mine = spectra.sel(group=group)
        assert mine.sizes["step"] == len(self.ends)
        gaps = 0
        for index, end in enumerate(self.ends):
            exact, one = self.at(end), mine.isel(step=index)
            trace = float(np.trace(exact["gram"]))
            off = 4 * self.window * self.rows.shape[1] * EPS * trace  # of an eigenvalue
            np.testing.assert_allclose(one.gram, exact["gram"], rtol=0, atol=off)
            assert np.max(np.abs(one.sigma.values**2 - exact["sigma"] ** 2)) <= off
            assert np.all(np.abs(one.sigma - exact["sigma"]) <= one.sigma_floor + off / exact["sigma"])
            relative = off / exact["sigma"] ** 2  # of λ_j, hence more than that of σ_j
            for name in ("delta_S", "delta_G", "delta_G_ring", "delta_eigenvalues"):
                if name in exact:
                    change = float(one[name])
                    assert abs(change**2 - exact[name] ** 2) <= 16 * off * (trace + exact[name]), name
            turned = one.rotation.values
            if "rotation" in exact and np.isfinite(turned).any():
                known = np.isfinite(turned)
                slack = np.sqrt(4 * relative) + off / _distance(exact["sigma"] ** 2)
                assert np.all(np.abs(turned - exact["rotation"])[known] <= slack[known])
            if not one.resolved.all() or not int(one.k_star):
                continue
            gaps += 1
            k = exact["k_star"]
            assert int(one.k_star) == k
            assert int(one.k_star_w) in (0, exact["k_star_w"])
            loose = float(relative[k - 1] + relative[k]) * exact["sigma"][k - 1] / exact["g"] + 1e-14
            assert float(one.R) == pytest.approx(exact["R"], rel=loose)
            assert float(one.g) == pytest.approx(exact["g"], rel=loose)
            if np.isfinite(one.g_23):
                assert float(one.g_23) == pytest.approx(exact["g_23"], abs=2 * off)
            for name in (name for name in exact if name.startswith("A_")):
                change = float(one.delta_S) if name in ("A_geo", "A_geo_sigma", "A_abs_space") else None
                if change is None or np.isfinite(change):
                    size = min(exact[d] for d in ("delta_S", "delta_G_ring", "delta_eigenvalues"))
                    assert float(one[name]) == pytest.approx(
                        exact[name], rel=4 * loose + 16 * off * trace / size**2
                    ), name
        return gaps


def _distance(values: np.ndarray) -> np.ndarray:
    gaps = np.concatenate([[np.inf], values[:-1] - values[1:], [np.inf]])
    return np.minimum(gaps[:-1], gaps[1:])


@pytest.fixture
def twin() -> type[Twin]:
    return Twin


@pytest.fixture
def checkpoint() -> Callable[[torch.nn.Module], dict[str, torch.Tensor]]:
    """What a script saves of a model."""

    def save(model: torch.nn.Module) -> dict[str, torch.Tensor]:
        return {name: tensor.detach().clone() for name, tensor in model.named_parameters()}

    return save


@pytest.fixture(autouse=True)
def _same_start() -> None:
    """Each test starts from the same global random state."""
    torch.manual_seed(0)
