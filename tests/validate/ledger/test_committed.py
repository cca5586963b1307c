"""The published ledger and pages are those of the theory as it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.theory.edge import THEORY
from spectral_edge.validate.ledger.digest import digests
from spectral_edge.validate.ledger.ledger import Ledger, load
from spectral_edge.validate.ledger.page import pages

DOCS = Path(__file__).parents[3] / "docs"
ANEW = "; make them anew: spectral-edge ledger --every --out docs"


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return load(DOCS)


@pytest.mark.parametrize("name", ["status.md", "ledger.md"])
def test_the_page_follows_from_the_data(ledger: Ledger, name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages(ledger, THEORY)[name], ANEW


def test_every_statement_is_in_it_as_it_stands(ledger: Ledger) -> None:
    now = digests(THEORY)
    stale = {i for i, digest in now.items() if i not in ledger.entries or ledger.entries[i].digest != digest}
    assert not stale, f"not in the ledger, or changed since: {sorted(stale)}{ANEW}"
    assert ledger.entries.keys() == now.keys()


def test_all_altered_copies_were_tried_and_none_survived(ledger: Ledger) -> None:
    assert ledger.every
    assert ledger.survivors == []
    assert ledger.made == ledger.caught


def test_nothing_is_left_unchecked_and_all_that_is_proved_was_attacked(ledger: Ledger) -> None:
    assert [e.id for e in ledger.entries.values() if e.status == "not checked"] == []
    for entry in ledger.entries.values():
        if entry.status == "proved":
            assert entry.made, f"{entry.id} is proved, and no altered copy of its proof was tried"
