"""One mode of a linear network of N layers: the more layers, the longer the plateau and the steeper its end."""

import sys

import numpy as np
from matplotlib.figure import Figure

from spectral_edge.simulate.integrate import integrate
from spectral_edge.theory.deep_linear.depth_strength import depth_system

layers = np.array([1.0, 2.0, 3.0, 4.0])
times = np.linspace(0.0, 10.0, 61)
values = {"S": 1.0, "T": 1.0, "N": layers}
found = integrate(depth_system(), [0.02], values, (0.0, 10.0), times, sensitivities=("S",))

assert np.abs(found.y[0, :, 0] - (1 - 0.98 * np.exp(-times))).max() < 1e-8
assert np.abs(found.y[0, :, 1] - 1 / (1 + 49 * np.exp(-2 * times))).max() < 1e-8

figure = Figure(figsize=(6, 5), layout="constrained")
above, below = figure.subplots(2, sharex=True)
above.plot(times, found.y[0], label=[f"{n:.0f} layers" for n in layers])
above.set(ylabel="strength U (S)")
above.legend()
below.plot(times, found.sensitivities["S"][0])
below.set(xlabel="time (T)", ylabel="∂U/∂S")
figure.savefig(sys.argv[1])
