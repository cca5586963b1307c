"""The documentation site: generated from the theory and what verifying it found, with hand-written guides."""
