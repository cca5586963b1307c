"""From SymPy to the first step: each way in a process of its own, with empty caches."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

# What is timed: everything after the imports, from the symbolic system, or the system written by hand, to the end of
# a very short integration. `system`, `problem`, `np` are there.
WAYS = {
    "spectral-edge": "from .peers.ours import contestants\nimport sympy, spectral_edge.simulate.lowering.compiled",
    "SciPy, lambdify": "from .peers.with_scipy import contestants",
    "heyoka": "from .peers.with_heyoka import contestants",
    "JiTCODE": "from .peers.with_jitcode import contestants",
    "numbalsoda": "from .peers.with_numbalsoda import contestants",
    "diffrax": "from .peers.with_jax import contestants",
}
NAMES = {
    "spectral-edge": "spectral-edge",
    "SciPy, lambdify": "SciPy DOP853, lambdify",
    "heyoka": "heyoka",
    "JiTCODE": "JiTCODE LSODA",
    "numbalsoda": "numbalsoda DOP853",
    "diffrax": "diffrax Dopri8",
}
# At 100 modes the unrolled expressions of heyoka, JiTCODE and lambdify take from tens of seconds to minutes.
SIZES = {10: tuple(WAYS), 100: ("spectral-edge", "numbalsoda", "diffrax")}
_LIMIT = 60.0


def first_step(way: str, n: int) -> Mapping[str, Any]:
    """Seconds of wall-clock and of processor time; a way that takes longer than a minute is left out."""
    imports = WAYS[way].replace("from .", "from benchmarks.")
    program = (
        "import resource, time\n"
        f"{imports}\n"
        "from benchmarks.problem import draw\n"
        f"problem = draw({n}, end=1e-6)\n"
        "def used():\n"
        "    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "wall, cpu = time.perf_counter(), used()\n"
        f"contestants(problem, False)[{NAMES[way]!r}](1e-10, 1e-13)()\n"
        "print(time.perf_counter() - wall, used() - cpu)\n"
    )
    with tempfile.TemporaryDirectory() as empty:
        caches = dict.fromkeys(("SPECTRAL_EDGE_CACHE", "XDG_CACHE_HOME", "NUMBA_CACHE_DIR", "HOME"), empty)
        try:
            done = subprocess.run(  # noqa: S603 - this interpreter
                [sys.executable, "-W", "ignore", "-c", program],
                env=os.environ | caches, capture_output=True, text=True, timeout=_LIMIT, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"name": way, "n": n, "refused": f"more than {_LIMIT:g} s"}
    if done.returncode != 0:
        return {"name": way, "n": n, "refused": done.stderr.strip().splitlines()[-1][:200]}
    wall, cpu = map(float, done.stdout.split()[-2:])
    return {"name": way, "n": n, "seconds": wall, "processor_seconds": cpu}
