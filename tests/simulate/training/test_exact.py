"""Networks whose training can be written down: trained weights and recorded spectra agree with the formulas.

That is what the recorded numbers are trusted for. All runs are in float64.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import DeepLinear, LinearModel
from spectral_edge.simulate.optimizers import SGD
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.tasks import LinearTeacher, QuadraticBowl
from spectral_edge.simulate.train import train

Array = npt.NDArray[np.float64]
EPS = float(np.finfo(np.float64).eps)
WINDOW, STRIDE, STEPS = 4, 3, 60
CURVATURES = (3.0, 1.0, 0.4, 0.1, 0.03, 0.0)

# Every step multiplies and adds a handful of numbers, each rounded once.
ROUNDING = 16 * STEPS * EPS


def described(**changes: object) -> RunDescription:
    settings: dict[str, object] = {
        "task": QuadraticBowl(CURVATURES),
        "network": LinearModel(),
        "optimizer": SGD(learning_rate=0.2),
        "steps": STEPS,
        "seeds": (0, 5),
        "recording": Recording(WINDOW, STRIDE, keep_rows_at=(30, 60)),
        "evaluate_every": 20,
        "dtype": "float64",
    }
    return RunDescription(**(settings | changes))  # type: ignore[arg-type]


def check_spectra(run: Run, weights: Array) -> None:
    """Compare all that was recorded with the exact weights ``(steps + 1, S, p)``."""
    np.testing.assert_allclose(run.final_weights, weights[-1], rtol=0, atol=ROUNDING * abs(weights).max())
    rows = np.diff(weights[::STRIDE], axis=0)  # (steps/stride, S, p)
    for r, step in enumerate(run.record_steps):
        newest = step // STRIDE
        window = rows[newest - WINDOW - 1 : newest].swapaxes(0, 1)  # (S, W+1, p)
        size = np.linalg.norm(window, axis=2).max()
        # Weights are known to ROUNDING, so a difference of two is known to twice that.
        blur = 2 * ROUNDING * abs(weights).max() * window.shape[2] ** 0.5
        inner = window @ window.swapaxes(1, 2)
        np.testing.assert_allclose(run.inner[:, r], inner, rtol=0, atol=3 * size * blur)
        sigma = np.linalg.svd(window[:, 1:], compute_uv=False)
        assert run.resolved[:, r, 0].all()
        for found, wanted, resolved in zip(run.sigma[:, r], sigma, run.resolved[:, r], strict=True):
            np.testing.assert_allclose(found[resolved], wanted[resolved], rtol=0.01, atol=0)
            np.testing.assert_allclose(found[0], wanted[0], rtol=0, atol=3 * blur * WINDOW**0.5)
        if step in run.kept_rows:
            np.testing.assert_allclose(run.kept_rows[step], window, rtol=0, atol=blur)


@pytest.mark.parametrize("decay", [0.0, 0.7])
def test_gradient_descent_in_a_bowl_is_a_power(decay: float) -> None:
    run = train(described(optimizer=SGD(learning_rate=0.2, weight_decay=decay)))
    start = np.stack([run.description.network.initial(run.description.task, seed) for seed in (0, 5)])
    factor = 1 - 0.2 * (np.array(CURVATURES) + decay)  # decoupled decay adds itself to every curvature
    weights = start * factor ** np.arange(STEPS + 1)[:, None, None]
    check_spectra(run, weights)
    loss = 0.5 * (np.array(CURVATURES) * weights[run.evaluation_steps] ** 2).sum(axis=2).T
    np.testing.assert_allclose(run.train_loss, loss, rtol=ROUNDING, atol=0)


@pytest.mark.parametrize("nesterov", [False, True])
def test_momentum_in_a_bowl_is_a_power_of_a_matrix(nesterov: bool) -> None:
    eta, beta = 0.1, 0.8
    run = train(described(optimizer=SGD(learning_rate=eta, momentum=beta, nesterov=nesterov)))
    start = np.stack([run.description.network.initial(run.description.task, seed) for seed in (0, 5)])
    weights = np.empty((STEPS + 1, 2, len(CURVATURES)))
    for j, h in enumerate(CURVATURES):
        # b' = βb + hθ; θ' = θ − η b', with Nesterov θ' = θ − η(hθ + β b').
        if nesterov:
            move = np.array([[1 - eta * h * (1 + beta), -eta * beta**2], [h, beta]])
        else:
            move = np.array([[1 - eta * h, -eta * beta], [h, beta]])
        for t in range(STEPS + 1):
            weights[t, :, j] = np.linalg.matrix_power(move, t)[0, 0] * start[:, j]
    check_spectra(run, weights)


def test_a_linear_model_decays_along_the_axes_of_its_inputs() -> None:
    task = LinearTeacher(features=5, values=3, strengths=(2.0, 1.0), train_count=9, noise=0.3, whitened=False)
    eta = 0.1
    run = train(described(task=task, optimizer=SGD(learning_rate=eta), seeds=(0, 5)))
    exact = np.empty((STEPS + 1, 2, 15))
    for s, seed in enumerate((0, 5)):
        x, y, _, _ = task.data(seed)
        moment = x.T @ x / 9
        rates, axes = np.linalg.eigh(moment)
        best = y.T @ x / 9 @ np.linalg.inv(moment)
        start = run.description.network.initial(task, seed).reshape(3, 5)
        for t in range(STEPS + 1):
            left = (start - best) @ axes * (1 - eta * rates) ** t
            exact[t, s] = (best + left @ axes.T).ravel()
        # The inverse loses as many digits as the inputs are ill-conditioned.
        assert rates[-1] / rates[0] < 1e3
    np.testing.assert_allclose(run.final_weights, exact[-1], rtol=0, atol=1e3 * ROUNDING * abs(exact).max())
    rows = np.diff(exact[::STRIDE], axis=0)[-WINDOW - 1 :].swapaxes(0, 1)
    np.testing.assert_allclose(
        run.inner[:, -1], rows @ rows.swapaxes(1, 2), rtol=0, atol=1e3 * ROUNDING * abs(exact).max() ** 2
    )


TEACHER = LinearTeacher(features=4, values=4, strengths=(3.0, 2.0, 1.0), train_count=12)


def modes(depth: int, eta: float, scale: float, steps: int) -> Array:
    """The value of each mode in each matrix, ``(steps + 1, modes)``: one recursion of one number each."""
    strengths = np.array([*TEACHER.strengths, 0.0])
    values = np.full((steps + 1, 4), scale)
    for t in range(steps):
        a = values[t]
        values[t + 1] = a + eta * a ** (depth - 1) * (strengths - a**depth)
    return values


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
def test_modes_of_an_aligned_deep_linear_network_are_learned_one_by_one(depth: int) -> None:
    eta, scale = 0.05, 0.4
    network = DeepLinear(depth=depth, width=6, scale=scale, start="aligned")
    run = train(described(task=TEACHER, network=network, optimizer=SGD(learning_rate=eta)))
    values = modes(depth, eta, scale, STEPS)
    loss = 0.5 * ((np.array([3.0, 2.0, 1.0, 0.0]) - values**depth) ** 2).sum(axis=1)
    # Depth·4 products on the way in and back; modes grow by at most e^(η·3·steps), and errors with them.
    growth = 1e4
    for s in range(2):
        np.testing.assert_allclose(
            run.train_loss[s], loss[run.evaluation_steps], rtol=0, atol=growth * depth * ROUNDING
        )
    # In every matrix a mode is one direction, so that rows have L times the inner products of the modes.
    moves = np.diff(values[::STRIDE], axis=0)
    for r, step in enumerate(run.record_steps):
        rows = moves[step // STRIDE - WINDOW - 1 : step // STRIDE]
        wanted = depth * rows @ rows.T
        np.testing.assert_allclose(run.inner[0, r], wanted, rtol=0, atol=growth * depth * ROUNDING)


def test_for_small_steps_a_mode_follows_the_logistic_curve() -> None:
    scale, time = 0.4, 2.0

    def error(steps: int) -> float:
        eta = time / steps
        network = DeepLinear(depth=2, width=4, scale=scale, start="aligned")
        description = described(task=TEACHER, network=network, optimizer=SGD(learning_rate=eta), steps=steps)
        run = train(replace(description, recording=None, evaluate_every=steps))
        # Saxe et al., equation 8: u(t) = s e^{2st}/(e^{2st} − 1 + s/u_0), u = a².
        s = np.array(TEACHER.strengths)
        u = s * np.exp(2 * s * time) / (np.exp(2 * s * time) - 1 + s / scale**2)
        # The mode that is not taught decays by itself: u' = −2u², u = u_0/(1 + 2 u_0 t).
        idle = scale**2 / (1 + 2 * scale**2 * time)
        loss = 0.5 * (((s - u) ** 2).sum() + idle**2)
        return float(abs(run.train_loss[0, -1] - loss))

    coarse, fine = error(200), error(400)
    assert fine < coarse < 0.05
    assert 1.8 < coarse / fine < 2.2  # Euler's method is of first order
