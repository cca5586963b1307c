"""One explicit Runge–Kutta step of many trajectories, each with a length of its own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .tableau import Tableau

Slope = Callable[[Tensor, Tensor], Tensor]
"""Takes times ``(w,)`` and states ``(n, w)`` to slopes ``(n, w)``."""


class Stepper:
    """A method, its coefficients on one device, and the right-hand side of w trajectories."""

    def __init__(self, tableau: Tableau, slope: Slope) -> None:
        self.tableau, self.slope = tableau, slope

    def step(self, t: Tensor, y: Tensor, h: Tensor, first: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The state one step ``h (w,)`` later, and the slopes of all stages; ``first`` is the slope now."""
        slopes = [first]
        for stage in range(1, len(self.tableau.c)):
            inner = y + h * _weighted(self.tableau.a[stage], slopes)
            slopes.append(self.slope(t + float(self.tableau.c[stage]) * h, inner))
        return y + h * _weighted(self.tableau.b, slopes), slopes

    def error(
        self, y: Tensor, new: Tensor, h: Tensor, slopes: list[Tensor], rtol: float, atol: float
    ) -> Tensor:
        """Size of the estimated error of each trajectory, 1 where it is what the tolerances allow, ``(w,)``.

        ``slopes`` has that at the end of the step, too. The root of the mean, over the states, of the square of the
        error over ``atol + rtol · |state|``; DOP853's two estimates are combined as by its authors.
        """
        scale = atol + rtol * torch.maximum(y.abs(), new.abs())
        squares = [((_weighted(row, slopes) / scale) ** 2).sum(0) for row in self.tableau.errors]
        n = y.shape[0]
        if len(squares) == 1:
            return h.abs() * (squares[0] / n).sqrt()
        fifth, third = squares
        bottom = ((fifth + 0.01 * third) * n).sqrt()
        return torch.where(bottom > 0, h.abs() * fifth / bottom, bottom)

    def first_length(
        self, t: Tensor, y: Tensor, slope: Tensor, span: float, rtol: float, atol: float
    ) -> Tensor:
        """A first step ``(w,)``, above zero (Hairer, Nørsett & Wanner I, II.4)."""
        scale = atol + rtol * y.abs()
        n, sign, most = y.shape[0], (1.0 if span > 0 else -1.0), abs(span)

        def size(x: Tensor) -> Tensor:
            return ((x / scale) ** 2).sum(0).div(n).sqrt()

        d0, d1 = size(y), size(slope)
        h0 = torch.where((d0 < 1e-5) | (d1 < 1e-5), torch.full_like(d0, 1e-6), 0.01 * d0 / d1).clamp(max=most)
        later = self.slope(t + sign * h0, y + sign * h0 * slope)
        d2 = size(later - slope) / h0
        largest = torch.maximum(d1, d2)
        power = 1 / (self.tableau.estimate_order + 1)
        h1 = torch.where(largest <= 1e-15, (h0 * 1e-3).clamp(min=1e-6), (0.01 / largest) ** power)
        found = torch.minimum(100 * h0, h1).clamp(max=most)
        return torch.where(torch.isfinite(found) & (found > 0), found, h0)


def _weighted(weights: object, slopes: list[Tensor]) -> Tensor:
    """The sum of slopes with these weights, those that are zero left out."""
    total: Tensor | None = None
    for weight, slope in zip(weights, slopes, strict=False):  # type: ignore[call-overload]
        if weight != 0:
            term = float(weight) * slope
            total = term if total is None else total + term
    assert total is not None
    return total
