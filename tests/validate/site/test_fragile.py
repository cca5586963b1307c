"""A supported prediction's page names the constants whose next tried value would change what is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spectral_edge.validate.evidence import Evidence, Measurement
from spectral_edge.validate.sensitivity import sensitivity_figure
from spectral_edge.validate.site.sections.fragile import fragile
from spectral_edge.validate.statistics.shares import Share, share
from spectral_edge.validate.verdict import Verdict

TRIED = (1.0, 2.0, 3.0, 4.0)


def some(*passed: int) -> list[Share]:
    return [share([True] * count + [False] * (24 - count)) for count in passed]


def evidence(data: list[Share], null: list[Share], fixed: float = 2.0) -> Evidence:
    figure = sensitivity_figure("P1", "the largest fall", TRIED, data, {"walk": null}, fixed)
    nothing = Measurement(None, "none", note="planted")
    return Evidence("P1", Verdict.SUPPORTED, nothing, nothing, "planted", figures=(figure,))


def test_a_null_that_passes_at_the_next_value_is_named_with_both_values_and_its_share() -> None:
    (told,) = fragile(evidence(some(24, 24, 24, 24), some(0, 0, 18, 24)))
    assert told == "“walk” would mostly pass as well if the largest fall were 3 instead of 2 (0.75 of them)."


def test_networks_that_fail_at_the_next_value_are_named() -> None:
    (told,) = fragile(evidence(some(6, 24, 24, 24), some(0, 0, 0, 0)))
    assert (
        told
        == "The trained networks would mostly fail if the largest fall were 1 instead of 2 (0.25 of them)."
    )


@pytest.mark.parametrize("fixed", [1.0, 4.0])
def test_at_an_end_of_what_was_tried_there_is_one_neighbour(fixed: float) -> None:
    assert len(list(fragile(evidence(some(24, 0, 0, 24), some(0, 0, 0, 0), fixed)))) == 1


def test_what_changes_only_further_away_or_passes_anyway_is_not_named() -> None:
    assert not list(fragile(evidence(some(24, 24, 24, 0), some(0, 0, 0, 24))))
    assert not list(fragile(evidence(some(24, 24, 24, 24), some(24, 24, 24, 24))))


def test_of_other_verdicts_nothing_is_said() -> None:
    found = evidence(some(24, 24, 24, 24), some(0, 0, 24, 24))
    assert list(fragile(found))
    assert not list(fragile(replace(found, verdict=Verdict.REFUTED)))
