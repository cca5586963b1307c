"""Itô processes as data: what drives each state, and with which noise."""

from __future__ import annotations

from dataclasses import dataclass

import sympy as sp

from .given import expression
from .units import ONE, Unit, UnitError, Units, unit_of


@dataclass(frozen=True)
class ItoProcess:
    """``dX_i = drift_i dt + Σ_m noise_im dB_m`` with independent standard Brownian motions B_m, in Itô's sense.

    ``states`` has n symbols, ``drift`` n expressions, ``noise`` n rows of m expressions.

    Raises:
        ValueError: the lengths do not fit together, or an entry is no SymPy expression or number.
    """

    states: tuple[sp.Symbol, ...]
    drift: tuple[sp.Expr, ...]
    noise: tuple[tuple[sp.Expr, ...], ...]

    def __post_init__(self) -> None:
        n = len(self.states)
        if len(self.drift) != n or len(self.noise) != n or len({len(row) for row in self.noise}) > 1:
            raise ValueError(
                f"a process with {n} states needs {n} drifts and {n} rows of noise of one length; it has "
                f"{len(self.drift)} drifts and rows of lengths {[len(row) for row in self.noise]}"
            )
        for state, drift, row in zip(self.states, self.drift, self.noise, strict=True):
            expression(drift, f"the drift of {state}")
            for m, entry in enumerate(row):
                expression(entry, f"the noise {m} of {state}")

    def check_units(self, units: Units) -> None:
        """Raise unless drift·T and noise·√T have the unit of their state, with one unit of time T for all.

        Raises:
            UnitError: naming the entry that does not fit.
        """
        times: dict[str, Unit] = {}
        for state, drift, row in zip(self.states, self.drift, self.noise, strict=True):
            own = unit_of(state, units) or ONE
            for what, entry, power in (
                (f"the drift of {state}", drift, 1),
                *((f"the noise {m} of {state}", entry, 2) for m, entry in enumerate(row)),
            ):
                unit = unit_of(expression(entry, what), units)
                if unit is not None:
                    times[what] = (own / unit) ** power
        first = next(iter(times), "")
        for what, time in times.items():
            if time != times[first]:
                raise UnitError(
                    f"the process does not balance: {what} takes time to have unit {time}, but {first} takes it "
                    f"to have unit {times[first]}"
                )

    def covariance(self, i: int, j: int) -> sp.Expr:
        """The rate of ``dX_i dX_j``: Σ_m noise_im noise_jm."""
        return sum((a * b for a, b in zip(self.noise[i], self.noise[j], strict=True)), sp.Integer(0))

    def drift_of(self, function: sp.Expr) -> sp.Expr:
        """Itô's rule with its derivatives written out but not carried out: Σ a_i ∂_i f + ½ Σ c_ij ∂_i ∂_j f."""
        first = [a * sp.Derivative(function, x) for a, x in zip(self.drift, self.states, strict=True)]
        second = [
            self.covariance(i, j) * sp.Derivative(function, x, y) / 2
            for i, x in enumerate(self.states)
            for j, y in enumerate(self.states)
        ]
        return sp.Add(*first, *second)

    def noise_of(self, function: sp.Expr, m: int) -> sp.Expr:
        """What multiplies dB_m in df: Σ_i noise_im ∂_i f."""
        return sp.Add(
            *(row[m] * sp.Derivative(function, x) for row, x in zip(self.noise, self.states, strict=True))
        )
