"""Explicit Runge–Kutta methods as data: coefficients, error estimate, order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.integrate import DOP853, RK23, RK45

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tableau:
    """A method with s stages, whose slope at the end of a step is the first of the next.

    ``a (s, s)`` is strictly lower triangular, ``b (s,)`` and ``c (s,)`` as usual (Hairer, Nørsett & Wanner I, II.1).
    ``errors`` are one or two rows ``(s + 1,)`` on the slopes of all stages and of the end, whose sums times the step
    estimate its error; two are combined as DOP853 does (ibid., II.10). ``order`` is that of the result, and the
    estimate shrinks with the power ``estimate_order + 1`` of the step.
    """

    name: str
    order: int
    estimate_order: int
    a: Array
    b: Array
    c: Array
    errors: Array


def _from_scipy(method: type[RK23 | RK45]) -> Tableau:
    return Tableau(
        method.__name__,
        method.order,
        method.error_estimator_order,
        method.A,
        method.B,
        method.C,
        method.E[None],
    )


# The coefficients are SciPy's, which has them from the authors' sources: Bogacki & Shampine (1989), Dormand & Prince
# (1980), and DOP853 by Hairer, Nørsett & Wanner.
TABLEAUS = {
    "DOP853": Tableau(
        "DOP853",
        DOP853.order,
        DOP853.error_estimator_order,
        DOP853.A,
        DOP853.B,
        DOP853.C,
        np.array([DOP853.E5, DOP853.E3]),
    ),
    "RK45": _from_scipy(RK45),
    "RK23": _from_scipy(RK23),
}
