"""The rolling Gram matrix is that of the rows it holds, whatever happened before."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from spectral_edge.simulate.spectrum import RollingGram, kernel, products, singular_values

EPS = float(np.finfo(np.float64).eps)
windows = st.integers(2, 5)


def pushed(window: int, rows: np.ndarray) -> RollingGram:
    """A rolling Gram matrix that has seen ``rows (time, S, p)``."""
    rolling = RollingGram(window)
    for row in rows:
        rolling.push(torch.tensor(row))
    return rolling


def naive_inner(window: int, rows: np.ndarray) -> np.ndarray:
    """Inner products of the last W + 1 rows of each seed, each one summed by itself in float64."""
    last = rows[-(window + 1) :].astype(np.float64)
    return np.array([[[sum(x * y) for y in last[:, s]] for x in last[:, s]] for s in range(rows.shape[1])])


@st.composite
def integer_rows(draw: st.DrawFn) -> tuple[int, np.ndarray]:
    """A window and rows of small integers, whose inner products are exact in any order of summation."""
    window = draw(windows)
    shape = (draw(st.integers(window + 1, 3 * window)), draw(st.integers(1, 3)), draw(st.integers(1, 9)))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    return window, draw(hnp.arrays(dtype, shape, elements=st.integers(-100, 100).map(float)))


@given(case=integer_rows())
def test_it_equals_the_direct_inner_products_of_the_last_rows(case: tuple[int, np.ndarray]) -> None:
    window, rows = case
    rolling = pushed(window, rows)
    np.testing.assert_array_equal(rolling.inner().numpy(), naive_inner(window, rows))
    held = rolling.rows()
    np.testing.assert_array_equal(held.numpy(), rows[-(window + 1) :].swapaxes(0, 1))
    assert held.dtype == torch.tensor(rows).dtype
    assert rolling.inner().dtype == torch.float64


@given(case=integer_rows(), seed=st.integers(0, 99))
def test_permuting_the_seeds_permutes_the_result(case: tuple[int, np.ndarray], seed: int) -> None:
    window, rows = case
    order = np.random.default_rng(seed).permutation(rows.shape[1])
    shuffled = pushed(window, rows[:, order]).inner().numpy()
    np.testing.assert_array_equal(shuffled, pushed(window, rows).inner().numpy()[order])


@given(case=integer_rows())
def test_forgetting_is_complete(case: tuple[int, np.ndarray]) -> None:
    window, rows = case
    fresh = pushed(window, rows[-(window + 1) :])
    np.testing.assert_array_equal(pushed(window, rows).inner().numpy(), fresh.inner().numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_blocks_of_columns_add_up(monkeypatch: pytest.MonkeyPatch, dtype: type) -> None:
    rows = np.random.default_rng(0).normal(size=(6, 2, 700)).astype(dtype)
    monkeypatch.setitem(products.BLOCK_BYTES, "cpu", 1)
    monkeypatch.setattr(kernel, "serves", lambda *_: False)
    rolling = pushed(3, rows)
    assert rolling._buffers is not None
    assert rolling._buffers.products._block.shape == (2, 4, 256)  # 700 columns are 256 + 256 + 188
    bound = 700 * EPS * np.linalg.norm(rows, axis=2).max() ** 2
    np.testing.assert_allclose(rolling.inner().numpy(), naive_inner(3, rows), rtol=0, atol=bound)


def test_a_rotation_of_parameter_space_changes_no_inner_product() -> None:
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(5, 2, 40))
    rotation, _ = np.linalg.qr(rng.normal(size=(40, 40)))
    bound = 40 * EPS * np.linalg.norm(rows, axis=2).max() ** 2
    difference = pushed(4, rows).inner() - pushed(4, rows @ rotation).inner()
    assert difference.abs().max() <= 2 * bound


def test_float64_sums_see_a_direction_that_float32_sums_lose() -> None:
    p, small = 4000, 1e-5
    rng = np.random.default_rng(2)
    modes, _ = np.linalg.qr(rng.normal(size=(p, 2)))
    mixing, _ = np.linalg.qr(rng.normal(size=(5, 2)))
    X = (mixing * [1.0, small]) @ modes.T  # singular values 1 and 1e-5
    noisy = X.astype(np.float32)  # rounding is independent noise of singular value about 3e-8
    inner = pushed(4, noisy[:, None]).inner().numpy()[0]
    assert abs(singular_values(inner, length=p).sigma[1] / small - 1) < 0.01
    lost = np.sqrt(np.abs(np.linalg.eigvalsh((noisy @ noisy.T).astype(np.float64))[-2]))
    assert abs(lost / small - 1) > 0.1


def test_what_is_not_finite_is_gone_with_its_row() -> None:
    rows = np.ones((8, 1, 3))
    rows[2] = np.nan
    rolling = pushed(2, rows[:5])
    assert torch.isnan(rolling.inner()).any()
    rolling.push(torch.tensor(rows[5]))
    assert torch.isfinite(rolling.inner()).all()


def test_a_row_is_copied() -> None:
    rolling, row = RollingGram(2), torch.ones(1, 3)
    for _ in range(3):
        rolling.push(row)
    row.zero_()
    assert rolling.rows().min() == 1


def test_the_result_is_not_overwritten_by_the_next_row() -> None:
    rolling = pushed(2, np.ones((3, 1, 3)))
    inner, rows = rolling.inner(), rolling.rows()
    rolling.push(torch.full((1, 3), 7.0, dtype=torch.float64))
    assert inner.max() == 3
    assert rows.max() == 1


def test_nothing_is_given_before_the_window_is_full() -> None:
    rolling = RollingGram(3)
    for count in range(4):
        assert not rolling.full
        with pytest.raises(RuntimeError, match=f"{count} rows were pushed; with window=3"):
            rolling.inner()
        with pytest.raises(RuntimeError, match="nothing to give before 4"):
            rolling.rows()
        rolling.push(torch.ones(1, 2))
    assert rolling.full


@pytest.mark.parametrize(
    "row",
    [torch.ones(2, 3), torch.ones(1, 4), torch.ones(1, 3, dtype=torch.float64)],
    ids=["seeds", "length", "dtype"],
)
def test_a_row_unlike_the_first_is_refused(row: torch.Tensor) -> None:
    rolling = RollingGram(2)
    rolling.push(torch.ones(1, 3))
    with pytest.raises(ValueError, match="rows must be alike"):
        rolling.push(row)


def test_a_row_that_is_no_matrix_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a row of shape \(3,\); give \(seeds, weights\)"):
        RollingGram(2).push(torch.ones(3))


def test_a_window_without_a_gap_is_refused() -> None:
    with pytest.raises(ValueError, match="window=1; a gap needs a window of at least 2"):
        RollingGram(1)
