"""Every backend that can run here."""

from __future__ import annotations

import pytest

from spectral_edge.simulate.integrate import available


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``backend`` runs through all of them."""
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", available())
