"""Bru's process of four eigenvalues of G, from noise on rows of twelve parameters."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.stochastic import simulate_paths
from spectral_edge.theory.edge.noise.particles import bru_process

start, times, columns = [4.0, 2.0, 1.0, 0.2], np.linspace(0.0, 1.0, 101), 12
found = simulate_paths(
    bru_process(), start, {"rows_noise": 0.8, "p": columns}, (0.0, 1.0), times, steps=100, paths=500, seed=1
)
assert found.succeeded

figure = Figure(figsize=(7, 3.5), layout="constrained")
left, right = figure.subplots(1, 2)
left.plot(times, found.y[:, :, 0].T, linewidth=1)
left.set(xlabel="time (steps)", ylabel="eigenvalues of one path (θ²)")
traces = found.y.sum(axis=0)
right.plot(times, traces[:, :30], color="0.8", linewidth=0.7)
right.plot(times, traces.mean(axis=1), label="mean of 500 paths")
right.plot(times, sum(start) + 4 * columns * 0.8**2 * times, "k--", label="W4.moments: W p s² t")
right.set(xlabel="time (steps)", ylabel="trace of G (θ²)")
right.legend()
figure.savefig(sys.argv[1])
