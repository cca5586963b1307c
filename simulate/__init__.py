"""Numbers for the theory: compiled equations, trained networks, recorded spectra. Needs torch and SciPy."""
