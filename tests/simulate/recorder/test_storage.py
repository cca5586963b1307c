"""Windows that are kept in less memory: how far off they are, against how far off they say they are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from spectral_edge.simulate.recorder import SpectrumRecorder, rounded, sketch
from spectral_edge.simulate.recorder.scopes import scopes

W = 5
STEPS = 12


def weights(
    seed: int, sizes: tuple[int, ...] = (2500, 1500), dtype: torch.dtype = torch.float32
) -> list[list[torch.Tensor]]:
    """A path of weights of some tensors: three modes that fade, with noise far below them."""
    generator = torch.Generator().manual_seed(seed)
    p = sum(sizes)
    modes = torch.linalg.qr(torch.randn(p, 3, generator=generator, dtype=torch.float64))[0]
    times = torch.arange(STEPS, dtype=torch.float64)[:, None]
    updates = (torch.tensor([4.0, 2.0, 1.0]) * torch.exp(-times * torch.tensor([0.1, 0.4, 0.9]))) @ modes.T
    updates += 0.1 / p**0.5 * torch.randn(STEPS, p, generator=generator, dtype=torch.float64)
    start = torch.randn(p, generator=generator, dtype=torch.float64)
    path = start + torch.cumsum(updates, 0)
    return [[part.to(dtype) for part in torch.split(now, sizes)] for now in (start, *path)]


def recorded(path: list[list[torch.Tensor]], **options: object):
    tensors = [part.clone().requires_grad_() for part in path[0]]
    optimizer = torch.optim.SGD(tensors, lr=1.0)
    pairs = [(f"{name}.weight", tensor) for name, tensor in zip("abcdef", tensors, strict=False)]
    recorder = SpectrumRecorder(pairs, optimizer, window=W, **options)
    for now in path[1:]:
        with torch.no_grad():
            for tensor, part in zip(tensors, now, strict=True):
                tensor.copy_(part)
        optimizer.step()
    return recorder


def test_bfloat16_is_off_by_no_more_than_it_says() -> None:
    for seed in range(3):
        path = weights(seed)
        exact, rounded_ = recorded(path).spectra(), recorded(path, storage="bfloat16").spectra()
        # 8 significant bits: at most 2⁻⁹ of each entry; half of that and more when entries are spread evenly.
        assert ((rounded_.storage_error > 2.0**-11) & (rounded_.storage_error < 2.0**-9)).all()
        off = abs(rounded_.sigma - exact.sigma)
        assert (off <= rounded_.sigma_floor).all()
        assert off.max() > 1e3 * exact.sigma_floor.min(), "the rounding is there to be seen"
        both = rounded_.resolved.values[..., :3].all(axis=-1)
        np.testing.assert_array_equal(rounded_.k_star.values[both], exact.k_star.values[both])
        assert (exact.storage_error == 0).all()


def test_a_row_in_bfloat16_takes_two_bytes_per_parameter() -> None:
    recorder = recorded(weights(0), storage="bfloat16")
    assert sum(ring.nbytes for ring in recorder.window_storage._rings) == (W + 1) * 4000 * 2
    assert sum(one.nbytes for one in recorder.window_storage._before) == 4000 * 4


def test_the_exact_window_is_one_copy_more_than_it_has_rows() -> None:
    recorder = recorded(weights(0))
    assert sum(ring.nbytes for ring in recorder.window_storage._rings) == (W + 1) * 4000 * 4


def test_blocks_of_columns_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    path = weights(0)
    for options in ({"storage": "bfloat16"}, {"storage": "sketch", "dimensions": 64}):
        whole = recorded(path, **options).spectra()
        for module in (rounded, sketch):
            monkeypatch.setattr(module, "block_columns", lambda *_: 777)
        parts = recorded(path, **options).spectra()
        monkeypatch.undo()
        np.testing.assert_allclose(parts.sigma, whole.sigma, rtol=1e-9)
        np.testing.assert_allclose(parts.weight_norm, whole.weight_norm, rtol=1e-12)


NAMES = ("sigma", "R", "g", "g_23", "delta_S", "A_geo")


@pytest.fixture(scope="module")
def sketches() -> list[tuple[object, object]]:
    """The same path by forty sketches, each beside the exact numbers."""
    path = weights(0)
    exact = recorded(path).spectra(groups=["all"]).isel(step=-1, group=0)
    many = [recorded(path, storage="sketch", dimensions=256, seed=seed) for seed in range(40)]
    return [(one.spectra(groups=["all"], last=1).isel(step=0, group=0), exact) for one in many]


@pytest.mark.parametrize("name", NAMES)
def test_a_sketch_is_as_far_off_as_it_reports(name: str, sketches: list) -> None:
    # z = error/(reported error). Were reports right, the mean of z² over 40 sketches would be 1 ± (2/40)^½, and each
    # report is itself known to 18 %; z² of σ_3 and of ratios has heavier tails. Half and three times bracket this.
    z = np.array([
        np.ravel(one[name].values - exact[name].values)[:3] / np.ravel(one[f"{name}_error"].values)[:3]
        for one, exact in sketches
    ])  # fmt: skip
    mean = np.nanmean(z**2, axis=0)
    assert np.all(mean > 0.5)
    assert np.all(mean < 3)


def test_a_sketch_keeps_inner_products_without_bias_and_with_the_variance_of_theory(sketches: list) -> None:
    # A count sketch: the variance of ‖Sx‖² is at most 2‖x‖⁴/d, and nearly that for a vector that is spread out. The two
    # tensors have a sketch each.
    exact = sketches[0][1].gram.values
    diagonal = np.array([np.diag(one.gram.values) for one, _ in sketches]) / np.diag(exact) - 1  # (40, W)
    expected = np.sqrt(2 / 256 * (2500**2 + 1500**2) / 4000**2)
    assert np.all(np.abs(diagonal.mean(0)) < 4 * expected / np.sqrt(40))
    assert np.all(np.abs(np.log(diagonal.std(0) / expected)) < 4 * np.sqrt(1 / 80))


def test_more_dimensions_make_smaller_errors() -> None:
    path = weights(0, sizes=(30000,))
    errors = [
        float(recorded(path, storage="sketch", dimensions=d, per_layer=False).spectra(last=1).R_error[0, 0])
        for d in (64, 1024, 16384)
    ]
    # A factor of 16 in d is one of 4 in the error; the estimates scatter by 18 %, and R is not linear.
    assert errors[0] > 2 * errors[1] > 4 * errors[2]


def test_tensors_smaller_than_the_sketch_are_exact() -> None:
    path = weights(0, sizes=(3900, 60, 40))
    exact = recorded(path).spectra()
    sketched = recorded(path, storage="sketch", dimensions=64).spectra()
    for layer in ("b", "c"):
        np.testing.assert_allclose(
            sketched.gram.sel(group=layer), exact.gram.sel(group=layer), rtol=1e-9, atol=1e-12
        )
        assert float(sketched.sigma_error.sel(group=layer).max()) < 1e-6 * float(
            exact.sigma.sel(group=layer).max()
        )
    assert float(sketched.sigma_error.sel(group="a").isel(mode=0).min()) > 0.01


def test_agreement_is_whole_where_the_gap_is_plain_and_not_where_it_is_open() -> None:
    path = weights(0, sizes=(4000,))
    plain = recorded(path, storage="sketch", dimensions=1024, per_layer=False).spectra()
    assert float(plain.k_star_agreement[-1, 0]) == 1.0
    generator = torch.Generator().manual_seed(1)
    noise = torch.cumsum(torch.randn(STEPS + 1, 4000, generator=generator), 0)
    open_ = recorded([[one] for one in noise], storage="sketch", dimensions=64, per_layer=False).spectra()
    assert float(open_.k_star_agreement.min()) < 1.0


def test_a_sketch_depends_on_its_seed_alone() -> None:
    path = weights(0)
    options = {"storage": "sketch", "dimensions": 64}
    one, same, other = (recorded(path, **options, seed=seed).spectra() for seed in (1, 1, 2))
    assert one.identical(same)
    assert not one.sigma.equals(other.sigma)


def test_a_sketch_forms_no_directions() -> None:
    with pytest.raises(ValueError, match='storage="sketch" keeps no updates'):
        recorded(weights(0), storage="sketch", dimensions=64).directions(1)


def test_the_window_may_be_kept_on_another_device() -> None:
    path = weights(0)
    assert recorded(path, device="cpu").spectra().identical(recorded(path).spectra())


def test_sums_over_scopes_keep_what_is_not_finite_in_its_own() -> None:
    names = ["a.weight", "a.bias", "b.weight"]
    found = scopes(names, {"weights": "*.weight"}, per_layer=True)
    values = np.array([[1.0], [np.nan], [4.0]])
    total = found.total(values)[:, 0]
    assert found.names == ("all", "weights", "a", "b")
    assert np.isnan(total).tolist() == [True, False, True, False]
    assert total[1] == 5.0
    assert total[3] == 4.0
    np.testing.assert_array_equal(found.total(np.nan_to_num(values))[:, 0], [5, 5, 1, 4])
