"""Gradients through the solver are the sensitivities, and tensors compute what the program says."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.integrate import integrate
from spectral_edge.simulate.integrate.backend import BackendError
from spectral_edge.simulate.integrate.torch_gradient import Unfinished, integrate_tensors
from spectral_edge.simulate.integrate.torch_lowering import OPERATIONS, TensorProgram
from spectral_edge.simulate.lowering.lower import FUNCTIONS, lower
from spectral_edge.theory.system import System

RTOL, ATOL = 1e-10, 1e-12
EPS = float(np.finfo(np.float64).eps)
t, a, b, u, v = sp.symbols("t a b u v", real=True)
PENDULUM = System("pendulum", t, (u, v), (a, b), (v, -a * sp.sin(u) + b * sp.cos(t)))
DECAY = System("decay", t, (u,), (a,), (-a * u,))


def tensor(values: object) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=3, deadline=None)
def test_gradients_are_the_sensitivities(seed: int) -> None:
    rng = np.random.default_rng(seed)
    start, rate, force = rng.uniform(-1, 1, (2, 3)), rng.uniform(0.2, 2, 3), rng.uniform(0, 0.5)
    at = np.array([0.0, 1.0, 2.5])
    y, p, q = tensor(start), tensor(rate), tensor(force)
    states = integrate_tensors(PENDULUM, y, {"a": p, "b": q}, at)
    wanted = integrate(
        PENDULUM, start, {"a": rate, "b": force}, (0, 2.5), at, sensitivities=("a", "b", "u", "v")
    )
    # Both err by a unit a step, and grow as e^(√a t), at most e^3.6, twice in a derivative.
    allowed = 10 * 10 * RTOL * (int(wanted.steps.max()) + 1) * np.exp(3.6)
    np.testing.assert_allclose(states.detach().numpy(), wanted.y, atol=allowed, rtol=0)
    weights = torch.tensor(rng.normal(size=tuple(states.shape)))
    (states * weights).sum().backward()
    by = {k: (weights.numpy() * s).sum((0, 1)) for k, s in wanted.sensitivities.items()}
    np.testing.assert_allclose(p.grad.numpy(), by["a"], atol=10 * allowed, rtol=0)
    np.testing.assert_allclose(q.grad.numpy(), by["b"].sum(), atol=10 * allowed, rtol=0)
    np.testing.assert_allclose(y.grad.numpy(), [by["u"], by["v"]], atol=10 * allowed, rtol=0)


def test_a_gradient_is_that_of_a_finite_difference() -> None:
    def end(rate: float) -> float:
        return integrate_tensors(DECAY, tensor([1.0]), {"a": rate}, [0, 2])[0, -1].item()

    rate, step = tensor(0.8), 1e-3
    integrate_tensors(DECAY, tensor([1.0]), {"a": rate}, [0, 2])[0, -1].backward()
    difference = (end(0.8 + step) - end(0.8 - step)) / (2 * step)
    # The difference errs by step² times a sixth of the third derivative, 8 e^−1.6, and by twenty or so errors of a
    # step over the step.
    assert abs(rate.grad.item() - difference) <= 8 * np.exp(-1.6) / 6 * step**2 * 1.01 + 20 * RTOL / step
    assert abs(rate.grad.item() - -2 * np.exp(-1.6)) <= 1000 * RTOL


def test_all_trajectories_and_both_directions_of_time_have_gradients() -> None:
    rates = tensor([[0.5], [-3.0]])
    start = tensor([[1.0, 2.0, 3.0]])
    at = [0.0, -0.5, -1.0]
    found = integrate_tensors(DECAY, start, {"a": rates}, at)
    assert found.shape == (1, 3, 2, 3)
    (by_start,) = torch.autograd.grad(found[0, -1].sum(), start)
    np.testing.assert_allclose(by_start[0], [np.exp(0.5) + np.exp(-3.0)] * 3, rtol=1000 * RTOL)


def test_a_trajectory_that_stops_has_no_gradient_and_says_where() -> None:
    blow_up = System("blow-up", t, (u,), (a,), (a * u**2,))
    with pytest.raises(Unfinished, match=r"trajectory 1 stopped at t=1\.00000"):
        integrate_tensors(blow_up, tensor([1.0]), {"a": tensor([0.1, 1.0])}, [0, 2])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"at": [0.0]}, "give at least two times"),
        ({"at": [0.0, 2.0, 1.0]}, "in that order"),
        ({"method": "Euler"}, "give one of DOP853, RK45, RK23"),
        ({"initial": torch.ones(1)}, "give float64"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], message: str) -> None:
    asked: dict[str, object] = {"initial": tensor([1.0]), "parameters": {"a": 1.0}, "at": [0.0, 1.0]}
    with pytest.raises(ValueError, match=message):
        integrate_tensors(DECAY, **(asked | changes))


EXPRESSIONS = [u / 3 + a**5 - sp.E, (2 + u) ** a, sp.sqrt(2 + u * a), sp.Abs(u) + sp.sign(a), sp.Max(u, a, 0)]
EXPRESSIONS += [sp.Min(u, a), sp.exp(u) * sp.log(2 + a), sp.sin(u) + sp.cos(a) - sp.tan(u), sp.Integer(3)]
EXPRESSIONS += [
    sp.asin(u) + sp.acos(a) + sp.atan(u * a),
    sp.atan2(u, a),
    sp.sinh(u) / sp.cosh(a) + sp.tanh(t),
]


@given(values=st.lists(st.floats(-0.9, 0.9), min_size=9, max_size=9))
def test_tensors_compute_what_the_program_computes(values: list[float]) -> None:
    program = lower(EXPRESSIONS, (t, u, a))
    array = np.array(values).reshape(3, 3)
    rows = torch.tensor(array)
    found = TensorProgram(program, torch.device("cpu"))(rows[0], rows[1:2], rows[2:])
    assert found.shape == (len(EXPRESSIONS), 3)
    np.testing.assert_allclose(found.numpy(), program(*array), rtol=64 * EPS, atol=64 * EPS)


def test_every_operation_of_a_program_is_known_to_tensors() -> None:
    assert {operation for operation, _ in FUNCTIONS.values()} <= set(OPERATIONS)


def test_lanes_are_filled_again_without_a_difference() -> None:
    rng = np.random.default_rng(2)
    start, rates = rng.uniform(-1, 1, (2, 11)), rng.uniform(0.2, 20.0, 11)
    at = np.linspace(0, 3, 4)
    found = [
        integrate(PENDULUM, start, {"a": rates, "b": 0.1}, (0, 3), at, backend="torch", lanes=lanes)
        for lanes in (1, 3, 64)
    ]
    for other in found[:2]:
        np.testing.assert_allclose(other.y, found[2].y, rtol=0, atol=1000 * RTOL)
        assert np.abs(other.steps - found[2].steps).max() <= 1


def test_each_trajectory_takes_the_steps_that_it_needs() -> None:
    rates = np.array([0.1, 100.0])
    oscillator = System("oscillator", t, (u, v), (a,), (v, -(a**2) * u))
    found = integrate(oscillator, [1.0, 0.0], {"a": rates}, (0, 3), backend="torch")
    assert found.steps[0] < 20 < 100 < found.steps[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"device": "abacus"}, "device='abacus' cannot be used"), ({"lanes": 0}, "lanes=0; give at least 1")],
)
def test_bad_options_are_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(BackendError, match=message):
        integrate(DECAY, [1.0], {"a": 1.0}, (0, 1), backend="torch", **options)


@pytest.mark.gpu
def test_a_gpu_gives_the_same_solution() -> None:
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA device")
    start, rates = np.array([[0.5], [0.1]]), np.linspace(0.2, 2.0, 50)
    one, other = (
        integrate(PENDULUM, start, {"a": rates, "b": 0.1}, (0, 3), backend="torch", device=device)
        for device in ("cpu", "cuda")
    )
    np.testing.assert_allclose(one.y, other.y, rtol=0, atol=1000 * RTOL)
