from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from spectral_edge.validate.evidence import Evidence, Measurement
from spectral_edge.validate.evidence_store import Dependencies, Entry, EvidenceStore, default_root
from spectral_edge.validate.verdict import Verdict

DEPENDENCIES = Dependencies("P/1", "t", "r", {"arm": "a"}, "s", {"numpy": "2.0"}, "quick", "cpu")
ENTRY = Entry(
    Evidence("P/1", Verdict.SUPPORTED, Measurement(2.0, "ratio"), Measurement(1.0, "null"), "2 > 1"),
    1.5,
    "2026-01-01",
)


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "store")


def test_what_was_kept_is_found_and_nothing_else(store: EvidenceStore) -> None:
    assert store.find(DEPENDENCIES) is None
    store.keep(DEPENDENCIES, ENTRY)
    assert store.find(DEPENDENCIES) == ENTRY


@pytest.mark.parametrize(
    "change",
    [
        {"statement": "P/2"},
        {"theory": "other"},
        {"record": "other"},
        {"runs": {"arm": "b"}},
        {"runs": {}},
        {"source": "other"},
        {"versions": {"numpy": "2.1"}},
        {"profile": "full"},
        {"device": "cuda"},
    ],
    ids=lambda change: "-".join(change),
)
def test_evidence_is_not_found_once_anything_it_depends_on_has_changed(
    store: EvidenceStore, change: dict[str, Any]
) -> None:
    store.keep(DEPENDENCIES, ENTRY)
    assert store.find(replace(DEPENDENCIES, **change)) is None


def test_the_order_in_which_dependencies_are_named_does_not_matter() -> None:
    a = replace(DEPENDENCIES, runs={"x": "1", "y": "2"}, versions={"p": "1", "q": "2"})
    b = replace(DEPENDENCIES, runs={"y": "2", "x": "1"}, versions={"q": "2", "p": "1"})
    assert a.key() == b.key()


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _forge(path: Path) -> None:
    data = json.loads(path.read_text())
    data["evidence"]["verdict"] = "proved"
    path.write_text(json.dumps(data))


def _replace(path: Path) -> None:
    path.write_text("[]")


def _rename(path: Path) -> None:
    data = json.loads(path.read_text())
    data["key"] = "0" * 64
    path.write_text(json.dumps(data))


@pytest.mark.parametrize("damage", [_truncate, _forge, _replace, _rename])
def test_a_damaged_entry_is_set_aside_and_counts_as_absent(store: EvidenceStore, damage: Any) -> None:
    path = store.keep(DEPENDENCIES, ENTRY)
    damage(path)
    assert store.find(DEPENDENCIES) is None
    assert not path.exists()
    assert path.with_suffix(".damaged").exists()
    store.keep(DEPENDENCIES, ENTRY)
    assert store.find(DEPENDENCIES) == ENTRY


def test_the_store_is_named_by_the_environment_or_lies_in_the_current_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SPECTRAL_EDGE_STORE", raising=False)
    assert default_root() == Path(".spectral-edge")
    monkeypatch.setenv("SPECTRAL_EDGE_STORE", "/somewhere/else")
    assert default_root() == Path("/somewhere/else")
