"""The feedback loop: a gap that starts above the rest that repels is sustained, one below it collapses."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.feedback.alpha_feedback import feedback_system

values = {"c_loop": 0.0, "a_loop": 2.5, "kappa_g": 1.0, "s_half": 1.0}
starts, times = np.array([0.1, 0.45, 0.55, 1.0, 3.0]), np.linspace(0.0, 25.0, 61)
found = integrate(feedback_system(), starts[None], values, (0.0, 25.0), times)

repels, attracts = 0.5, 2.0  # the roots of κ g² − a g + κ s²
assert np.abs(found.y[0, -1] - np.where(starts > repels, attracts, 0.0)).max() < 1e-5

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
axes.plot(times, found.y[0])
axes.axhline(attracts, color="black", linestyle=":", label="attracts")
axes.axhline(repels, color="black", linestyle="--", label="repels")
axes.set(xlabel="time (1/κ)", ylabel="gap g (s)")
axes.legend()
figure.savefig(sys.argv[1])
