"""Eigenvalues that move with their matrix: W3."""
