"""From samples to modes: the loss, and the weights that never turn, against matrices."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory.deep_linear import alignment as al
from spectral_edge.theory.deep_linear import loss as lo
from spectral_edge.theory.deep_linear.notation import s, v

EPS = float(np.finfo(np.float64).eps)
Array = np.ndarray[Any, np.dtype[np.float64]]
Exact = Callable[[Any, dict[Any, Fraction]], Fraction]

weights = st.fractions(-3, 3, max_denominator=20)
targets = st.fractions(Fraction(1, 10), 5, max_denominator=20)


def whitened(rng: np.random.Generator, samples: int, modes: int, variance: float) -> Array:
    """Inputs (samples, modes) whose second moments are the variance times the unit matrix, to rounding."""
    orthonormal = np.linalg.qr(rng.standard_normal((samples, modes)))[0]
    return np.sqrt(samples * variance) * orthonormal


@given(st.integers(0, 2**32 - 1), st.integers(4, 30), st.floats(0.1, 10))
def test_the_loss_of_a_linear_map_on_whitened_samples_is_that_of_its_modes(
    value: Callable[..., float], seed: int, samples: int, variance: float
) -> None:
    rng = np.random.default_rng(seed)
    x = whitened(rng, samples, 2, variance)
    target = rng.uniform(0.1, 3)
    noise = rng.standard_normal(samples)
    noise -= x @ (x.T @ noise) / (samples * variance)  # what the inputs explain would change the target
    y = target * x[:, 0] + noise
    own, other = rng.standard_normal(2)
    direct = np.mean((y - x @ [own, other]) ** 2) / 2
    best = np.mean(y**2) / 2 - variance * target**2 / 2
    content = lo.LOSS_OF_MODE.content[0].rhs
    by_modes = value(content, {s: target, lo.M: own, lo.M_other: other, v: variance, lo.rest: best})
    # Sums of some 30 products, each rounded a few times; the terms are no larger than this scale.
    scale = np.mean(y**2) + variance * (target**2 + own**2 + other**2)
    assert abs(direct - by_modes) <= 8 * samples * EPS * scale


def test_inputs_that_are_not_white_have_another_loss(value: Callable[..., float]) -> None:
    x = whitened(np.random.default_rng(1), 20, 2, 1.0)
    x[:, 1] += x[:, 0] / 2
    y, own, other = 2 * x[:, 0], 1.0, 1.0
    direct = np.mean((y - x @ [own, other]) ** 2) / 2
    by_modes = value(
        lo.LOSS_OF_MODE.content[0].rhs, {s: 2.0, lo.M: own, lo.M_other: other, v: 1.0, lo.rest: 0.0}
    )
    assert abs(direct - by_modes) > 0.1


def _exact_gradients(first: list[list[Fraction]], second: list[list[Fraction]], goal: tuple[Fraction, Fraction],
                     variance: Fraction) -> tuple[Any, Any]:  # fmt: skip
    """−v Bᵀ(S − BA) and −v (S − BA)Aᵀ, in fractions."""
    a, b = np.array(first, dtype=object), np.array(second, dtype=object)
    missing = np.diag(np.array(goal, dtype=object)) - b @ a
    return -variance * b.T @ missing, -variance * missing @ a.T


ENTRIES = (al.A_11, al.A_12, al.A_21, al.A_22, al.B_11, al.B_12, al.B_21, al.B_22)


@given(st.lists(weights, min_size=8, max_size=8), targets, targets, targets)
def test_the_gradient_along_misaligned_weights_is_that_of_the_matrices(
    exact: Exact, entries: list[Fraction], s_1: Fraction, s_2: Fraction, variance: Fraction
) -> None:
    values = {**dict(zip(ENTRIES, entries, strict=True)), al.s_1: s_1, al.s_2: s_2, v: variance}
    by_first, by_second = _exact_gradients(
        [entries[0:2], entries[2:4]], [entries[4:6], entries[6:8]], (s_1, s_2), variance
    )
    along_a12, along_b12 = (exact(relation.rhs, values) for relation in al.TURNING.content)
    assert (along_a12, along_b12) == (by_first[0, 1], by_second[0, 1])


@given(st.lists(weights, min_size=4, max_size=4), targets, targets, targets)
def test_at_aligned_weights_each_mode_has_the_gradient_of_its_own_loss(
    exact: Exact, entries: list[Fraction], s_1: Fraction, s_2: Fraction, variance: Fraction
) -> None:
    a_1, a_2, b_1, b_2 = entries
    zero = Fraction(0)
    by_first, by_second = _exact_gradients(
        [[a_1, zero], [zero, a_2]], [[b_1, zero], [zero, b_2]], (s_1, s_2), variance
    )
    values = {al.A_11: a_1, al.B_11: b_1, al.s_1: s_1, v: variance}
    own = tuple(exact(relation.rhs, values) for relation in al.DECOUPLED.content)
    assert own == (by_first[0, 0], by_second[0, 0])
    assert (by_first[0, 1], by_first[1, 0], by_second[0, 1], by_second[1, 0]) == (0, 0, 0, 0)


def _descend(first: Array, second: Array, goal: Array, step: float, steps: int) -> tuple[Array, Array]:
    for _ in range(steps):
        missing = goal - second @ first
        first, second = first + step * second.T @ missing, second + step * missing @ first.T
    return first, second


@pytest.mark.parametrize("modes", [2, 5, 9])
def test_descent_from_aligned_weights_turns_none_of_them(modes: int) -> None:
    rng = np.random.default_rng(modes)
    goal = np.diag(rng.uniform(0.5, 3, modes))
    start = np.diag(rng.uniform(0.01, 0.1, modes)), np.diag(rng.uniform(0.01, 0.1, modes))
    first, second = _descend(*start, goal, 0.01, 2000)
    off = ~np.eye(modes, dtype=bool)
    # Products with an exact zero are exact zeros: nothing is rounded.
    assert np.all(first[off] == 0) and np.all(second[off] == 0)
    assert np.allclose(second @ first, goal)


def test_descent_from_misaligned_weights_does_turn_them() -> None:
    goal = np.diag([3.0, 1.0])
    first, second = np.diag([0.1, 0.1]), np.diag([0.1, 0.1])
    first[0, 1] = 0.01
    _, turned = _descend(first, second, goal, 0.01, 100)
    assert second[1, 0] == 0
    assert abs(turned[1, 0]) > 0.005
