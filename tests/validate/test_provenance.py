from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from spectral_edge.validate import provenance


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for layer in ("theory", "simulate", "validate"):
        (tmp_path / layer).mkdir()
        (tmp_path / layer / "a.py").write_text("x = 1\n")
    return tmp_path


def test_the_digest_changes_with_a_file_its_name_or_its_place_and_with_nothing_else(tree: Path) -> None:
    first = provenance.source_digest(root=tree)
    assert len(first) == 64
    (tree / "theory" / "notes.md").write_text("not source")
    assert provenance.source_digest(root=tree) == first
    (tree / "theory" / "a.py").write_text("x = 2\n")
    changed = provenance.source_digest(root=tree)
    (tree / "theory" / "a.py").write_text("x = 1\n")
    assert provenance.source_digest(root=tree) == first
    (tree / "theory" / "a.py").rename(tree / "theory" / "b.py")
    renamed = provenance.source_digest(root=tree)
    assert len({first, changed, renamed}) == 3


def test_the_digest_of_one_layer_ignores_the_others(tree: Path) -> None:
    first = provenance.source_digest(("theory",), root=tree)
    (tree / "validate" / "a.py").write_text("x = 2\n")
    assert provenance.source_digest(("theory",), root=tree) == first


def test_every_library_that_determines_a_number_is_named_with_its_version() -> None:
    versions = provenance.deciding_versions()
    assert set(versions) == {"python", *provenance.DECIDING}
    assert "absent" not in versions.values()


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_is_that_of_the_checkout_and_changes_show(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provenance, "PACKAGE", tree)
    assert provenance.checkout() == ("unknown", False)
    git(tree, "init", "-q")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "first")
    head = git(tree, "rev-parse", "HEAD")
    assert provenance.checkout() == (head, False)
    (tree / "theory" / "a.py").write_text("x = 2\n")
    assert provenance.checkout() == (head, True)


def test_a_repository_that_merely_surrounds_the_package_is_not_ours(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tree / "theory"
    git(tree, "init", "-q")
    git(tree, "add", ".")
    git(tree, "commit", "-qm", "first")
    monkeypatch.setattr(provenance, "PACKAGE", inner)
    assert provenance.checkout() == ("unknown", False)
