"""One mode of a linear network of two layers: a plateau, whose length grows with the logarithm of the start."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import crossing, integrate
from spectral_edge.theory.deep_linear.mode_flow import two_layer_system

system = two_layer_system()
first, second = system.states
begin = np.array([1e-1, 1e-2, 1e-3, 1e-4])  # strength of the mode at the start
times = np.linspace(0.0, 8.0, 61)
half = crossing("half learned", first * second, 0.5)
start = np.sqrt([begin, begin])
found = integrate(system, start, {"s": 1.0, "tau": 1.0}, (0.0, 8.0), times, events=[half])

exact = 1 / (1 + (1 / begin - 1) * np.exp(-2 * times[:, None]))
assert np.abs(found.y[0] * found.y[1] - exact).max() < 1e-8
assert np.abs(found.events["half learned"].t - np.log(1 / begin - 1) / 2).max() < 1e-7

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
axes.plot(times, found.y[0] * found.y[1])
axes.plot(found.events["half learned"].t, [0.5] * len(begin), "ko", label="half learned")
axes.set(xlabel="time (τ/s)", ylabel="strength of the mode (s)")
axes.legend()
figure.savefig(sys.argv[1])
