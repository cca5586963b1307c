"""Dyson's process of eight eigenvalues: one path of every eigenvalue, and what all paths together look like."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.stochastic import simulate_paths
from spectral_edge.simulate.stochastic.matrix import dyson_eigenvalues
from spectral_edge.theory.edge.noise.particles import dyson_process

start, times = np.linspace(1.0, -1.0, 8), np.linspace(0.0, 1.0, 101)
found = simulate_paths(
    dyson_process(beta=1), start, {"matrix_noise": 1.0}, (0.0, 1.0), times, steps=100, paths=500, seed=1
)
assert found.succeeded
matrices = dyson_eigenvalues(start, 1.0, [1.0], paths=500, seed=2)

figure = Figure(figsize=(7, 3.5), layout="constrained")
left, right = figure.subplots(1, 2)
left.plot(times, found.y[:, :, 0].T, linewidth=1)
left.set(xlabel="time (steps)", ylabel="eigenvalues of one path (θ²)")
bins = np.linspace(-5, 5, 41)
right.hist(found.y[:, -1].ravel(), bins, density=True, alpha=0.5, label="paths")
right.hist(matrices.ravel(), bins, density=True, histtype="step", color="black", label="matrices")
right.set(xlabel="eigenvalue at time 1 (θ²)", ylabel="density")
right.legend()
figure.savefig(sys.argv[1])
