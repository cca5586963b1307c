"""Signal strengths: F1 and F2."""
