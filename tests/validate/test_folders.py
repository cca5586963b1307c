"""A folder is seen to be writable before any work, and nothing is left in it by looking."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.validate import folders
from spectral_edge.validate.folders import writable
from spectral_edge.validate.problems import BadRequest


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    assert writable(tmp_path / "a" / "b", "--out") == tmp_path / "a" / "b"
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_folder_with_things_in_it_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    writable(tmp_path, "--out")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(BadRequest, match=r"^--out .*taken: is a file; name a folder"):
        writable(tmp_path / "taken", "--out")
    with pytest.raises(
        BadRequest, match=r"cannot be written \(Not a directory\); name another folder with --out"
    ):
        writable(tmp_path / "taken" / "below", "--out")


def test_a_full_disk_is_noticed_although_the_folder_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.tempfile, "TemporaryFile", full)
    with pytest.raises(BadRequest, match="No space left on device"):
        writable(tmp_path, "--store")
