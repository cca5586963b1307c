"""How the tests run, the same everywhere: examples, threads and plots that do not depend on the machine."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Read by OpenMP and MKL when torch and NumPy are first imported, so it stands before any import of them.
# Under xdist each worker has a core; a sum over two threads would also round differently.
os.environ.setdefault("OMP_NUM_THREADS", "1" if "PYTEST_XDIST_WORKER" in os.environ else "2")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # threads that wait do not spin: see simulate/__init__.py
os.environ.setdefault("MPLBACKEND", "Agg")

# In CI the same examples are tried every time: a failure there is a failure of the change at hand.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
# At home the examples are new each time, and those that failed are kept in .hypothesis/.
settings.register_profile("dev", deadline=None)
# For a long look, e.g. HYPOTHESIS_PROFILE=thorough make test ARGS="tests/theory".
settings.register_profile(
    "thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
