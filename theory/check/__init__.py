"""Checking derivations: two independent ways, units, side conditions, and mutants."""
