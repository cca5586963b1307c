"""The kernel and its PyTorch twin against sums that are exact, and against copies of the kernel that are wrong."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate import native
from spectral_edge.simulate.spectrum import kernel, products
from spectral_edge.simulate.spectrum.products import RowProducts, SnapshotProducts

EPS = float(np.finfo(np.float64).eps)
TYPES = [torch.float32, torch.float64, torch.bfloat16]
needs_compiler = pytest.mark.skipif(not native.available(), reason="no C compiler here")

PATHS = [pytest.param(True, marks=needs_compiler, id="kernel"), pytest.param(False, id="torch")]


@pytest.fixture(params=PATHS)
def path(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Each test runs by the kernel and by PyTorch."""
    if not request.param:
        monkeypatch.setattr(kernel, "serves", lambda *_: False)
        monkeypatch.setitem(products.BLOCK_BYTES, "cpu", 1 << 13)
    return bool(request.param)


def drawn(lengths: list[int], count: int, dtype: torch.dtype, seed: int = 0) -> list[torch.Tensor]:
    """Snapshots ``(count, n)`` for each length: a random walk about weights of size one."""
    generator = torch.Generator().manual_seed(seed)
    walks = [torch.randn(count, n, generator=generator, dtype=torch.float64) for n in lengths]
    return [(1 + 0.1 * walk.cumsum(0)).to(dtype) for walk in walks]


def called(snapshots: list[torch.Tensor]) -> torch.Tensor:
    """Products of the last snapshot with a ring that holds those before it, from slot 1 round to slot 0."""
    count = len(snapshots[0])
    order = [(1 + i) % (count - 1) for i in range(count - 1)]
    ring = [torch.empty_like(s[:-1]) for s in snapshots]
    for held, s in zip(ring, snapshots, strict=True):
        held[order] = s[:-1]
    now = [s[-1].clone() for s in snapshots]
    found = SnapshotProducts(now, count)(ring, order, now, order[0])
    for held, s in zip(ring, snapshots, strict=True):
        assert same(held[order[0]], s[-1])  # the newest has taken the place of the oldest
        assert same(held[order[1:]], s[1:-1])  # and nothing else has changed
    return found


def same(left: torch.Tensor, right: torch.Tensor) -> bool:
    """Equal in every element, where NaN equals NaN."""
    return bool(torch.all((left == right) | (left.isnan() & right.isnan())))


def naive(snapshots: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Each product by itself, and the sum of the sizes of its terms."""
    wide = snapshots.double()
    rows = wide[1:] - wide[:-1]
    terms = [row * rows[-1] for row in rows] + [wide[-1] ** 2]
    return torch.stack([t.sum() for t in terms]), torch.stack([t.abs().sum() for t in terms])


# 1 to 9: tails of a vector; 2048 and 32768: the kernel's block and chunk, and one more.
@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("count", [2, 3, 6, 12])
def test_every_length_and_count_gives_the_products_one_by_one(dtype: torch.dtype, count: int) -> None:
    lengths = [1, 7, 8, 9, 16, 33, 2047, 2048, 2049, 32768, 32769, 70000]
    snapshots = drawn(lengths, count, dtype)
    found = called(snapshots)
    assert found.dtype == torch.float64
    for number, one in enumerate(snapshots):
        expected, size = naive(one)
        # Higham 2002, section 3.1: a sum of n terms is off by at most n ε times the sum of their sizes.
        assert torch.all((found[number] - expected).abs() <= lengths[number] * EPS * size)


@pytest.mark.usefixtures("path")
@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("newest", [0, 4])
def test_stored_rows_give_their_products(dtype: torch.dtype, newest: int) -> None:
    rows = torch.stack(drawn([2051, 2051], 5, dtype))  # (2, 5, n)
    found = RowProducts(rows)(rows, newest)
    wide = rows.double()
    terms = wide * wide[:, newest, None]
    assert torch.all((found - terms.sum(2)).abs() <= 2051 * EPS * terms.abs().sum(2))


@pytest.mark.usefixtures("path")
@settings(max_examples=25)
@given(
    count=st.integers(2, 7),
    lengths=st.lists(st.integers(1, 40), min_size=1, max_size=4),
    seed=st.integers(0, 2**20),
    dtype=st.sampled_from(TYPES),
)
def test_whole_numbers_give_exact_products(
    count: int, lengths: list[int], seed: int, dtype: torch.dtype
) -> None:
    rng = np.random.default_rng(seed)
    snapshots = [torch.tensor(rng.integers(-100, 100, (count, n)), dtype=dtype) for n in lengths]
    found = called(snapshots)
    for number, one in enumerate(snapshots):
        whole = [[Fraction(x) for x in row] for row in one.double().tolist()]
        rows = [[b - a for a, b in zip(*pair, strict=True)] for pair in pairwise(whole)]
        expected = [sum(a * b for a, b in zip(row, rows[-1], strict=True)) for row in rows]
        expected.append(sum(a * a for a in whole[-1]))
        assert found[number].tolist() == [float(x) for x in expected]


@pytest.mark.usefixtures("path")
def test_an_empty_tensor_has_products_of_zero() -> None:
    assert torch.equal(called([torch.empty(3, 0), torch.ones(3, 4)])[0], torch.zeros(3, dtype=torch.float64))


@pytest.mark.usefixtures("path")
def test_the_differences_of_float32_weights_are_not_rounded_to_float32() -> None:
    # 2⁻²⁵ is lost when it is taken from 1 in float32, and kept in float64.
    snapshots = torch.tensor([[2.0**-25], [1.0]])
    assert called([snapshots])[0, 0].item() == (1 - 2.0**-25) ** 2


@needs_compiler
def test_the_number_of_threads_changes_no_bit() -> None:
    snapshots = drawn([200_000, 5], 5, torch.float32)
    before, results = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            results.append(called(snapshots))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(result, results[0]) for result in results)


@needs_compiler
def test_what_is_not_finite_stays_in_its_own_tensor() -> None:
    bad = torch.ones(3, 10)
    bad[1, 4] = torch.nan
    found = called([bad, torch.ones(3, 10)])
    assert torch.isnan(found[0, :2]).all()
    assert torch.isfinite(found[1]).all()


@pytest.mark.parametrize("dtype", [torch.float16])
def test_a_type_without_a_kernel_goes_through_pytorch(dtype: torch.dtype) -> None:
    assert not kernel.serves(dtype, torch.device("cpu"))
    snapshots = drawn([100], 4, dtype)
    expected, size = naive(snapshots[0])
    assert torch.all((called(snapshots)[0] - expected).abs() <= 100 * EPS * size)


def test_without_a_compiler_nothing_is_lost_but_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> ctypes.CDLL:
        raise native.NoCompiler("none")

    monkeypatch.setattr(native, "load", refuse)
    kernel.library.cache_clear()
    try:
        assert not kernel.serves(torch.float32, torch.device("cpu"))
        test_every_length_and_count_gives_the_products_one_by_one(torch.float32, 3)
    finally:
        monkeypatch.undo()
        kernel.library.cache_clear()


@needs_compiler
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_the_width_of_the_registers_changes_no_bit(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshots = drawn([1, 7, 16, 23, 4099], 9, dtype)
    found = called(snapshots)
    try:
        narrow = native.load(kernel.source(), (*kernel.FLAGS, "-mno-avx512f"))
    except native.CompileError:
        pytest.skip("this processor has no such registers")
    monkeypatch.setattr(kernel, "library", lambda: narrow)
    torch.testing.assert_close(called(snapshots), found, rtol=0, atol=0)


# Copies of the kernel that are wrong. Each must be seen by the test of lengths and counts.
MUTANTS: dict[str, tuple[str, str]] = {
    "a row is left out": ("if (many - k == 2) dots_@T@", "if (many - k == 9) dots_@T@"),
    "sums in float32": (
        "vec sum[TOGETHER][REGISTERS] = {{{0}}}, v, x, before = {0};",
        "fvec sum[TOGETHER][REGISTERS] = {{{0}}}; vec v, x, before = {0};",
    ),
    "the wrong columns": ("LOAD_double(v, vector + c + LANES * part)", "LOAD_double(v, vector + c)"),
    "the tail is left out": ("; c < n; c += LANES, part++) {\n", "; c + 4 < n; c += LANES, part++) {\n"),
    "a difference over two steps": ("before = x;\n            }\n        }\n    }\n    for", "}\n        }\n    }\n    for"),
    "the older row first": ("last, s[count - 2] + column, n)", "last, s[0] + column, n)"),
    "the last chunk is left out": ("c < base.lengths[s]; c += CHUNK, sums", "c + CHUNK < base.lengths[s]; c += CHUNK, sums"),
    "the oldest is not replaced": ("if (into) memcpy", "if (0) memcpy"),
}  # fmt: skip


def altered(of: Callable[[], str], old: str, new: str) -> str:
    """The kernel's source with one thing changed for all types."""
    source = of()
    for name in kernel.TYPES.values():
        source = source.replace(old.replace("@T@", name), new.replace("@T@", name))
    if "fvec sum" in new:
        source = source.replace(
            "sum[k][part % REGISTERS] += v * (differences ? x - before : x);",
            "sum[k][part % REGISTERS] += __builtin_convertvector(v * (differences ? x - before : x), fvec);",
        ).replace(
            "sums[k] += added(sum[k]);",
            "for (int i = 0; i < 8; i++) sums[k] += sum[k][i / LANES][i % LANES];",
        )  # fmt: skip
    assert source != of()
    return source


@needs_compiler
@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_kernel_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = native.load(altered(kernel.source, *MUTANTS[name]), kernel.FLAGS)
    monkeypatch.setattr(kernel, "library", lambda: wrong)
    with pytest.raises(AssertionError):
        test_every_length_and_count_gives_the_products_one_by_one(torch.float32, 7)
