"""A run knows where it comes from, and no source file is forgotten."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import torch

from spectral_edge.simulate import provenance

FOLDER = Path(provenance.__file__).parent


def test_every_source_file_either_decides_numbers_or_is_known_not_to() -> None:
    names = {
        path.relative_to(FOLDER).parts[0] for path in FOLDER.rglob("*.py") if "__pycache__" not in path.parts
    }
    assert names == {*provenance.DETERMINING, *provenance.NOT_DETERMINING}
    assert not set(provenance.DETERMINING) & set(provenance.NOT_DETERMINING)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of simulate/ outside any checkout, which the module takes for its own folder."""
    folder = tmp_path / "simulate"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(provenance, "_FOLDER", folder)
    return folder


def test_the_digest_is_that_of_the_text(copy: Path) -> None:
    first = provenance.digest_of(copy)
    assert len(first) == 64
    assert provenance.digest_of(copy) == first
    for name in ("train.py", "spectrum/gram.py", "networks/two_layer.py"):
        text = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(text + "\n", encoding="utf-8")
        changed = provenance.digest_of(copy)
        assert changed != first, name
        (copy / name).write_text(text, encoding="utf-8")
        assert provenance.digest_of(copy) == first


def test_a_source_that_decides_nothing_leaves_the_digest(copy: Path) -> None:
    first = provenance.digest_of(copy)
    (copy / "store.py").write_text("", encoding="utf-8")
    assert provenance.digest_of(copy) == first


def test_a_process_keeps_the_digest_of_what_it_loaded_when_the_files_change(copy: Path) -> None:
    first = provenance.source_digest()
    assert first == provenance.digest_of(copy)
    (copy / "train.py").write_text("", encoding="utf-8")
    assert provenance.digest_of(copy) != first
    assert provenance.source_digest() == first


def test_outside_a_checkout_the_commit_is_unknown(copy: Path) -> None:
    found = provenance.gather(torch.device("cpu"), "2026-01-01T00:00:00+00:00", 1.5)
    assert (found.commit, found.dirty) == ("unknown", False)


def test_in_a_checkout_the_commit_is_its_own_and_a_change_makes_it_dirty(copy: Path) -> None:
    def git(*words: str) -> str:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(copy), *identity, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "first")
    clock = "2026-01-01T00:00:00+00:00"
    found = provenance.gather(torch.device("cpu"), clock, 1.0)
    assert (found.commit, found.dirty) == (git("rev-parse", "HEAD"), False)
    (copy / "train.py").write_text("", encoding="utf-8")
    assert provenance.gather(torch.device("cpu"), clock, 1.0).dirty


def test_it_tells_versions_device_and_time() -> None:
    found = provenance.gather(torch.device("cpu"), "2026-01-01T00:00:00+00:00", 1.5)
    assert (found.torch, found.numpy, found.device) == (torch.__version__, np.__version__, "cpu")
    assert found.threads == torch.get_num_threads()
    assert found.sources == provenance.source_digest()
    assert datetime.fromisoformat(found.started_at).tzinfo is not None
    assert found.wall_seconds == 1.5
