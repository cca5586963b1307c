"""What would change if a statement fell: proofs fall in chains, words and sources do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.theory import packs
from spectral_edge.validate.impact import Bond, impact
from spectral_edge.validate.problems import BadRequest

THEORY = packs.load("deep-linear")


def fallen_with(identifier: str) -> set[str]:
    """Theorems without a proof once this one falls: a fixed point, found the slow way."""
    fallen = {identifier}
    while True:
        more = {s.id for s in THEORY if set(s.proof_uses) & fallen} | fallen
        if more == fallen:
            return fallen - {identifier}
        fallen = more


@given(st.sampled_from([s.id for s in THEORY]))
def test_every_proof_that_uses_a_fallen_proof_falls_and_no_other(identifier):
    found = impact(identifier, THEORY)
    assert set(found.unproved) == fallen_with(identifier)
    touched = {d.statement.id for d in found.dependents}
    gone = {identifier, *found.unproved}
    assert touched == {
        s.id
        for s in THEORY
        if s.id != identifier and gone & {*s.uses, *s.proof_uses, *s.drawn_from, s.amends}
    }


@given(st.sampled_from([s.id for s in THEORY]))
def test_each_dependent_comes_after_what_it_falls_through(identifier):
    seen = {identifier}
    for dependent in impact(identifier, THEORY).dependents:
        assert set(dependent.through) <= seen
        seen.add(dependent.statement.id)


def test_the_bonds_tell_a_lost_proof_from_a_lost_source(world: Any) -> None:
    small = world.registries["theory"]
    definition, theorem, prediction = small.statements
    amended = replace(theorem, id="T1-amended", amends="T1", repair="It says so.")
    theory = replace(
        small, statements=(definition, theorem, amended, replace(prediction, drawn_from=("T1",)))
    )
    by_id = {d.statement.id: d for d in impact("T1", theory).dependents}
    assert by_id["T1-amended"].through == {"T1": Bond.AMENDMENT}
    assert by_id["P1"].through == {"T1": Bond.SOURCE}
    assert not any(d.loses_its_proof for d in by_id.values())
    below = {d.statement.id: d for d in impact("D.double", theory).dependents}
    assert below["T1"].through == {"D.double": Bond.PROOF} and below["T1"].loses_its_proof
    assert below["P1"].through == {"T1": Bond.SOURCE}


def test_an_unknown_statement_is_refused_with_the_nearest_names(world: Any) -> None:
    with pytest.raises(BadRequest, match="unknown statement 'T12'; did you mean 'T1'"):
        impact("T12", world.registries["theory"])
