"""The parts of the training loop, one to a file; the loop itself is in :mod:`..train`."""
