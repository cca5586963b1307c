"""Numbers for the theory: compiled equations, trained networks, recorded spectra. Needs torch and SciPy."""

import os

# Threads that wait for each other should soon sleep instead of spinning on: where other processes want the same cores,
# spinning takes its time from the very thread that is waited for. Six seeds, 300 steps, two cores at a load of 8: 33 and
# 43 s spinning, 6 and 3 s asleep. On a quiet machine waking up costs more than a short wait: a thousand rounds of spinning
# before sleep (GNU's OpenMP, which PyTorch brings, counts them) train one seed 1.7 times as fast as none, six or 24 seeds
# and a transformer 1.2 to 1.3 times. At a load of 8 they cost the small network nothing and the transformer 1.7 times the
# time; ten thousand are nearly as bad there as no end.
# OpenMP reads this when torch is first imported, which the modules here do after these lines; if it was imported before,
# or the user has set one of them, nothing changes.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
