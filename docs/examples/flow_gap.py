"""The gap of two modes: the weaker one gains on the stronger, until an event tells that they are level."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import gap_collapse, integrate
from spectral_edge.theory.edge.gap.gap_flow import gap_system

system = gap_system()
values = {"eta": 0.5, "tau": 1.0, "W": 4.0, "omega": 0.5, "h_k": 0.5, "h_l": 0.1, "G_k": 0.1}
gradients = np.array([0.2, 0.5, 1.0])
event = gap_collapse(system.states[0], 0)
times = np.linspace(0.0, 2.0, 61)
found = integrate(system, [0.5, 1.25], values | {"G_l": gradients}, (0.0, 2.0), times, events=[event])
assert found.succeeded

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
for gradient, gap in zip(gradients, found.y[0].T, strict=True):
    axes.plot(times, gap, label=f"gradient on the weaker mode {gradient}")
hits = found.events["gap collapse"]
axes.plot(hits.t, hits.y[0], "ko", label="the gap collapses")
axes.set(xlabel="time (steps)", ylabel="gap g (θ)")
axes.legend()
figure.savefig(sys.argv[1])
