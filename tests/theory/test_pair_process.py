"""Particles under one law: written out, and in the coordinate in which their noise is constant."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.edge.noise.bru import rows_noise
from spectral_edge.theory.edge.noise.dyson import matrix_noise
from spectral_edge.theory.edge.noise.mode_noise import THREE_BRU, THREE_DYSON
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process
from spectral_edge.theory.edge.notation import p
from spectral_edge.theory.pair_process import PairProcess, with_constant_noise
from spectral_edge.theory.process import ItoProcess

x, other, push = sp.symbols("x other push", real=True)
a, b = sp.symbols("a b", positive=True)
ZERO = sp.Integer(0)


def alone(drift: Any, noise: Any, **walls: Any) -> PairProcess:
    return PairProcess("alone", x, other, push, drift, ZERO, noise, **walls)


def same(first: ItoProcess, second: ItoProcess) -> bool:
    renamed = dict(zip(first.states, second.states, strict=True))
    ours = [sp.sympify(e).xreplace(renamed) for e in (*first.drift, *(e for row in first.noise for e in row))]
    theirs = [*second.drift, *(e for row in second.noise for e in row)]
    return all(sp.simplify(u - v) == 0 for u, v in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("particles", "statement"), [(dyson_process(1), THREE_DYSON), (bru_process(), THREE_BRU)]
)
def test_three_particles_are_the_process_that_the_theory_states(particles: Any, statement: Any) -> None:
    assert same(particles.written_out(3), statement.process)
    assert particles.ordered
    assert particles.states(3)[0].name == "y_i_1"


def test_another_beta_is_another_process_and_scales_the_pushes_alone() -> None:
    one, two = dyson_process(1).written_out(3), dyson_process(2).written_out(3)
    assert not same(two, THREE_DYSON.process)
    assert two.drift == tuple(sp.Integer(2) * d for d in one.drift) or all(
        sp.simplify(v - 2 * u) == 0 for u, v in zip(one.drift, two.drift, strict=True)
    )
    assert two.noise == one.noise
    with pytest.raises(ValueError, match=r"beta=1/2; give at least 1, below which eigenvalues meet"):
        dyson_process(sp.Rational(1, 2))


def test_parameters_are_read_off_the_expressions() -> None:
    assert dyson_process().parameters == (matrix_noise,)
    assert bru_process().parameters == (p, rows_noise)


def test_the_root_of_an_eigenvalue_has_the_drift_of_a_singular_value() -> None:
    changed, coordinate = with_constant_noise(bru_process())
    assert changed.noise == 2 * rows_noise
    assert changed.above == 0
    # Singular values r = y/2: dr = s dB + s² ((p − n)/(2r) + ½ Σ (1/(r − q) + 1/(r + q))) dt.
    r = sp.symbols("r_1:4", positive=True)
    drift = (
        changed.written_out(3)
        .drift[0]
        .xreplace(dict(zip(changed.states(3), (2 * q for q in r), strict=True)))
    )
    pushes = [1 / (r[0] - q) + 1 / (r[0] + q) for q in r[1:]]
    wanted = 2 * rows_noise**2 * ((p - 3) / (2 * r[0]) + sp.Add(*pushes) / 2)
    assert sp.simplify(drift - wanted) == 0
    y = coordinate.particle
    assert sp.simplify(coordinate.backward.xreplace({y: coordinate.forward}) - sp.Abs(y)) in (
        0,
        y - sp.Abs(y),
    )


def test_the_logarithm_makes_a_geometric_motion_plain_and_its_wall_goes_to_infinity() -> None:
    changed, coordinate = with_constant_noise(alone(a * x, b * x, above=ZERO))
    assert sp.simplify(changed.drift - (a - b**2 / 2)) == 0
    assert changed.noise == b
    assert changed.above is None
    assert coordinate.forward == sp.log(coordinate.particle)


def test_constant_noise_stays_as_it_is() -> None:
    process = dyson_process(2)
    assert with_constant_noise(process)[0] is process


@pytest.mark.parametrize("noise", [x + sp.log(x), 1 / (x + sp.log(x)), 1 / (1 + x**5)])
def test_noise_without_a_coordinate_in_closed_form_is_refused(noise: Any) -> None:
    with pytest.raises(ValueError, match="no coordinate in closed form makes the noise"):
        with_constant_noise(alone(a * x, noise))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"drift": other}, r"drift=other must not use \['other'\]"),
        ({"pair": push}, r"pair=push must not use \['push'\]"),
        ({"noise": x * other}, r"must not use \['other'\]"),
        ({"above": x}, r"above=x must not use \['x'\]"),
        ({"other": x}, "have to be three symbols"),
        ({"drift": "a*x"}, "process odd: drift='a\\*x' is a str, and no SymPy expression"),
        ({"above": ""}, "process odd: above='' is a str"),
    ],
)
def test_a_symbol_in_the_wrong_place_is_refused(change: dict[str, Any], words: str) -> None:
    fields = {
        "drift": a * x + push,
        "pair": 1 / (x - other),
        "noise": b,
        "other": other,
        "above": None,
    } | change
    with pytest.raises(ValueError, match=words):
        PairProcess(
            "odd",
            x,
            fields["other"],
            push,
            fields["drift"],
            fields["pair"],
            fields["noise"],
            above=fields["above"],
        )
