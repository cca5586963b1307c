"""Statements know what their proofs use and where they come from."""

from __future__ import annotations

from typing import Any

import pytest

from spectral_edge.theory.derivation import Identity, Rewrite, Start, Substitute
from spectral_edge.theory.statement import Source


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (Source("a paper", "section 2", "v1"), "a paper, v1, section 2"),
        (Source("a paper", "section 2"), "a paper, section 2"),
        (Source("", "somewhere"), "somewhere"),
    ],
)
def test_a_source_is_shown_with_its_version(source: Source, shown: str) -> None:
    assert str(source) == shown


def test_a_proof_uses_each_statement_once_in_order_of_first_use(small: Any) -> None:
    claim = small.eq(small.x, small.y)
    theorem = small.theorem(
        "T",
        claim,
        Start(using="B", to=claim, says=""),
        Rewrite(to=claim, says=""),
        Substitute(using="A", to=claim, says=""),
        Substitute(using="B", to=claim, says=""),
    )
    assert theorem.proof_uses == ("B", "A")
    assert small.theorem("S", claim, Identity(to=claim, says="")).proof_uses == ()
