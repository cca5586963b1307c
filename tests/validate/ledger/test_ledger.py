"""The ledger holds every statement and step, goes on where it stopped, and shows what survived."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spectral_edge.theory import packs
from spectral_edge.theory.theory import Theory
from spectral_edge.validate.ledger import make
from spectral_edge.validate.ledger.digest import digests
from spectral_edge.validate.ledger.entry import Survivor, read, write
from spectral_edge.validate.ledger.ledger import FILE, Ledger, load
from spectral_edge.validate.ledger.make import make_ledger
from spectral_edge.validate.ledger.page import pages
from spectral_edge.validate.problems import BadRequest, Interrupted
from spectral_edge.validate.progress import Silent

PACK = Path(__file__).parents[3] / "docs" / "examples" / "harmonic.py"


@pytest.fixture(scope="module")
def theory() -> Theory:
    return packs.load(str(PACK))


@pytest.fixture(scope="module")
def made(theory: Theory, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ledger, Path]:
    out = tmp_path_factory.mktemp("ledger")
    return make_ledger(theory, out, every=True), out


def test_every_statement_and_every_step_is_entered(made: tuple[Ledger, Path], theory: Theory) -> None:
    ledger, _ = made
    assert list(ledger.entries) == [s.id for s in theory]
    for statement in theory:
        steps = [
            (d, n) for d, one in enumerate(statement.derivations, 1) for n in range(1, len(one.steps) + 1)
        ]
        assert [(s.derivation, s.step) for s in ledger.entries[statement.id].steps] == steps


def test_all_altered_copies_are_caught_and_counted_for_each_way(made: tuple[Ledger, Path]) -> None:
    ledger, _ = made
    assert ledger.made == ledger.caught > 0
    assert ledger.survivors == []
    for entry in ledger.entries.values():
        for step in entry.steps:
            ways = (step.by_points, step.by_symbols, step.by_units, step.by_arrival)
            assert max(ways) <= step.made <= sum(ways)


def test_what_is_saved_is_read_back_to_the_same(made: tuple[Ledger, Path]) -> None:
    ledger, out = made
    again = load(out)
    assert again.entries == ledger.entries
    assert (again.theory, again.every, again.commit) == (ledger.theory, ledger.every, ledger.commit)
    for entry in ledger.entries.values():
        assert read(write(entry)) == entry


def test_an_unchanged_theory_is_not_checked_again(
    made: tuple[Ledger, Path], theory: Theory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("a statement was checked again")

    monkeypatch.setattr(make, "check_derivations", refuse)
    ledger, out = made
    assert make_ledger(theory, out, every=True).entries == ledger.entries


def test_an_interrupted_run_goes_on_where_it_stopped(theory: Theory, tmp_path: Path) -> None:
    class Stopping(Silent):
        def advance(self, done: int, now: str = "") -> None:  # noqa: ARG002 - the reporter's signature
            if done == 2:
                raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=f"2 of {len(theory.statements)} entries are kept"):
        make_ledger(theory, tmp_path, progress=Stopping())
    begun = load(tmp_path)
    assert len(begun.entries) == 2
    whole = make_ledger(theory, tmp_path)
    assert len(whole.entries) == len(theory.statements)
    # The time that it took is part of an entry: these are the same ones, and no others like them.
    assert begun.entries.items() <= whole.entries.items()


def test_a_change_is_seen_in_the_statement_and_in_all_that_rest_on_it(theory: Theory) -> None:
    before = digests(theory)
    first = next(s for s in theory if any(s.id in (*o.uses, *o.proof_uses) for o in theory))
    other = replace(first, says=f"{first.says} Or so.")
    after = digests(replace(theory, statements=tuple(other if s.id == first.id else s for s in theory)))
    changed = {i for i in before if before[i] != after[i]}
    resting = {s.id for s in theory if any(b.id == first.id for b in theory.below(s))}
    assert changed == {first.id, *resting}


def test_a_survivor_is_shown_with_what_it_claims(made: tuple[Ledger, Path], theory: Theory) -> None:
    ledger, _ = made
    entry = next(e for e in ledger.entries.values() if e.steps)
    step = replace(entry.steps[0], caught=0, survivors=(Survivor("sign of | x", "Eq(x, -x)"),))
    broken = replace(ledger, entries={**ledger.entries, entry.id: replace(entry, steps=(step,))})
    assert broken.survivors == [(entry.id, "sign of | x", "Eq(x, -x)")]
    assert f"| {entry.id} | sign of \\| x | Eq(x, -x) |" in pages(broken, theory)["ledger.md"]
    assert "None." in pages(ledger, theory)["ledger.md"]


def test_the_folder_of_another_theory_is_refused(made: tuple[Ledger, Path], theory: Theory) -> None:
    _, out = made
    with pytest.raises(BadRequest, match=r"holds the ledger of .*; give another folder for other"):
        make_ledger(replace(theory, name="other"), out)


@pytest.mark.parametrize("text", ["{", "[]", '{"schema": 1}'])
def test_a_file_that_is_no_ledger_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(BadRequest, match="is no ledger"):
        load(tmp_path)


def test_a_ledger_of_another_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"schema": 99}')
    with pytest.raises(BadRequest, match="has schema 99"):
        load(tmp_path)


def test_an_unknown_theory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no theory is called"):
        make_ledger("nonsense", tmp_path)
