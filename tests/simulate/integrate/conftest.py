"""Every backend that can run here."""

from __future__ import annotations

import pytest

from spectral_edge.simulate.integrate import available

# It refuses events and dense output, which its own tests see to.
WITHOUT_EVENTS = {"native"}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``backend`` runs through all of them, in the tests of events and dense output through those that have them."""
    if "backend" in metafunc.fixturenames:
        alone = metafunc.module.__name__.rsplit(".")[-1] in ("test_event", "test_dense")
        metafunc.parametrize("backend", [b for b in available() if not (alone and b in WITHOUT_EVENTS)])
