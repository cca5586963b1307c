"""The random numbers: published vectors, the C lanes as a twin, and the law of the normal numbers."""

from __future__ import annotations

import ctypes
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from spectral_edge.simulate import native
from spectral_edge.simulate.stochastic.model import pair_model
from spectral_edge.simulate.stochastic.native_engine import library
from spectral_edge.simulate.stochastic.philox import key_of, normals, philox
from spectral_edge.theory.edge.noise.particles import dyson_process

words = st.integers(0, 2**32 - 1)
# The known answers that come with the authors' Random123 library.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


def in_numpy(counter: tuple[int, ...], key: int) -> tuple[int, ...]:
    a, b, c, d = (np.uint64(word) for word in counter)
    return tuple(int(word) for word in philox((a, b, c, d), key))


def in_lanes(counter: tuple[int, ...], key: int) -> tuple[tuple[int, ...], tuple[float, float]]:
    lanes = library(pair_model(dyson_process(1), 2, "euler")[0])
    out, numbers = (ctypes.c_uint32 * 4)(), (ctypes.c_double * 2)()
    lanes.draw((ctypes.c_uint32 * 4)(*counter), ctypes.c_uint64(key), out, numbers)
    return tuple(out), (numbers[0], numbers[1])


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_the_known_answers_come_out(
    counter: tuple[int, ...], key: tuple[int, int], answer: tuple[int, ...]
) -> None:
    assert in_numpy(counter, key[0] | key[1] << 32) == answer


@pytest.mark.skipif(not native.available(), reason="no C compiler here")
@given(counter=st.tuples(words, words, words, words), key=st.integers(0, 2**64 - 1))
def test_the_lanes_draw_the_same_words_and_make_the_same_normal_numbers(
    counter: tuple[int, ...], key: int
) -> None:
    out, (first, second) = in_lanes(counter, key)
    assert out == in_numpy(counter, key)
    u, v = (((high << 32 | low) >> 12) + 0.5 for high, low in (out[:2], out[2:]))
    radius, angle = math.sqrt(-2 * math.log(u * 2.0**-52)), 2 * math.pi * v * 2.0**-52
    # Radius and turn are each right to a few units in the last place; the angle's rounding is 2π eps.
    tolerance = 12 * np.finfo(float).eps * radius
    assert abs(first - radius * math.cos(angle)) <= tolerance
    assert abs(second - radius * math.sin(angle)) <= tolerance


def test_numbers_follow_the_normal_law_and_their_neighbours_are_independent() -> None:
    path = np.arange(20_000, dtype=np.uint64)
    z = normals(path, path * 0 + np.uint64(3), path * 0, 6, key_of(11))
    assert z.shape == (6, 20_000)
    # One test at 1e-4 for the law, and one for each pair of streams: 16 tests, false alarm below 0.2 %.
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-4
    correlation = np.corrcoef(z)[np.triu_indices(6, 1)]
    assert np.abs(correlation).max() * np.sqrt(20_000) < stats.norm.isf(1e-4 / 2)
    # The same test sees numbers that are not normal.
    assert stats.kstest(z.ravel() * 1.03, "norm").pvalue < 1e-4


@given(count=st.integers(1, 9))
def test_fewer_numbers_are_the_first_of_more(count: int) -> None:
    one = np.array([5], dtype=np.uint64)
    np.testing.assert_array_equal(normals(one, one, one, count, 7), normals(one, one, one, 9, 7)[:count])


def test_each_part_of_the_place_and_the_seed_change_the_numbers() -> None:
    one, two = np.array([5], dtype=np.uint64), np.array([6], dtype=np.uint64)
    far = np.array([5 + (1 << 40)], dtype=np.uint64)
    keys = [key_of(1), key_of(2)]
    found = [
        normals(a, b, c, 2, key).tobytes()
        for a, b, c, key in [
            (one, one, one, keys[0]),
            (two, one, one, keys[0]),
            (one, two, one, keys[0]),
            (one, one, two, keys[0]),
            (one, one, far, keys[0]),
            (one, one, one, keys[1]),
        ]
    ]
    assert len(set(found)) == len(found)
