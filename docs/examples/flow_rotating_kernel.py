"""Residuals under a kernel whose modes turn: a slow mode that a fast one drags along decays faster."""

import sys

import numpy as np
from matplotlib.figure import Figure
from scipy.linalg import expm

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.kernel.three_mode_frame import rotating_system

turns = np.array([0.0, 0.5, 2.0])
values = {"eta": 1.0, "Lambda_1": 2.0, "Lambda_2": 0.1, "T_1_2": turns}
times = np.linspace(0.0, 6.0, 61)
found = integrate(rotating_system(2), [0.0, 1.0], values, (0.0, 6.0), times)

for b, turn in enumerate(turns):
    exact = expm(np.array([[-2.0, turn], [-turn, -0.1]]) * times[-1]) @ [0.0, 1.0]
    assert np.abs(found.y[:, -1, b] - exact).max() < 1e-8

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
for turn, residual in zip(turns, np.hypot(*found.y).T, strict=True):
    axes.semilogy(times, residual, label=f"rate of turning {turn}")
axes.set(xlabel="time (steps)", ylabel="size of the residual")
axes.legend()
figure.savefig(sys.argv[1])
