"""The gap: F3, F4 and AX1."""
