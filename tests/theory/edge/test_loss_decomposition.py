"""F5 and AX2: the rate of the held-out loss over modes, its errors, and what weights do to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, find, given
from hypothesis import strategies as st
from scipy.linalg import expm

from spectral_edge.theory.edge.eigenvectors import davis_kahan, eigenvector_stability
from spectral_edge.theory.edge.loss import loss_claims, loss_decomposition, loss_errors
from spectral_edge.theory.edge.notation import NOTATION
from spectral_edge.theory.edge.window import hoffman_wielandt, rank_two_shift, two_perturbations
from spectral_edge.theory.status import Status
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import StatementResult, check_statement

from .spectra import turns
from .topics import assert_checked_whole

EPS = np.finfo(np.float64).eps
SUPPORT = (
    *rank_two_shift.STATEMENTS,
    *two_perturbations.STATEMENTS,
    *hoffman_wielandt.STATEMENTS,
    *eigenvector_stability.STATEMENTS,
    *davis_kahan.STATEMENTS,
)
TOPIC = (*loss_claims.STATEMENTS, *loss_decomposition.STATEMENTS, *loss_errors.STATEMENTS)
MINE = frozenset(s.id for s in TOPIC)
Floats = np.ndarray[Any, np.dtype[np.float64]]


@pytest.fixture(scope="module")
def results() -> dict[str, StatementResult]:
    theory = Theory("trial", "F5 alone", NOTATION, (*SUPPORT, *TOPIC))
    found: dict[str, StatementResult] = {}
    for identifier in theory.order():
        if identifier in MINE:
            found[identifier] = check_statement(theory[identifier], theory, found)
    return found


STATUSES = {
    Status.REFUTED: ("F5", "F5.better", "F5.worse", "F5.adaptive", "AX2"),
    Status.PROVED: (
        "F5-amended",
        "F5.optimizer",
        "F5.update",
        "F5.stale",
        "F5.overlap",
        "F5.outside",
        "F5.taken-off",
        "F5.weights",
        "F5.training-loss",
        "AX2-amended",
    ),
}


@pytest.mark.parametrize(("identifier", "status"), [(i, s) for s, ids in STATUSES.items() for i in ids])
def test_each_statement_on_the_loss_has_its_status(
    results: dict[str, StatementResult], identifier: str, status: Status
) -> None:
    assert results[identifier].status is status, results[identifier].message


def test_no_statement_on_the_loss_is_left_unchecked_and_no_mutant_survives(
    results: dict[str, StatementResult],
) -> None:
    assert_checked_whole(results, MINE)


# Gradient flow on a quadratic training loss, recorded at equal times, and a quadratic held-out loss.


def lengths_of(first: Floats, second: Floats) -> float:
    return float(np.linalg.norm(first) * np.linalg.norm(second))


@dataclass(frozen=True)
class Flow:
    """Gradients, the window's modes as rows (modes, p), and the stability of each between the halves of the window."""

    train: Floats
    val: Floats
    modes: Floats
    weights: Floats

    @property
    def on(self) -> tuple[Floats, Floats]:
        return self.modes @ self.train, self.modes @ self.val

    @property
    def off(self) -> tuple[Floats, Floats]:
        """What lies outside the modes."""
        inside = self.modes.T @ self.modes
        return self.train - inside @ self.train, self.val - inside @ self.val

    @property
    def rounding(self) -> float:
        return float(64 * len(self.train) * EPS * lengths_of(self.train, self.val))


def modes_of(rows: Floats) -> Floats:
    """Right singular vectors of the rows, those that the rows resolve."""
    _, strengths, directions = np.linalg.svd(rows, full_matrices=False)
    found: Floats = directions[strengths > 1e-9 * strengths[0]]
    return found


@st.composite
def flows(draw: st.DrawFn, same_loss: bool = False, complete: bool = False) -> Flow:
    """Windows from 2 updates; more parameters than updates (something is left out) or as many (nothing is)."""
    size = 2 * draw(st.integers(1, 2))
    p = size if complete else draw(st.integers(size, size + 4))
    generator = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    turn = draw(turns(p))
    curvatures = generator.uniform(0.1, 3, p)
    hessian = turn @ np.diag(curvatures) @ turn.T
    start = generator.normal(size=p)
    times = np.arange(size + 1)[:, None]
    path = (np.exp(-times * curvatures) * (turn.T @ start)) @ turn.T
    rows = np.diff(path, axis=0)
    modes = modes_of(rows)
    halves = [modes_of(half) for half in (rows[: size // 2], rows[size // 2 :])]
    count = min(len(modes), *(len(h) for h in halves))
    weights = np.zeros(len(modes))
    weights[:count] = np.abs((halves[0][:count] * halves[1][:count]).sum(axis=1))
    if complete:
        assume(len(modes) == p)
    train = hessian @ path[-1]
    other = generator.normal(size=(p, p))
    val = train if same_loss else (other @ other.T) @ (path[-1] - generator.normal(size=p))
    return Flow(train, val, modes, np.minimum(weights, 1.0))


@given(flows(), st.floats(0.01, 10))
def test_under_gradient_flow_the_rate_is_the_unweighted_sum_and_what_is_outside(
    flow: Flow, eta: float
) -> None:
    rate = flow.val @ (-eta * flow.train)
    (g, h), (r, q) = flow.on, flow.off
    assert abs(rate + eta * (g @ h) + eta * (r @ q)) <= eta * flow.rounding
    assert abs(rate + eta * (g @ h)) <= eta * (lengths_of(r, q) + flow.rounding)


@given(flows(complete=True))
def test_nothing_is_outside_when_there_are_as_many_modes_as_parameters(flow: Flow) -> None:
    g, h = flow.on
    assert abs(flow.val @ flow.train - g @ h) <= flow.rounding


@given(flows())
def test_the_weighted_sum_errs_by_what_is_outside_and_what_the_weights_take_off(flow: Flow) -> None:
    (g, h), (r, q), lost = flow.on, flow.off, 1 - flow.weights
    error = -flow.val @ flow.train + (flow.weights * g) @ h
    assert abs(error + r @ q + (lost * g) @ h) <= flow.rounding
    weighted = lengths_of(np.sqrt(lost) * g, np.sqrt(lost) * h)
    assert abs(error) <= lengths_of(r, q) + weighted + flow.rounding


@given(flows(same_loss=True))
def test_on_the_training_loss_the_unweighted_sum_is_never_further_off(flow: Flow) -> None:
    g, _ = flow.on
    rate, plain, weighted = -flow.train @ flow.train, -(g @ g), -(flow.weights * g) @ g
    assert rate <= plain + flow.rounding
    assert plain <= weighted + flow.rounding


def error_of(flow: Flow, weights: Floats | float) -> float:
    g, h = flow.on
    return abs(float(-flow.val @ flow.train + (weights * g) @ h))


@pytest.mark.parametrize(
    "broken",
    [
        lambda flow: error_of(flow, flow.weights) > 0.01 * lengths_of(flow.train, flow.val),
        lambda flow: error_of(flow, flow.weights) > error_of(flow, 1.0) + 10 * flow.rounding,
        lambda flow: error_of(flow, 1.0) > error_of(flow, flow.weights) + 10 * flow.rounding,
    ],
    ids=["F5 and AX2: equality", "F5.better", "F5.worse"],
)
def test_gradient_flow_breaks_each_reading_of_the_weights(broken: Callable[[Flow], bool]) -> None:
    assert broken(find(flows(), broken))


def test_with_a_complete_set_of_modes_the_weights_alone_break_the_equality() -> None:
    def broken(flow: Flow) -> bool:
        return error_of(flow, flow.weights) > 0.01 * lengths_of(flow.train, flow.val) and (
            error_of(flow, 1.0) <= flow.rounding
        )

    assert broken(find(flows(complete=True), broken))


# AdamW, step by step as in its paper: the update is a row of the window whatever made it.


def adamw_rows(seed: int, p: int, size: int) -> tuple[Floats, Floats]:
    """The last ``size`` updates of AdamW on a quadratic loss, and the held-out gradient there."""
    generator = np.random.default_rng(seed)
    factor = generator.normal(size=(p, p))
    theta, first, second = generator.normal(size=p), np.zeros(p), np.zeros(p)
    rate, beta1, beta2, decay = 1e-2, 0.9, 0.98, 1.0
    rows = []
    for step in range(1, size + 6):
        gradient = factor @ factor.T @ theta + 0.1 * generator.normal(size=p)
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        drive = (first / (1 - beta1**step)) / (np.sqrt(second / (1 - beta2**step)) + 1e-8)
        rows.append(-rate * (drive + decay * theta))
        theta = theta + rows[-1]
    return np.array(rows[-size:]), generator.normal(size=p)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(0, 6))
def test_an_adamw_update_lies_in_the_modes_of_its_own_window_and_the_training_gradient_does_not_matter(
    seed: int, size: int, more: int
) -> None:
    rows, val = adamw_rows(seed, size + more, size)
    modes = np.linalg.svd(rows, full_matrices=False)[2]
    newest = rows[-1]
    along = (modes @ val) @ (modes @ newest)
    assert abs(val @ newest - along) <= 64 * size * EPS * lengths_of(val, rows)


def test_an_adamw_update_that_is_not_in_the_window_has_a_part_outside_its_modes() -> None:
    rows, val = adamw_rows(3, 8, 4)
    modes = np.linalg.svd(rows[:-1], full_matrices=False)[2]
    outside = val @ rows[-1] - (modes @ val) @ (modes @ rows[-1])
    # A million times the bound that an update in the window obeys.
    assert abs(outside) > 1e6 * 64 * 3 * EPS * lengths_of(val, rows)


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(0, 4), st.floats(0.01, 3), st.floats(0, 2))
def test_for_any_optimizer_the_rate_is_a_sum_over_its_own_direction_and_the_decay(
    seed: int, modes: int, more: int, eta: float, omega: float
) -> None:
    generator = np.random.default_rng(seed)
    p = modes + more
    basis = np.linalg.qr(generator.normal(size=(p, p)))[0].T
    val, drive, theta = generator.normal(size=(3, p))
    rate = val @ (-eta * (drive + omega * theta))
    on, off = basis[:modes], basis[modes:]
    total = sum(((b @ val) @ (b @ drive) + omega * (b @ val) @ (b @ theta)) for b in (on, off))
    assert abs(rate + eta * total) <= 64 * p * EPS * eta * (1 + omega) * lengths_of(
        val, np.vstack([drive, theta])
    )


@given(st.integers(0, 2**32 - 1), st.floats(0, np.pi / 2))
def test_on_a_direction_of_the_last_window_the_mode_keeps_the_squared_cosine(seed: int, angle: float) -> None:
    generator = np.random.default_rng(seed)
    mode, across = np.linalg.qr(generator.normal(size=(5, 2)))[0].T
    stale = np.cos(angle) * mode + np.sin(angle) * across
    train, val = generator.normal(size=(2, 5))
    cross = (
        np.cos(angle) * np.sin(angle) * ((mode @ train) * (across @ val) + (across @ train) * (mode @ val))
    )
    rest = cross + np.sin(angle) ** 2 * (across @ train) * (across @ val)
    product = (stale @ train) * (stale @ val)
    scale = 32 * EPS * lengths_of(train, val)
    assert abs(product - np.cos(angle) ** 2 * (mode @ train) * (mode @ val) - rest) <= scale
    # A gradient along the mode alone: cos² is all there is, and not the cosine of the source's script.
    alone = (stale @ mode) * (stale @ mode)
    assert abs(alone - np.cos(angle) ** 2) <= 32 * EPS


# The stored counterexamples, recomputed from their numbers.


def test_the_stored_flow_has_the_decay_factors_the_cosine_and_the_rate_that_it_claims() -> None:
    decays = np.array([3 / 8, 2 / 3])
    hessian = np.diag(-np.log(decays))
    start = np.array([4.0, 3.0]) / (decays - 1)
    path = np.array([expm(-time * hessian) @ start for time in range(3)])
    first, second = np.diff(path, axis=0)
    assert first == pytest.approx([4, 3], rel=8 * EPS)
    assert second == pytest.approx([1.5, 2], rel=8 * EPS)
    cosine = first @ second / lengths_of(first, second)
    assert cosine == pytest.approx(24 / 25, rel=8 * EPS)
    gradient = hessian @ path[-1]
    modes = np.linalg.svd(np.array([first, second]))[2]
    plain = float((modes @ gradient) @ (modes @ gradient))
    assert plain == pytest.approx(gradient @ gradient, rel=16 * EPS)
    assert cosine * plain == pytest.approx(24 / 25 * (gradient @ gradient), rel=32 * EPS)


def numbers(identifier: str) -> dict[str, float]:
    (statement,) = (s for s in TOPIC if s.id == identifier)
    assert statement.counterexample is not None
    return {str(key): float(value) for key, value in statement.counterexample.values.items()}


@pytest.mark.parametrize(
    ("identifier", "rate", "plain", "weighted"),
    [
        ("F5", -10, -10, -9.6),
        ("F5.better", -10, -10, -9.6),
        ("F5.worse", -9.6, -10, -9.6),
        ("AX2", -10, -10, -70 / 169),
    ],
)
def test_each_stored_set_of_projections_has_the_rate_and_the_sums_of_its_sentence(
    identifier: str, rate: float, plain: float, weighted: float
) -> None:
    n = numbers(identifier)
    products = [n[f"on_train({j})"] * n[f"on_val({j})"] for j in (1, 2)]
    outside = n["off_train"] * n["off_val"]
    assert n["val_rate"] == rate == pytest.approx(-sum(products) - outside)
    assert -sum(products) == plain
    assert -sum(n[f"weight({j})"] * x for j, x in zip((1, 2), products, strict=True)) == pytest.approx(
        weighted
    )


def test_the_stored_preconditioner_makes_the_loss_rise_although_the_products_sum_to_more_than_zero() -> None:
    n = numbers("F5.adaptive")
    products = [n[f"on_train({j})"] * n[f"on_val({j})"] for j in (1, 2)]
    scaled = [n[f"scale({j})"] * x for j, x in zip((1, 2), products, strict=True)]
    assert sum(products) == 1
    assert -sum(scaled) == 8
