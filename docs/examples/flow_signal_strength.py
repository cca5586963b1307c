"""Signal strength of one mode: it relaxes from any start to the rest that decay and gradient set."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.strengths.signal_strength import strength_system

values = {"eta": 0.2, "tau": 1.0, "W": 10.0, "omega": 0.3, "h_j": 0.5, "G_j": 0.6}
starts, times = np.array([0.2, 0.8, 1.6, 2.4]), np.linspace(0.0, 20.0, 61)
found = integrate(strength_system(), starts[None], values, (0.0, 20.0), times)

rest = 0.2 * 1.0 * 10.0 * 0.6**2 / (0.5 + 0.3)  # of the square of the strength
exact = np.sqrt(rest + (starts**2 - rest) * np.exp(-2 * 0.2 * 0.8 * times[:, None]))
assert np.abs(found.y[0] - exact).max() < 1e-8

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
axes.plot(times, found.y[0])
axes.axhline(np.sqrt(rest), color="black", linestyle=":", label="rest, by theory")
axes.set(xlabel="time (steps)", ylabel="signal strength d (θ)")
axes.legend()
figure.savefig(sys.argv[1])
