"""Numbers for the theory: compiled equations, trained networks, recorded spectra. Needs torch and SciPy."""

import os

# Threads that wait for each other should sleep, not spin: where other processes want the same cores,
# spinning takes its time from the very thread that is waited for. Six seeds, 300 steps, two cores at a
# load of 8: 33 and 43 s spinning, 6 and 3 s asleep. OpenMP reads this when torch is first imported, which
# the modules here do after this line; if it was imported before, or the user has set it, nothing changes.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
