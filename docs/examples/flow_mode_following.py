"""The ratio of two modes under rotation: below the exceptional point it settles, above it runs away."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import Outcome, integrate
from spectral_edge.theory.edge.adiabatic.mode_following import following_system

turns = np.array([0.5, 0.9, 1.05, 1.3])
times = np.linspace(0.0, 12.0, 121)
found = integrate(following_system(), [0.0], {"w": turns, "w_c": 1.0}, (0.0, 12.0), times)

assert [Outcome(o) is Outcome.BLOW_UP for o in found.outcomes] == [False, False, True, True]
# Above the exceptional point the ratio is infinite after a time that the solution in closed form tells.
beat = np.sqrt(turns[2:] ** 2 - 1)
assert np.abs(found.stop_t[2:] - (np.pi - np.arccos(1 / turns[2:])) / beat).max() < 1e-8

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
for turn, ratio in zip(turns, found.y[0].T, strict=True):
    axes.plot(times, ratio, label=f"ω/ω_c = {turn}")
axes.set(xlabel="time (1/ω_c)", ylabel="ratio p of the two modes", ylim=(0, 6))
axes.legend()
figure.savefig(sys.argv[1])
