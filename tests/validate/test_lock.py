"""Records that are fixed: a change shows for ever, whoever makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spectral_edge.validate.checks import CHECKS
from spectral_edge.validate.lock import Lock, lock, read_locks, state
from spectral_edge.validate.problems import BadRequest


@pytest.fixture
def record(world: Any) -> Any:
    return world.records["P1"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.lock.json"


def test_a_record_is_locked_once_and_locking_again_changes_nothing(record, path):
    assert state(record, read_locks(path)) is Lock.OPEN
    assert lock([record], "abc", day="2026-01-02", path=path) == {"P1": Lock.OPEN}
    before = path.read_bytes()
    assert lock([record], "def", day="2026-01-03", path=path) == {"P1": Lock.LOCKED}
    assert path.read_bytes() == before
    (entry,) = read_locks(path)["P1"]
    assert (entry.digest, entry.day, entry.commit) == (record.digest(), "2026-01-02", "abc")


@pytest.mark.parametrize(
    "change",
    [
        {"constants": {"level": 1.01}},
        {"test": "the ratio exceeds 1 in most seeds"},
        {"nulls": ("no training", "noise")},
        {"reasons": {"level": "another"}},
    ],
)
def test_any_change_of_a_locked_record_shows_and_is_refused_without_a_reason(record, path, change):
    lock([record], "abc", path=path)
    changed = replace(record, **change)
    assert state(changed, read_locks(path)) is Lock.CHANGED
    before = path.read_bytes()
    with pytest.raises(BadRequest, match="the records of P1 have changed since they were locked"):
        lock([changed], "def", path=path)
    assert path.read_bytes() == before


def test_a_change_with_a_reason_stays_in_the_file_for_good(record, path):
    lock([record], "abc", path=path)
    changed = replace(record, constants={"level": 1.01})
    lock([changed], "def", again="a typing error", path=path)
    assert state(changed, read_locks(path)) is Lock.AMENDED
    assert [entry.reason for entry in read_locks(path)["P1"]] == ["", "a typing error"]
    # Going back does not undo it.
    assert state(record, read_locks(path)) is Lock.CHANGED
    lock([record], "ghi", again="it was right after all", path=path)
    assert state(record, read_locks(path)) is Lock.AMENDED


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": 99, "records": {}}', '{"schema": 1, "records": {"P": [{}]}}']
)
def test_a_file_that_is_no_lock_file_is_refused_and_left_alone(record, path, text):
    path.write_text(text)
    with pytest.raises(BadRequest, match=r"records\.lock\.json"):
        lock([record], "abc", path=path)
    assert path.read_text() == text


def test_the_records_of_the_project_are_locked_as_they_are():
    locks = read_locks()
    states = {c.statement: state(c.record, locks) for c in CHECKS if c.record is not None}
    assert states and all(found in (Lock.LOCKED, Lock.AMENDED) for found in states.values()), states
