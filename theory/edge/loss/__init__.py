"""The loss: F5 and AX2."""
