"""Processes whose solutions or moments are known, and the fits by which orders are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sympy as sp

from spectral_edge.theory.pair_process import PairProcess

_x, _other, _push = sp.symbols("x other push")
_a, _m, _s = sp.symbols("a m s")


def _alone(name: str, drift: Any, noise: Any, above: Any = None) -> PairProcess:
    return PairProcess(name, _x, _other, _push, drift, sp.Integer(0), noise, above=above)


@pytest.fixture(scope="session")
def known() -> SimpleNamespace:
    """``geometric`` (a, s), ``relaxing`` (Ornstein and Uhlenbeck; a, m, s), ``bessel`` (squared, of dimension a)."""
    return SimpleNamespace(
        geometric=_alone("geometric", _a * _x, _s * _x, sp.Integer(0)),
        relaxing=_alone("relaxing", _a * (_m - _x), _s),
        bessel=_alone("squared Bessel", _a, 2 * sp.sqrt(_x), sp.Integer(0)),
    )


@pytest.fixture(scope="session")
def order() -> Callable[[Sequence[float]], float]:
    """The order fitted to errors at steps that are halved from one to the next."""

    def fit(errors: Sequence[float]) -> float:
        return float(-np.polyfit(range(len(errors)), np.log2(np.abs(errors)), 1)[0])

    return fit
