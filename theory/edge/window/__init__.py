"""The rolling window: W1 and W2."""
