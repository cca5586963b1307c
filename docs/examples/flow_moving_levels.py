"""Levels of A + tB: they repel one another, and follow the eigenvalues of the matrix."""

import sys
from itertools import combinations

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.edge.eigenvalues.pechukas_yukawa import pechukas_yukawa_system

n, rng = 4, np.random.default_rng(4)
entries = rng.normal(size=(n, n))
first, slope = np.diag(np.arange(n) * 1.0), entries + entries.T
level, modes = np.linalg.eigh(first)
element = modes.T @ slope @ modes
pairs = [(level[i] - level[k]) * element[i, k] for i, k in combinations(range(n), 2)]
start = np.concatenate([level, np.diag(element), pairs])
times = np.linspace(0.0, 1.0, 101)
found = integrate(pechukas_yukawa_system(n), start, {}, (0.0, 1.0), times)

exact = np.array([np.linalg.eigvalsh(first + time * slope) for time in times])
assert np.abs(found.y[:n].T - exact).max() < 1e-7

figure = Figure(figsize=(6, 3.5), layout="constrained")
axes = figure.subplots()
axes.plot(times, found.y[:n].T)
axes.plot(times[::10], exact[::10], "k.")
axes.set(xlabel="time t", ylabel="levels; points: eigenvalues of A + tB")
figure.savefig(sys.argv[1])
