"""Whatever is asked wrongly ends with one line that helps, and never with a trace that nobody asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from spectral_edge.simulate import sweep
from spectral_edge.simulate.integrate import BackendError
from spectral_edge.validate import cli
from spectral_edge.validate.console import one_clear_line
from spectral_edge.validate.problems import FEW, unknown


def ask(*words: str) -> Result:
    return CliRunner().invoke(cli.main, list(words))


def commands(group: click.Group = cli.main, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield *before, name


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_can_show_the_trace_that_its_errors_offer(words: tuple[str, ...]) -> None:
    assert "--debug" in ask(*words, "--help").output


def test_an_error_that_nobody_foresaw_is_one_line_and_its_trace_is_shown_on_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for debug in (False, True):
        with pytest.raises(SystemExit) as ended, one_clear_line(debug):
            raise LookupError("lost")
        told = capsys.readouterr().err
        assert ended.value.code == 1
        assert told.endswith(
            f"could not finish: LookupError: lost{'' if debug else ' (--debug shows where)'}\n"
        )
        assert ("Traceback" in told) is debug


def test_few_names_are_all_named_and_of_many_those_that_are_near() -> None:
    few, many = [f"T{n}" for n in range(FEW)], [f"T{n}" for n in range(FEW + 1)]
    assert all(name in str(unknown("statement", "x", few)) for name in few)
    told = str(unknown("statement", "x", many))
    assert told == f"unknown statement 'x'; there are {FEW + 1}, from T0, T1, T2 to T{FEW}"
    assert str(unknown("statement", "T1x", many)).startswith("unknown statement 'T1x'; did you mean 'T1'")
    assert len(str(unknown("statement", "T1x", [f"T{n}" for n in range(1000)]))) < 120


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("impact", "F1", "--theory", "deep"), "--theory deep: no theory is called 'deep'"),
        (("export", "F1", "--theory", "taken.py"), "--theory taken.py (line 1): NameError: name 'nothing'"),
        (
            ("docs", "--check", "--out", "none"),
            "none holds no site that could be compared; 'spectral-edge docs",
        ),
        (("export", "f3"), "unknown statement 'f3'; did you mean 'F3'? There are "),
        (("runs", "list", "--store", "absent"), "--store absent: there is no such folder"),
        (
            ("runs", "export", "aa", "--store", "absent", "--out", "x"),
            "--store absent: there is no such folder",
        ),
        (("sweep", "feedback-basin", "--backend", "moon"), "unknown backend 'moon'; known: auto, scipy"),
        (("sweep", "feedback-basin", "--out", "taken"), "--out taken: is a file"),
        (("reproduce", "dyck", "--size", "tiny", "--out", "taken"), "--out taken: is a file"),
        (("reproduce", "dyck", "--size", "tiny", "--store", "taken"), "--store taken: is a file"),
        (("reproduce", "dyke", "--out", "new"), "unknown study 'dyke'; did you mean 'dyck'"),
        (("ledger", "--theory", "deep-linear", "--out", "taken"), "--out taken: is a file"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, tuple) else "",
)
def test_what_cannot_be_done_is_refused_in_one_line_before_anything_is_touched(
    words: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("")
    Path("taken.py").write_text("x = nothing")
    result = ask(*words)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1), result.output
    assert result.stderr.startswith(f"spectral-edge: {told}")
    assert {path.name for path in tmp_path.iterdir()} <= {"taken", "taken.py", "sweeps"}


@pytest.mark.parametrize("words", [("--replicates", "0"), ("--seed", "-1")], ids="-".join)
def test_null_models_are_drawn_at_least_once_and_from_a_seed(words: tuple[str, str]) -> None:
    result = ask("nulls", "aa", *words)
    assert result.exit_code == 2
    assert f"Invalid value for '{words[0]}': {words[1]} is not in the range" in result.stderr


def test_an_interrupted_sweep_says_what_is_kept_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("sweep", "feedback-threshold", "--size", "4", "--out", str(tmp_path))
    solved, done = sweep._solved, []

    def stop_at_the_third(*given: Any) -> Any:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(given)
        return solved(*given)

    monkeypatch.setattr(sweep, "_solved", stop_at_the_third)
    result = ask(*words)
    assert result.exit_code == 130
    assert f"interrupted; finished rows are kept in {tmp_path / 'rows'}" in result.stderr
    monkeypatch.setattr(sweep, "_solved", solved)
    assert "2 rows integrated, 2 found again" in ask(*words).output


def test_an_integrator_that_cannot_do_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> Any:
        raise BackendError("it finds no events")

    monkeypatch.setattr(sweep, "_solved", refuse)
    result = ask("sweep", "feedback-threshold", "--size", "4", "--backend", "scipy", "--out", str(tmp_path))
    assert (result.exit_code, result.stderr) == (2, "spectral-edge: --backend scipy: it finds no events\n")


def test_an_interruption_of_anything_else_claims_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, one_clear_line():
        raise KeyboardInterrupt
    assert (ended.value.code, capsys.readouterr().err) == (130, "spectral-edge: interrupted\n")
