"""The symbols of the spectral edge theory, each with its unit: ``[θ]`` parameter, ``[L]`` loss, ``[t]`` step.

``j`` is any mode; ``k`` is the mode just above the gap (k = k*), and the suffix ``_l`` marks mode k + 1.
"""

from __future__ import annotations

from ..notation import Notation
from ..units import LOSS, ONE, THETA, TIME

NOTATION = Notation()
_s, _f = NOTATION.symbol, NOTATION.function

CURVATURE = LOSS / THETA**2
GRADIENT = LOSS / THETA

t = _s("t", TIME, "time, counted in optimizer steps", running=True, nonnegative=True)
tau = _s(
    "tau", TIME, "duration of one update (one step, or the stride between two checkpoints)", positive=True
)
eta = _s("eta", THETA**2 / LOSS / TIME, "learning rate", positive=True)
omega = _s("omega", CURVATURE, "decoupled weight decay", nonnegative=True)
W = _s("W", ONE, "number of updates in the window", integer=True, positive=True)
p = _s("p", ONE, "number of parameters", integer=True, positive=True)
i = _s("i", ONE, "row of the window", running=True, integer=True)

# One row of the window, projected on one mode.
x = _f("x", THETA, "coordinate of the parameters along mode j", "x_j")
residual = _f(
    "e", GRADIENT, "part of the gradient along mode j that the quadratic model does not explain", "e_j"
)
gradient = _f("q", GRADIENT, "gradient of the loss along mode j", "q_j")
u = _f("u", THETA, "row i of the window along mode j", "u_j")
s = _f("s", THETA / TIME, "source: what changes row i along mode j beside curvature and decay", "s_j")

# Modes.
d_j = _f("d_j", THETA, "signal strength of mode j: its singular value in the window", positive=True)
d_k = _f("d_k", THETA, "signal strength just above the gap", positive=True)
d_l = _f("d_l", THETA, "signal strength just below the gap", "d_{k+1}", positive=True)
d_mean = _f("d_mean", THETA, "mean of the two signal strengths at the gap", r"\bar{d}", positive=True)
d_ss = _s("d_ss", THETA, "steady signal strength of mode j", r"d_j^{\mathrm{ss}}", positive=True)
g = _f("g", THETA, "gap of the window's spectrum")
h_j = _s("h_j", CURVATURE, "curvature of the loss along mode j")
h_k = _s("h_k", CURVATURE, "curvature just above the gap")
h_l = _s("h_l", CURVATURE, "curvature just below the gap", "h_{k+1}")
h_mean = _s("h_mean", CURVATURE, "mean of the two curvatures at the gap", r"\bar{h}")
G_j = _s("G_j", GRADIENT, "gradient projection on mode j")
G_k = _s("G_k", GRADIENT, "gradient projection just above the gap")
G_l = _s("G_l", GRADIENT, "gradient projection just below the gap", "G_{k+1}")

# The shift of the window by one update.
m = _s("m", ONE, "index of the newest update", running=True, integer=True)
a = _s("a", ONE, "index of a parameter", running=True, integer=True)
b = _s("b", ONE, "index of a parameter", running=True, integer=True)
delta = _f("delta", THETA, "update i, parameter a", r"\delta")
S = _f("S", THETA**2, "Gram matrix of the window in parameter space")
new = _f("n", THETA, "the update that enters the window")
old = _f("o", THETA, "the update that leaves the window")
vector = _f("z", ONE, "any direction in parameter space")
new_norm = _s("A", THETA**2, "squared norm of the update that enters", nonnegative=True)
old_norm = _s("B", THETA**2, "squared norm of the update that leaves", nonnegative=True)
overlap = _s("C", THETA**2, "inner product of the update that enters with the one that leaves")
along_new = _s("z_n", THETA, "inner product of a direction with the update that enters")
along_old = _s("z_o", THETA, "inner product of a direction with the update that leaves")
mu = _s("mu", THETA**2, "eigenvalue of the change of S that is not zero")
mu_up = _s("mu_up", THETA**2, "the larger of the two eigenvalues", r"\mu_{+}")
mu_down = _s("mu_down", THETA**2, "the smaller of the two eigenvalues", r"\mu_{-}")
shift_norm = _s("DeltaS", THETA**2, "Frobenius norm of the change of S", r"\Delta_S", nonnegative=True)

# What is read off the spectrum.
k_star = _s("k_star", ONE, "position of the intra-signal gap", "k^{*}", integer=True, positive=True)
j = _s("j", ONE, "a position in the spectrum", running=True, integer=True, positive=True)
sigma = _f(
    "sigma", THETA, "singular value number j of the window, in falling order", r"\sigma", positive=True
)
nu = _s("nu", THETA, "standard deviation of the noise in one entry of the window", positive=True)
d_crit = _s("d_crit", THETA, "detection threshold", r"d_{\mathrm{crit}}", positive=True)
g_23 = _f("g_23", THETA**2, "gap between the second and third eigenvalue of the window")
t_grok = _s("t_grok", TIME, "first step with held-out accuracy at or above the grokking level", positive=True)
t_peak = _s("t_peak", TIME, "step, up to grokking, at which g_23 is largest", positive=True)
phi = _s("phi", ONE, "factor by which g_23 must fall to count as a fall", r"\varphi", positive=True)
