"""Detection, curvature, sketching: W6 to W8."""
