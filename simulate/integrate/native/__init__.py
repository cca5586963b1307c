"""The project's own integrator: C made from the system, with one trajectory per call or one in each SIMD lane."""
