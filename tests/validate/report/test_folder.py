from __future__ import annotations

import json
from pathlib import Path

import pytest

from spectral_edge.validate import atomic
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.report.folder import MARK, ReportFolder
from spectral_edge.validate.report.reader import NAME, SCHEMA, TOOL, NotAReport, read_report

OURS = {"tool": TOOL, "schema": SCHEMA, "files": []}


def report_in(folder: Path, **changes: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / NAME).write_text(json.dumps(OURS | changes))
    return folder


def names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_an_absent_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    ReportFolder(tmp_path / "a" / "b").claim()
    assert (tmp_path / "a" / "b").is_dir() and names(tmp_path) == set()


def test_releasing_removes_only_what_was_made_and_is_still_empty(tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path / "a" / "b")
    folder.claim()
    folder.release()
    assert tmp_path.is_dir() and not (tmp_path / "a").exists()

    folder = ReportFolder(tmp_path / "a" / "b")
    folder.claim()
    folder.write({"index.html": "<p>"})
    folder.release()
    assert (tmp_path / "a" / "b" / "index.html").exists()

    (tmp_path / "empty").mkdir()
    folder = ReportFolder(tmp_path / "empty")
    folder.claim()
    folder.release()
    assert (tmp_path / "empty").is_dir()


def test_a_folder_with_our_report_or_our_mark_is_taken_again(tmp_path: Path) -> None:
    ReportFolder(report_in(tmp_path / "report")).claim()
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / MARK).write_text(json.dumps({"tool": TOOL, "schema": SCHEMA}))
    (tmp_path / "begun" / "index.html").write_text("half a report")
    ReportFolder(tmp_path / "begun").claim()


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        (
            NAME,
            json.dumps(OURS | {"schema": SCHEMA + 1}),
            f"was written with schema {SCHEMA + 1}; this version writes",
        ),
        (NAME, json.dumps(OURS | {"schema": None}), "was written with schema None"),
        (NAME, json.dumps({"statements": []}), "was not written by spectral-edge"),
        (NAME, "[]", "was not written by spectral-edge"),
        (NAME, '{"tool":', "is not JSON"),
        (MARK, '{"tool": "spectral-edge", "schema": 99}', "is of another schema version"),
        (MARK, "{", "is damaged"),
        ("notes.txt", "mine", r"holds files that are no report of spectral-edge \(notes.txt\)"),
    ],
)
def test_a_folder_with_anything_else_is_refused_and_left_as_it_is(
    tmp_path: Path, file: str, content: str, message: str
) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(BadRequest, match=message):
        ReportFolder(tmp_path).claim()
    assert names(tmp_path) == {file}
    assert (tmp_path / file).read_text() == content


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report").write_text("")
    with pytest.raises(BadRequest, match="is a file; name a folder with --out"):
        ReportFolder(tmp_path / "report").claim()


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadRequest, match=r"cannot be written \(Not a directory\)"):
        ReportFolder(tmp_path / "file" / "report").claim()


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(BadRequest, match=r"cannot be written \(Permission denied\)"):
        ReportFolder(tmp_path / "report").claim()
    assert not (tmp_path / "report").exists()


def test_files_of_the_report_before_go_and_foreign_files_stay(tmp_path: Path) -> None:
    folder = ReportFolder(tmp_path)
    folder.claim()
    first = ["data/P1-old.csv", "data/P1-gap.csv", NAME]
    folder.write({"data/P1-old.csv": "1", "data/P1-gap.csv": "1", NAME: json.dumps(OURS | {"files": first})})
    (tmp_path / "data" / "mine.csv").write_text("keep")
    folder.claim()
    folder.write({"data/P1-gap.csv": "2", NAME: json.dumps(OURS | {"files": ["data/P1-gap.csv", NAME]})})
    assert names(tmp_path) == {"data/P1-gap.csv", "data/mine.csv", NAME, MARK}
    assert (tmp_path / "data" / "P1-gap.csv").read_text() == "2"


@pytest.mark.parametrize("name", ["../victim", "/victim", "data/../../victim", "victim"])
def test_a_forged_list_of_files_removes_nothing_outside_what_a_report_holds(
    tmp_path: Path, name: str
) -> None:
    victim = tmp_path / "victim"
    inside = report_in(
        tmp_path / "report", files=[name.replace("/victim", str(victim)) if name[0] == "/" else name]
    )
    victim.write_text("keep")
    (inside / "victim").write_text("keep")
    ReportFolder(inside).write({NAME: json.dumps(OURS)})
    assert victim.exists() and (inside / "victim").exists()


def test_an_interruption_while_writing_leaves_a_folder_that_the_next_run_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ReportFolder(tmp_path / "report")
    folder.claim()
    write = atomic.write_text

    def stop_at_the_page(path: Path, text: str) -> None:
        if path.name == "index.html":
            raise KeyboardInterrupt
        write(path, text)

    monkeypatch.setattr(atomic, "write_text", stop_at_the_page)
    with pytest.raises(KeyboardInterrupt):
        folder.write({"data/a.csv": "1", "index.html": "<p>", NAME: json.dumps(OURS)})
    monkeypatch.undo()
    ReportFolder(tmp_path / "report").claim()
    with pytest.raises(FileNotFoundError):
        read_report(tmp_path / "report" / NAME)


def test_reading_gives_what_was_written(tmp_path: Path) -> None:
    assert read_report(report_in(tmp_path) / NAME) == OURS
    (tmp_path / NAME).write_text("nonsense")
    with pytest.raises(NotAReport, match="is not JSON"):
        read_report(tmp_path / NAME)
