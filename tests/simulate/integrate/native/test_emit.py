"""The loops written as C have the values of the loops run by NumPy, for one trajectory and in every lane."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
import sympy as sp

from spectral_edge.simulate import native
from spectral_edge.simulate.integrate.native.emit import HALF_FROM, Emitter
from spectral_edge.simulate.integrate.native.engine import FLAGS
from spectral_edge.simulate.lowering.compiled import CompiledSystem, compile_system
from spectral_edge.simulate.lowering.kernels import straight_as_loops
from spectral_edge.simulate.lowering.loops import LoopProgram
from spectral_edge.simulate.lowering.lower import FUNCTIONS, LoweringError
from spectral_edge.theory.deep_linear.deep_modes import deep_modes, two_layer_modes
from spectral_edge.theory.edge.eigenvalues.level_modes import level_modes
from spectral_edge.theory.edge.gap.gap_modes import gap_modes
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes, strength_modes
from spectral_edge.theory.indexed import Family, IndexedSystem, Law, sum_over
from spectral_edge.theory.system import System

EPS = float(np.finfo(np.float64).eps)
LANES = 8
t, n, a = sp.Symbol("t"), sp.Symbol("n", integer=True, positive=True), sp.Symbol("a")
j, k, m = sp.symbols("j k m", integer=True, positive=True)
x, c = sp.IndexedBase("x", real=True), sp.IndexedBase("c", real=True)
ALL = (1, n)


def trial(rate: sp.Expr, size: int) -> CompiledSystem:
    parameters = (Family(a), Family(c, (ALL, ALL)))
    return compile_system(
        IndexedSystem("trial", t, n, (Law(Family(x, (ALL,)), (j,), rate),), parameters), size
    )


def cases() -> Iterator[tuple[str, CompiledSystem]]:
    for size in (2, 5, HALF_FROM):  # one vector not filled, one and a bit, and sums over half of the pairs
        yield f"repelling {size}", compile_system(strength_modes(repelling=True), size)
    yield "changing", compile_system(changing_strength_modes(repelling=True), 6)
    yield "gaps", compile_system(gap_modes(), 5)
    yield "levels", compile_system(level_modes(), 4)
    yield "two layers", compile_system(two_layer_modes(), 5)
    yield "deep", compile_system(deep_modes(), 3)
    yield "written out", compile_system(strength_modes(repelling=True).written_out(3))
    forms = {
        "matrix": sum_over(c[j, k] * x[k], k, *ALL),
        "transpose": sum_over(c[k, j] * x[k], k, *ALL, but=(j,)),
        "nested": sum_over(x[k] * sum_over(c[k, m] * x[m], m, *ALL, but=(j,)), k, *ALL, but=(j,)),
        "whole": sp.exp(-sum_over(x[k] ** 2, k, *ALL)) * x[j],
        "bounds": sum_over(x[k] * x[j], k, j, n) - sum_over(x[k] ** 3, k, 1, j - 1),
        "numbers": j * x[j] + sum_over(k**2 * x[k] * sp.sin(j * a), k, *ALL),
        "fixed": x[1] * x[n] * a + sp.tanh(t),
        "even": sum_over(1 / (x[j] + x[k]), k, *ALL, but=(j,)),
        "functions inside": sum_over(sp.Abs(x[j] - x[k]) ** a * sp.Max(x[j], x[k]), k, *ALL, but=(j,)),
    }
    for name, rate in forms.items():
        if name == "functions inside":  # its derivative holds what cannot be lowered
            continue
        yield name, trial(rate, 5)
    yield "even, halved", trial(forms["even"], HALF_FROM)
    u, v = sp.symbols("u v")
    every = [f(*((u, v)[: count or 2])) for f, (_, count) in FUNCTIONS.items() if f not in (sp.asin, sp.acos)]
    smooth = [e for e in every if not e.has(sp.Abs, sp.sign, sp.Max, sp.Min)]
    functions = System(
        "functions", t, (u, v), (), (sp.Add(*smooth), sp.asin(u / 3) + sp.acos(v / 3) + u**sp.pi)
    )
    yield "functions", compile_system(functions)


CASES = list(cases())


def as_loops(compiled: CompiledSystem) -> tuple[LoopProgram, LoopProgram]:
    count = len(compiled.system.states)
    return tuple(
        p if isinstance(p, LoopProgram) else straight_as_loops(p, count, matrix=matrix)
        for p, matrix in ((compiled.rates, False), (compiled.slopes, True))
    )  # type: ignore[return-value]


@pytest.fixture(scope="module")
def library() -> Any:
    """All cases in one library: the right-hand side, the Jacobian, and the right-hand side with lanes."""
    if not native.available():
        pytest.skip("no C compiler here")
    text = [
        files("spectral_edge.simulate.integrate.native").joinpath("prelude.c").read_text(encoding="utf-8")
    ]
    for number, (_, compiled) in enumerate(CASES):
        rates, slopes = as_loops(compiled)
        for prefix, program, lanes in (("r", rates, False), ("j", slopes, False), ("l", rates, True)):
            text.append(Emitter(program, f"{prefix}{number}", lanes=lanes).source())
            real = "lane" if lanes else "double"
            text.append(
                f"void call_{prefix}{number}(double t, const {real} *y, const {real} *p, {real} *f) {{\n"
                f"{real} *w = aligned_alloc(64, sizeof({real}) * {prefix}{number}_work / 8 * 8 + 64 * 8);\n"
                f"{prefix}{number}_prepare(p, w);\n"
                f"{prefix}{number}({'lane_all(t)' if lanes else 't'}, y, p, w, f); free(w); }}"
            )
    return native.load("\n".join(text), FLAGS)


def drawn(compiled: CompiledSystem, batch: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    states = rng.uniform(0.5, 2.0, (len(compiled.system.states), *batch))
    return states, rng.uniform(0.5, 2.0, (len(compiled.system.parameters), *batch))


def aligned(shape: tuple[int, ...]) -> np.ndarray:
    room = np.zeros(int(np.prod(shape)) + 8)
    start = -room.ctypes.data % 64 // 8
    return room[start : start + int(np.prod(shape))].reshape(shape)


def call(function: Any, *arrays: np.ndarray) -> None:
    function(ctypes.c_double(0.3), *(ctypes.c_void_p(array.ctypes.data) for array in arrays))


def close(found: np.ndarray, wanted: np.ndarray) -> bool:
    # Other orders of sums, and products that are contracted with sums: some hundred roundings, relative to the largest
    # value, from which others may come by cancellation.
    return bool(np.abs(found - wanted).max() <= 1024 * EPS * max(np.abs(wanted).max(), 1))


def named(compiled: CompiledSystem, values: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip((s.name for s in compiled.system.parameters), values, strict=True))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[name for name, _ in CASES])
def test_rates_and_jacobian_in_c_are_those_of_numpy(library: Any, number: int) -> None:
    compiled = CASES[number][1]
    states, parameters = drawn(compiled, ())
    count = len(states)
    rates, slopes = np.full(count, np.nan), np.full((count, count), np.nan)
    call(library[f"call_r{number}"], states, parameters, rates)
    call(library[f"call_j{number}"], states, parameters, slopes)
    wanted = compiled.rhs(0.3, states, named(compiled, parameters))
    assert close(rates, wanted)
    assert close(slopes, compiled.jacobian(0.3, states, named(compiled, parameters)))
    assert not close(rates + 1e-9 * np.abs(wanted).max(), wanted)


@pytest.mark.parametrize("number", range(len(CASES)), ids=[name for name, _ in CASES])
def test_every_lane_has_the_rates_of_its_own_trajectory(library: Any, number: int) -> None:
    compiled = CASES[number][1]
    states, parameters = drawn(compiled, (LANES,))
    y, p, f = aligned(states.shape), aligned(parameters.shape), aligned(states.shape)
    y[...], p[...] = states, parameters
    call(library[f"call_l{number}"], y, p, f)
    assert close(f, compiled.rhs(0.3, states, named(compiled, parameters)))


def test_each_pair_is_divided_once() -> None:
    rates, _ = as_loops(dict(CASES)["repelling 5"])
    assert "const lane pair" in Emitter(rates, "f", lanes=True).source()
    assert "pair" not in Emitter(as_loops(dict(CASES)["matrix"])[0], "f", lanes=True).source()


def test_the_source_is_as_long_for_many_modes_as_for_few() -> None:
    lengths = []
    for size in (30, 100):
        rates, slopes = as_loops(compile_system(strength_modes(repelling=True), size))
        text = "".join(Emitter(program, "f", lanes=False).source() for program in (rates, slopes))
        lengths.append(text.count("\n"))
    assert lengths[0] == lengths[1]


def test_what_depends_on_parameters_alone_is_computed_before_the_steps() -> None:
    rates, _ = as_loops(trial(sp.exp(a) * x[j], 3))
    prepare, compute = Emitter(rates, "f", lanes=False).source().split("static void f(")
    assert "one_exp" in prepare
    assert "one_exp" not in compute


def test_an_operation_without_a_counterpart_is_refused() -> None:
    u = sp.Symbol("u")
    rates, _ = as_loops(compile_system(System("s", t, (u,), (), (sp.sin(u),))))
    ((_, operands),) = [step for step in rates.operations if step[0] is np.sin]
    strange = tuple(
        (np.spacing, o) if o == operands and op is np.sin else (op, o) for op, o in rates.operations
    )
    altered = LoopProgram(
        rates.families, rates.ranges, rates.constants, strange, rates.results, rates.rows, rates.columns
    )
    with pytest.raises(LoweringError, match=r"spacing.* has no counterpart in C"):
        Emitter(altered, "f", lanes=False).source()
