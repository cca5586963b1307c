"""Families of tests: against the definitions, term by term, and against the errors that they promise."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.families import holm

families = st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0, 1), max_size=12)


def rejected_by_holm(p_values: dict[str, float], level: float) -> set[str]:
    """Step down: the smallest against level/m, the next against level/(m − 1), until one is not rejected."""
    out: set[str] = set()
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        if p > level / (len(p_values) - rank):
            break
        out.add(name)
    return out


@given(families, st.sampled_from([0.01, 0.05, 0.2]))
def test_holm_rejects_what_its_steps_reject(p_values, level):
    adjusted = holm(p_values)
    # A p-value at its bound may round to either side.
    near = any(np.isclose(level, a, rtol=1e-12) for a in adjusted.values())
    assert near or {n for n, a in adjusted.items() if a <= level} == rejected_by_holm(p_values, level)


@given(families)
def test_adjusting_keeps_the_order_and_never_lowers(p_values):
    adjusted = holm(p_values)
    assert list(adjusted) == list(p_values)
    assert all(p <= adjusted[name] * (1 + 1e-12) and adjusted[name] <= 1 for name, p in p_values.items())
    by_p = sorted(p_values, key=lambda name: p_values[name])
    assert all(adjusted[a] <= adjusted[b] for a, b in itertools.pairwise(by_p))


def test_without_correction_a_family_of_nothing_rejects_far_too_often():
    draw = np.random.default_rng(3)
    studies = [dict(enumerate(draw.uniform(size=24))) for _ in range(400)]
    wrong = np.mean([min(holm({str(k): p for k, p in s.items()}).values()) <= 0.05 for s in studies])
    naive = np.mean([min(s.values()) <= 0.05 for s in studies])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert naive > 0.6  # 1 − 0.95²⁴ = 0.71


def test_what_is_no_p_value_is_refused():
    assert holm({}) == {}
    with pytest.raises(ValueError, match=r"no p-values: \{'P03': 1.2\}"):
        holm({"P02": 0.5, "P03": 1.2})
