"""Itô's rule against its textbook cases."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.process import ItoProcess

x, y, a, b, c = sp.symbols("x y a b c", real=True)


def test_the_drift_of_a_square_gains_the_squared_noise() -> None:
    process = ItoProcess((x,), (-a * x,), ((b,),))
    assert sp.expand(process.drift_of(x**2).doit()) == sp.expand(-2 * a * x**2 + b**2)
    assert process.noise_of(x**2, 0).doit() == 2 * b * x


def test_the_logarithm_of_a_geometric_brownian_motion_drifts_by_half_the_variance_less() -> None:
    process = ItoProcess((x,), (a * x,), ((b * x,),))
    assert sp.simplify(process.drift_of(sp.log(x)).doit() - (a - b**2 / 2)) == 0
    assert sp.simplify(process.noise_of(sp.log(x), 0).doit() - b) == 0


def test_a_product_gains_the_covariance_of_its_factors() -> None:
    process = ItoProcess((x, y), (sp.Integer(0), sp.Integer(0)), ((a, b), (c, 0)))
    assert process.covariance(0, 1) == a * c
    assert process.covariance(0, 0) == a**2 + b**2
    assert process.drift_of(x * y).doit() == a * c
    assert process.noise_of(x * y, 0).doit() == a * y + c * x
    assert process.noise_of(x * y, 1).doit() == b * y


@pytest.mark.parametrize(
    ("drift", "noise"),
    [((a,), ((b,), (c,))), ((a, a), ((b,),)), ((a, a), ((b,), (c, c)))],
)
def test_lengths_that_do_not_fit_are_refused(drift: Any, noise: Any) -> None:
    with pytest.raises(
        ValueError, match="a process with 2 states needs 2 drifts and 2 rows of noise of one length"
    ):
        ItoProcess((x, y), drift, noise)


@pytest.mark.parametrize(("drift", "noise"), [("a*x", b), (a, "b"), (None, b), (a, object())])
def test_a_string_is_never_read(drift: Any, noise: Any) -> None:
    with pytest.raises(
        ValueError, match=r"the (drift|noise 0) of x=.* is a .*, and no SymPy expression or number"
    ):
        ItoProcess((x,), (drift,), ((noise,),))
    assert ItoProcess((x,), (0,), ((1,),)).covariance(0, 0) == 1  # type: ignore[arg-type]
