"""Records: every part of the rule is in the digest, and no number is without its reason."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from spectral_edge.validate.checks import CHECKS
from spectral_edge.validate.statistics.power import majority_power

RECORDS = [check.record for check in CHECKS if check.record is not None]


@pytest.mark.parametrize("name", [f.name for f in fields(RECORDS[0])])
def test_the_digest_depends_on_every_part_of_the_rule(world: Any, name: str) -> None:
    record = world.records["P1"]
    value = getattr(record, name)
    if isinstance(value, dict):
        changed = {"constants": {}, "reasons": {**value, "another": "number"}}[name]
    elif isinstance(value, tuple):
        changed = (*value, "another")
    else:
        changed = 0.75 if name == "effect" else f"{value} "
    assert replace(record, **{name: changed}).digest() != record.digest()


def test_a_number_without_a_reason_is_refused(world: Any) -> None:
    with pytest.raises(ValueError, match=r"record of P1: no reason is given for the constants \['twice'\]"):
        replace(world.records["P1"], constants={"level": 1.0, "twice": 2.0})


def test_a_count_of_seeds_has_a_power_and_any_other_test_has_none(world: Any) -> None:
    record = world.records["P1"]
    assert record.power(6) is None
    assert replace(record, effect=0.9).power(6) == majority_power(6, 0.9)
    assert replace(record, effect=0.9).power(0) is None


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r.statement.startswith("P")], ids=lambda r: r.statement
)
def test_every_prediction_says_what_it_is_about_and_what_its_design_can_see(record: Any) -> None:
    assert record.networks and record.nulls
    # P22 is no count of seeds but an exponent: its power is simulated, and stands in its evidence.
    assert (record.effect is None) == (record.statement == "P22")
