"""Sums that are kept as loops have the values of sums written out; what cannot be lowered is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from spectral_edge.simulate.lowering.compiled import ParameterError, compile_system
from spectral_edge.simulate.lowering.indexed import lower_jacobian, lower_rates
from spectral_edge.simulate.lowering.loops import Loop, Total
from spectral_edge.simulate.lowering.lower import LoweringError
from spectral_edge.theory.deep_linear.deep_modes import deep_modes, two_layer_modes
from spectral_edge.theory.edge.eigenvalues.level_modes import level_modes
from spectral_edge.theory.edge.gap.gap_modes import gap_modes
from spectral_edge.theory.edge.strengths.strength_modes import changing_strength_modes, strength_modes
from spectral_edge.theory.indexed import Family, IndexedSystem, Law, Unless, sum_over

EPS = float(np.finfo(np.float64).eps)
t, n = sp.Symbol("t"), sp.Symbol("n", integer=True, positive=True)
j, k, m = sp.symbols("j k m", integer=True, positive=True)
x, c = sp.IndexedBase("x", real=True), sp.IndexedBase("c", real=True)
a = sp.Symbol("a")
ALL = (1, n)

SYSTEMS: dict[str, IndexedSystem] = {
    "strengths": strength_modes(),
    "repelling": strength_modes(repelling=True),
    "changing": changing_strength_modes(repelling=True),
    "gaps": gap_modes(),
    "levels": level_modes(),
    "two layers": two_layer_modes(),
    "deep": deep_modes(),
}


def drawn(
    system: IndexedSystem, n: int, seed: int, batch: tuple[int, ...] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """States ``(states, *batch)`` and parameters ``(parameters, *batch)`` between 0.5 and 2."""
    rng, sized = np.random.default_rng(seed), system.of_size(n)
    states = rng.uniform(0.5, 2.0, (len(sized.states), *batch))
    return states, rng.uniform(0.5, 2.0, (len(sized.parameters), *batch))


def trial(rate: sp.Expr) -> IndexedSystem:
    parameters = (Family(a), Family(c, (ALL, ALL)))
    return IndexedSystem("trial", t, n, (Law(Family(x, (ALL,)), (j,), rate),), parameters)


def by_name(compiled: Any, values: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip((s.name for s in compiled.system.parameters), values, strict=True))


def agree(found: np.ndarray, wanted: np.ndarray, n: int) -> bool:
    # Both round each of some 4n operations on the way to a number; poles 1/(x_j − x_k) make intermediate values as large
    # as the inverse of the closest approach, and their sum may cancel.
    scale = np.abs(wanted).max() if wanted.size else 1.0
    return bool(np.all(np.abs(found - wanted) <= 64 * n * EPS * (np.abs(wanted) + scale)))


@pytest.mark.parametrize("name", SYSTEMS)
@given(size=st.integers(2, 4), seed=st.integers(0, 2**32 - 1), batch=st.sampled_from([(), (3,), (2, 2)]))
@settings(max_examples=8, deadline=None)
def test_rates_and_jacobian_are_those_of_the_system_written_out(
    name: str, size: int, seed: int, batch: tuple[int, ...]
) -> None:
    loops, plain = PAIRS(name, size)
    states, parameters = drawn(SYSTEMS[name], size, seed, batch)
    named = by_name(loops, parameters)
    assert agree(loops.rhs(0.3, states, named), plain.rhs(0.3, states, named), size)
    assert agree(loops.jacobian(0.3, states, named), plain.jacobian(0.3, states, named), size)


_PAIRS: dict[tuple[str, int], Any] = {}


def PAIRS(name: str, size: int) -> Any:  # noqa: N802 - compiled once for all examples
    if (name, size) not in _PAIRS:
        system = SYSTEMS[name]
        _PAIRS[name, size] = compile_system(system, size), compile_system(system.written_out(size))
    return _PAIRS[name, size]


RATES = {
    "matrix of parameters": sum_over(c[j, k] * x[k], k, *ALL),
    "its transpose": sum_over(c[k, j] * x[k], k, *ALL),
    "sum in a sum": sum_over(x[k] * sum_over(c[k, m] * x[m], m, *ALL, but=(j,)), k, *ALL, but=(j,)),
    "function of a sum": sp.exp(-sum_over(x[k] ** 2, k, *ALL)) * x[j],
    "square of a sum": sum_over(x[j] - x[k], k, *ALL) ** 2,
    "bounds by the index": sum_over(x[k] * x[j], k, j, n) - sum_over(x[k] ** 2, k, 1, j - 1),
    "index as a number": j * x[j] + sum_over(k**2 * x[k], k, *ALL),
    "fixed entries": x[1] * x[n] * a,
    "a parameter in a sum": sum_over(sp.sin(a) * x[k] * t, k, *ALL, but=(j,)),
    "constant": sp.Integer(3) + 0 * x[j],
    "even pairs": sum_over(1 / (x[j] + x[k]), k, *ALL, but=(j,)),
}


@pytest.mark.parametrize("name", RATES)
def test_every_form_of_a_sum_has_its_value_and_its_derivative(name: str) -> None:
    system, size = trial(RATES[name]), 4
    loops, plain = compile_system(system, size), compile_system(system.written_out(size))
    states, parameters = drawn(system, size, 7, (3,))
    named = by_name(loops, parameters)
    assert agree(loops.rhs(0.3, states, named), plain.rhs(0.3, states, named), size)
    assert agree(loops.jacobian(0.3, states, named), plain.jacobian(0.3, states, named), size)


def test_the_comparison_catches_a_sum_with_ones_own_term() -> None:
    with_own = trial(sum_over(x[k] * x[j], k, *ALL))
    states, parameters = drawn(with_own, 3, 1)
    loops = compile_system(with_own, 3)
    without = compile_system(trial(sum_over(x[k] * x[j], k, *ALL, but=(j,))).written_out(3))
    named = by_name(loops, parameters)
    assert not agree(loops.rhs(0.3, states, named), without.rhs(0.3, states, named), 3)


@given(size=st.integers(2, 60))
@settings(max_examples=10, deadline=None)
def test_the_program_does_not_grow_with_the_size(size: int) -> None:
    sized = SYSTEMS["repelling"].of_size(size)
    assert len(lower_rates(sized).operations) == len(lower_rates(SYSTEMS["repelling"].of_size(61)).operations)
    assert len(lower_jacobian(sized).operations) < 100


def parities(rate: sp.Expr) -> list[int]:
    program = lower_rates(trial(rate).of_size(5))
    return [operation.parity for operation, _ in program.operations if isinstance(operation, Total)]


def test_sums_over_pairs_know_whether_a_term_changes_its_sign() -> None:
    assert parities(sum_over(1 / (x[j] - x[k]), k, *ALL, but=(j,))) == [-1]
    assert parities(sum_over((x[j] ** 2 + x[k] ** 2) / (x[j] ** 2 - x[k] ** 2), k, *ALL, but=(j,))) == [-1]
    assert parities(sum_over(x[j] * x[k], k, *ALL, but=(j,))) == [1]
    assert parities(sum_over(x[j] - 2 * x[k], k, *ALL, but=(j,))) == [0]
    assert parities(sum_over(c[j, k] * (x[j] - x[k]), k, *ALL, but=(j,))) == [0]
    assert parities(sum_over(1 / (x[j] - x[k]), k, 2, n, but=(j,))) == [0]
    assert parities(sum_over(1 / (x[j] - x[k]), k, *ALL)) == [0]


@pytest.mark.parametrize(
    ("rate", "reason"),
    [
        (x[j + 1], r"x\[j \+ 1\] reaches from 2 to 4; x is declared from 1 to 3"),
        (sum_over(x[k - 1], k, *ALL), "reaches from 0 to 2"),
        (x[2 * j], r"the index 2\*j is no number, and no index plus a number"),
        (c[j], r"c\[j\] has 1 indices; 2 are declared"),
        (sp.Sum(x[k] * x[m], (k, 1, n), (m, 1, n)), "write one sum inside the other"),
        (sp.Sum(sp.Piecewise((x[k], k < j), (0, True)), (k, 1, n)), "all branches of a case distinction"),
        (sp.Sum(Unless(x[k], j, 2), (k, 1, n)), "leaves out values of j, over which it does not run"),
        (sum_over(x[k] * sum_over(x[k], k, *ALL), k, *ALL), "uses the index k, which is taken"),
        (sp.zeta(x[j]), "there is no entry for it"),
        (sum_over(sp.Function("f")(x[k]), k, *ALL), "an undefined function has no values"),
    ],
    ids=str,
)
def test_what_has_no_exact_counterpart_is_refused_with_the_reason(rate: sp.Expr, reason: str) -> None:
    with pytest.raises(LoweringError, match=reason):
        compile_system(trial(rate), 3)


def test_parameters_are_given_as_arrays_or_one_by_one() -> None:
    compiled = compile_system(trial(sum_over(c[j, k] * x[k], k, *ALL)), 2)
    matrix, states = np.array([[1.0, 2.0], [3.0, 4.0]]), [1.0, 10.0]
    single = {f"c_{row}_{column}": matrix[row - 1, column - 1] for row in (1, 2) for column in (1, 2)}
    np.testing.assert_array_equal(compiled.rhs(0.0, states, {"a": 0.0, "c": matrix}), matrix @ states)
    np.testing.assert_array_equal(compiled.rhs(0.0, states, {"a": 0.0, **single}), matrix @ states)
    with pytest.raises(ParameterError, match=r"c has shape \(2,\); its first axes are \(2, 2\)"):
        compiled.rhs(0.0, states, {"a": 0.0, "c": [1.0, 2.0]})


def test_a_size_is_given_for_indexed_systems_and_only_for_them() -> None:
    with pytest.raises(ValueError, match="give n for an indexed system"):
        compile_system(trial(x[j]))
    with pytest.raises(ValueError, match="n=2; give n for an indexed system, and only for one"):
        compile_system(trial(x[j]).written_out(2), 2)


def test_values_and_arguments_must_agree_in_number() -> None:
    with pytest.raises(TypeError, match="2 values; give the time, then 7 states and parameters"):
        lower_rates(trial(x[j]).of_size(2))(0.0, 1.0)


def test_a_loop_runs_where_it_says() -> None:
    loop = Loop("k", low=lower_index("j", 1), high=lower_index(None, 4), but=(lower_index("j", 2),))
    values = np.arange(1, 6)
    assert loop.runs({"j": 1, "k": values}).tolist() == [False, True, False, True, False]


def lower_index(over: str | None, shift: int) -> Any:
    from spectral_edge.simulate.lowering.loops import Index

    return Index(over, shift)
