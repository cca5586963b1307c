"""Power: exact for counts of seeds, by simulation for anything else, and the two agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.statistics.power import ENOUGH, majority_power, simulated_power
from spectral_edge.validate.statistics.shares import share


@given(st.integers(1, 30), st.floats(0.5, 1.0), st.floats(0.0, 0.2))
def test_a_stronger_effect_is_seen_at_least_as_often(total, probability, more):
    stronger = min(1.0, probability + more)
    assert majority_power(total, stronger).chance >= majority_power(total, probability).chance - 1e-12


def test_six_seeds_can_only_see_what_nearly_always_happens():
    assert majority_power(6, 0.9).chance == pytest.approx(0.9**6)
    assert not majority_power(6, 0.9).enough
    assert majority_power(24, 0.9).enough
    assert majority_power(5, 1.0).chance == 0


def test_where_there_is_no_effect_power_is_the_error_rate():
    assert majority_power(24, 0.5).chance <= 0.025


def test_simulation_agrees_with_the_exact_number():
    def study(draw: np.random.Generator) -> bool | None:
        return share(list(draw.uniform(size=12) < 0.85)).majority

    exact = majority_power(12, 0.85).chance
    found = simulated_power(study, "each passes with 0.85", 12, studies=400)
    assert abs(found.chance - exact) <= 3 * np.sqrt(exact * (1 - exact) / 400)
    assert found.enough is (found.chance >= ENOUGH)


def test_a_study_that_cannot_say_is_not_counted_as_a_yes():
    assert simulated_power(lambda _: None, "nothing", 6, studies=5).chance == 0


def test_no_seeds_and_no_probabilities_are_refused():
    with pytest.raises(ValueError, match="total=0"):
        majority_power(0, 0.5)
    with pytest.raises(ValueError, match=r"probability=1\.5"):
        majority_power(3, 1.5)
