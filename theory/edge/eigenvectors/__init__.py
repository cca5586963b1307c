"""Eigenvectors that turn: W5."""
