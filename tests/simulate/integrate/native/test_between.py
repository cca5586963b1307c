"""Between the ends of its steps the native engine has the accuracy of a step, by either method, in every lane."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from spectral_edge.simulate import native
from spectral_edge.simulate.integrate import Outcome, integrate
from spectral_edge.simulate.integrate.native.engine import FLAGS, Engine, Run, source
from spectral_edge.simulate.integrate.native.watch import Watch
from spectral_edge.simulate.lowering.compiled import compile_system
from spectral_edge.theory.system import System

pytestmark = pytest.mark.skipif(not native.available(), reason="no C compiler here")

t, a, b = sp.symbols("t a b")
u, v = sp.symbols("u v")
MODE = System("mode", t, (u,), (a, b), (-a * u + b / u,))
PROTHERO = System("Prothero–Robinson", t, (u,), (a,), (-a * (u - sp.cos(t)) - sp.sin(t),))
POLE = System("pole", t, (u, v), (), (u**2, -v))
SIZE = 3
STATES = sp.symbols(f"x:{SIZE}")
ENTRIES = sp.symbols(f"A:{SIZE}:{SIZE}")
DAMPED = System(
    "damped",
    t,
    STATES,
    (*ENTRIES, b),
    tuple(
        sum(ENTRIES[SIZE * i + j] * STATES[j] for j in range(SIZE)) - b * STATES[i] ** 3 for i in range(SIZE)
    ),
)


@cache
def engine(system: System, *, lanes: bool = False) -> Engine:
    return Engine(compile_system(system), lanes=lanes, watched=True)


def closed_form(start: float, decay: float, drive: float, time: np.ndarray) -> np.ndarray:
    return np.sqrt(drive / decay + (start**2 - drive / decay) * np.exp(-2 * decay * time))


def fitted_order(errors: list[float]) -> float:
    """Slope of error over step, each step half of the one before."""
    return float(np.polyfit(np.arange(len(errors)), -np.log2(errors), 1)[0])


def kept(
    system: System, start: object, given: object, end: float, lanes: bool = False, **more: object
) -> Run:
    initial = np.atleast_2d(np.asarray(start, dtype=float))
    parameters = np.broadcast_to(np.asarray(given, dtype=float), (len(initial), len(system.parameters)))
    watch = Watch(None, len(system.states), dense=True)
    return engine(system, lanes=lanes).run(initial, parameters, np.array([0.0, end]), watch=watch, **more)


def test_the_polynomial_of_a_step_is_of_order_seven_and_a_shorter_step_of_order_eight() -> None:
    """Each errs by one power of the length more in one step."""
    probe = """
    void probe(double t, double h, const double *y, const double *p, double share, double *found) {
        struct within *r = calloc(1, sizeof *r);
        const struct settings s = {.rtol = 1, .atol = 1};
        double five, three;
        long rates = 0;
        r->t = t, r->h = h, r->y[0] = y[0];
        one_rate_prepare(p, r->work);
        one_rate(t, y, p, r->work, r->k[0]);
        one_stages(t, h, y, p, r->work, r->k, r->mid, r->end, &s, &five, &three);
        one_rate(t + h, r->end, p, r->work, r->k[12]);
        one_extension(t, h, y, r->end, p, r->work, r->k, r->mid, r->part);
        polynomial_at(r, share);
        found[0] = r->at[0];
        state_at(r, 0, t + share * h, p, &s, &rates);
        found[1] = r->at[0];
        free(r);
    }
    """
    library = native.load(source(compile_system(MODE), lanes=False, watched=True) + probe, FLAGS)
    start, values = np.array([3.0]), np.array([0.25, 0.75])
    errors: tuple[list[float], list[float]] = ([], [])
    for length in (3.2, 1.6, 0.8):
        found = np.empty(2)
        at = (ctypes.c_void_p(array.ctypes.data) for array in (start, values, found))
        library.probe(
            ctypes.c_double(0.0), ctypes.c_double(length), next(at), next(at), ctypes.c_double(0.5), next(at)
        )
        wanted = closed_form(3.0, 0.25, 0.75, np.array(length / 2))
        for each, value in zip(errors, found, strict=True):
            each.append(abs(value - float(wanted)))
    assert 7.5 < fitted_order(errors[0]) < 8.5
    assert 8.5 < fitted_order(errors[1]) < 9.5


@pytest.mark.parametrize("lanes", [False, True])
def test_between_fixed_steps_the_solution_is_of_order_eight(lanes: bool) -> None:
    times = np.linspace(0, 6, 83)
    errors = []
    for steps in (4, 8, 16):
        run = kept(
            MODE, [3.0], [0.25, 0.75], 6.0, lanes,
            rtol=1e9, atol=1e6, mode="explicit", first_step=6 / steps, longest_step=6 / steps,
        )  # fmt: skip
        assert run.seen is not None
        assert len(run.seen.steps) == steps
        found = engine(MODE).between(run, np.array([[0.25, 0.75]]), times, rtol=1e9, atol=1e6)
        errors.append(np.abs(found[0, :, 0] - closed_form(3.0, 0.25, 0.75, times)).max())
    assert 7.5 < fitted_order(errors) < 8.5


@given(
    entries=st.lists(st.floats(-1, 1), min_size=SIZE**2, max_size=SIZE**2),
    start=st.lists(st.floats(-2, 2), min_size=SIZE, max_size=SIZE),
    damping=st.floats(0, 1),
    end=st.floats(0.5, 4).flatmap(lambda x: st.sampled_from([x, -x])),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
@settings(max_examples=25, deadline=None)
def test_at_random_times_random_systems_agree_with_scipy(
    entries: list[float], start: list[float], damping: float, end: float, shares: list[float]
) -> None:
    damping = float(np.copysign(damping, end))  # backwards the cubic term would drive the state away
    matrix, times = np.array(entries).reshape(SIZE, SIZE), end * np.unique(shares)
    names = dict(zip((s.name for s in DAMPED.parameters), [*entries, damping], strict=True))
    rtol, atol = 1e-8, 1e-9
    found = integrate(DAMPED, start, names, (0, end), rtol=rtol, atol=atol, backend="native", dense=True)
    wanted = solve_ivp(
        lambda _, y: matrix @ y - damping * y**3, (0, end), start, "DOP853", times, rtol=1e-12, atol=1e-13
    )
    assume(wanted.success)
    values = found.dense(wanted.t)
    # Errors of steps, told for each, grow at most like the logarithmic norm says; the cubic term only shrinks them.
    growth = max(np.linalg.eigvalsh(np.sign(end) * (matrix + matrix.T) / 2).max(), 0)
    allowed = (int(found.steps) + 1) * np.linalg.norm(found.dense.error) * np.exp(growth * abs(end))
    assert np.abs(values - wanted.y).max(initial=0) <= allowed


@pytest.mark.parametrize("stiffness", [1e2, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("method", ["switching", "stiff"])
@pytest.mark.parametrize("start", [1.0, 2.0], ids=["slow", "fast at first"])
def test_steps_of_the_stiff_method_have_the_told_accuracy_inside_too(
    stiffness: float, method: str, start: float
) -> None:
    found = integrate(
        PROTHERO, [start], {"a": stiffness}, (0, 6), backend="native", method=method, dense=True
    )
    times = np.concatenate([np.linspace(0, 6, 301), np.geomspace(1e-9, 1, 300)])
    exact = np.cos(times) + (start - 1) * np.exp(-stiffness * times)
    # The fast part forgets the errors of all steps but the last ones.
    assert np.abs(found.dense(times)[0] - exact).max() <= 3 * found.dense.error[0]


@pytest.mark.parametrize(
    ("system", "start", "given", "end"),
    [(MODE, 3.0, [0.25, 0.75], 6.0), (PROTHERO, 1.0, [1e4], 6.0), (MODE, 3.0, [0.25, 0.75], -1.0)],
    ids=["explicit", "stiff", "backwards"],
)
def test_just_before_the_end_of_a_step_it_is_the_state_there(
    system: System, start: float, given: list[float], end: float
) -> None:
    run = kept(system, [start], given, end, rtol=1e-9, atol=1e-12)
    assert run.seen is not None
    ends, states = run.seen.steps[:, 1], run.seen.steps[:, 3]
    found = engine(system).between(
        run, np.array([given]), np.nextafter(ends[1:], ends[0]), rtol=1e-9, atol=1e-12
    )
    eps = np.finfo(np.float64).eps
    # A spacing of time moves the state by its slope times that, and a step rounds some dozens of times.
    np.testing.assert_allclose(found[0, :, 0], states[1:], atol=64 * eps * np.abs(states).max())
    at = engine(system).between(run, np.array([given]), ends, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(at[0, :, 0], states)


def test_every_lane_keeps_its_own_steps_and_threads_change_nothing() -> None:
    rng = np.random.default_rng(3)
    starts, given = rng.uniform(0.5, 3, (45, 1)), rng.uniform(0.2, 2, (45, 2))
    times = np.linspace(-0.5, 3.5, 41)
    inside = (times >= 0) & (times <= 3)
    found = []
    for order, threads in ((slice(None), 1), (slice(None, None, -1), 1), (slice(None), 2)):
        run = engine(MODE, lanes=True).run(
            starts[order], given[order], np.array([0.0, 3.0]),
            rtol=1e-9, atol=1e-12, threads=threads, watch=Watch(None, 1, dense=True),
        )  # fmt: skip
        states = engine(MODE).between(run, given[order], times, rtol=1e-9, atol=1e-12, threads=threads)
        found.append(states[order])
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])
    assert np.isnan(found[0][:, ~inside]).all()
    for i in range(45):
        exact = closed_form(starts[i, 0], *given[i], times[inside])
        np.testing.assert_allclose(found[0][i, inside, 0], exact, rtol=100 * 1e-9)


def test_up_to_a_pole_there_is_a_solution_and_after_it_none() -> None:
    rates = np.linspace(0.5, 2, 20)
    start = np.array([rates, np.ones(20)])
    found = integrate(POLE, start, {}, (0, 3), backend="native", dense=True)
    poles = 1 / rates
    assert (found.outcomes[poles < 3] == Outcome.BLOW_UP).all()
    for i in range(20):
        times = np.array([0.0, 0.5, 0.9, 0.999, 1.001]) * poles[i]
        states = found.dense(times)[:, :, i]
        np.testing.assert_allclose(states[0, :4], rates[i] / (1 - times[:4] * rates[i]), rtol=1e-6)
        np.testing.assert_allclose(states[1, :4], np.exp(-times[:4]), rtol=1e-8)
        assert np.isnan(states[:, 4]).all()
    last = found.dense(found.stop_t)  # every trajectory at all the times at which one stopped
    np.testing.assert_array_equal(last[:, np.arange(20), np.arange(20)], found.stop_y)


def test_keeping_steps_changes_none_of_them() -> None:
    rng = np.random.default_rng(4)
    starts, given = rng.uniform(0.5, 3, (30, 1)), rng.uniform(0.2, 2, (30, 2))
    for lanes in (False, True):
        plain, watched, other = (
            each.run(starts, given, np.array([0.0, 3.0]), rtol=1e-9, atol=1e-12, watch=w)
            for each, w in (
                (engine(MODE, lanes=lanes), None),
                (engine(MODE, lanes=lanes), Watch(None, 1, dense=True)),
                (Engine(compile_system(MODE), lanes=lanes), None),
            )
        )
        # Compiled without what watches, the same but for rounding.
        np.testing.assert_allclose(other.y, plain.y, rtol=1e-12)
        np.testing.assert_array_equal(other.steps, plain.steps)
        np.testing.assert_array_equal(plain.y, watched.y)
        np.testing.assert_array_equal(plain.steps, watched.steps)
        assert watched.seen is not None
        assert not watched.seen.hits.size
        begins = watched.seen.steps
        assert (np.diff(begins[:, 0]) >= 0).all()
        np.testing.assert_array_equal(begins[np.searchsorted(begins[:, 0], np.arange(30)), 3], starts[:, 0])


def test_an_engine_that_was_compiled_without_it_refuses_to_watch() -> None:
    with pytest.raises(ValueError, match="give watched=True when it is made"):
        Engine(compile_system(MODE), lanes=False).run(
            np.ones((1, 1)),
            np.ones((1, 2)),
            np.array([0.0, 1.0]),
            rtol=1e-6,
            atol=1e-9,
            watch=Watch(None, 1, dense=True),
        )
