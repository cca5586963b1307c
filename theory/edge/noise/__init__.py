"""Eigenvalues under noise: W4."""
