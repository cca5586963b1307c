"""How fast the integrators, the recorder and training are, next to what a user would otherwise pick."""

from spectral_edge import simulate as simulate  # before torch: it tells OpenMP how threads wait
