"""Named strategies of the domain: spectra, pairs at a gap, matrices; each with the edges that matter.

Edges are near-degenerate levels, exact ties, windows of two rows, one dominant mode, and perturbations about as
large as a gap.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

Floats = np.ndarray[Any, np.dtype[np.float64]]
Ints = np.ndarray[Any, np.dtype[np.int64]]
Spectrum = tuple[Fraction, ...]
"""Singular values in falling order, exact."""

NEARLY = Fraction(1, 1000)
"""Relative distance of neighbours that are nearly degenerate; no source."""
DOMINANT = Fraction(100)
"""How many times a dominant mode exceeds the next; no source."""
UNTIED = ("any", "nearly degenerate", "one dominant", "diagonal")
"""Kinds of symmetric matrices whose levels are not all equal."""


@st.composite
def falling_spectra(draw: st.DrawFn, least: int = 2, most: int = 12, ties: bool = False) -> Spectrum:
    """``least`` to ``most`` positive levels, falling: near-degenerate neighbours, dominant modes, equal ratios.

    With ``ties`` neighbours may be equal.
    """
    step = st.one_of(
        st.fractions(Fraction(51, 50), 5, max_denominator=60),
        st.sampled_from([Fraction(2), Fraction(2), 1 + NEARLY, DOMINANT, *([Fraction(1)] if ties else [])]),
    )
    values = [draw(st.fractions(Fraction(1, 10), 10, max_denominator=10))]
    for _ in range(draw(st.integers(least, most)) - 1):
        values.append(values[-1] * draw(step))
    return tuple(reversed(values))


@st.composite
def pairs_at_a_gap(draw: st.DrawFn) -> tuple[Fraction, Fraction]:
    """The two singular values at a gap, the larger first: far apart, nearly equal, equal, or one dominant."""
    lower = draw(st.fractions(Fraction(1, 10), 10, max_denominator=20))
    more = st.one_of(
        st.fractions(0, 10, max_denominator=20),
        st.sampled_from([Fraction(0), NEARLY / 10, 10 * DOMINANT]),
    )
    return lower + draw(more), lower


@st.composite
def turns(draw: st.DrawFn, size: int) -> Floats:
    """An orthogonal ``size`` × ``size`` matrix, from a seed: Hypothesis shrinks the seed and not the entries."""
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    turn: Floats = np.linalg.qr(generator.normal(size=(size, size)))[0]
    return turn


@st.composite
def symmetric_integers(
    draw: st.DrawFn, size: int, largest: int = 5, kinds: tuple[str, ...] = (*UNTIED, "tied")
) -> Ints:
    """A symmetric matrix of integers: any, nearly degenerate against its size, one dominant, diagonal, or all tied."""
    matrix: Ints = draw(arrays(np.int64, (size, size), elements=st.integers(-largest, largest)))
    kind = draw(st.sampled_from(kinds))
    if kind == "nearly degenerate":
        matrix = np.diag(np.arange(size) + 1000)
        matrix[0, 0] = 5000
    elif kind == "one dominant":
        matrix[0, 0] = 1000
    elif kind == "diagonal":
        matrix = np.diag(np.diag(matrix))
    elif kind == "tied":
        matrix = 3 * np.eye(size, dtype=np.int64)
    return matrix + matrix.T


@st.composite
def perturbed_spectra(draw: st.DrawFn, sizes: st.SearchStrategy[int]) -> tuple[Floats, Floats]:
    """S and E: E about as large as a gap, a nearly degenerate pair, one dominant mode, or anything."""
    n = draw(sizes)
    levels = draw(arrays(np.float64, n, elements=st.integers(-20, 20).map(float)))
    shape = draw(st.sampled_from(("any", "nearly degenerate", "one dominant")))
    if shape == "nearly degenerate":
        levels[1:] = levels[0] - draw(st.sampled_from((1e-3, 1e-1))) * np.arange(1, n)
    elif shape == "one dominant":
        levels[0] = 1000.0
    turn = draw(turns(n))
    entries = draw(arrays(np.float64, (n, n), elements=st.integers(-6, 6).map(float)))
    change = entries + entries.T
    values = np.sort(levels)[::-1]
    gaps = values[:-1] - values[1:]
    assume(gaps.min() > 0 and np.linalg.norm(change) > 0)
    about = draw(st.sampled_from((0.01, 0.3, 0.5, 0.6, 0.70710678, 0.75, 0.9, 1.0, 1.3)))
    change *= about * draw(st.sampled_from(tuple(float(g) for g in gaps))) / np.linalg.norm(change)
    return turn @ np.diag(values) @ turn.T, change


@st.composite
def windows_that_slide(draw: st.DrawFn, window: int | None = None) -> Ints:
    """W + 1 rows of integers, oldest first: any, or an update that comes back, is reversed, vanishes, repeats."""
    size = window or draw(st.integers(1, 5))
    entries = arrays(np.int64, (size + 1, draw(st.integers(1, 6))), elements=st.integers(-6, 6))
    rows: Ints = draw(entries)
    special = draw(st.sampled_from(("none", "returns", "reverses", "vanishes", "repeats")))
    if special == "returns":
        rows[-1] = rows[0]
    elif special == "reverses":
        rows[-1] = -rows[0]
    elif special == "vanishes":
        rows[0] = 0
    elif special == "repeats":
        rows[:] = rows[0]
    return rows
