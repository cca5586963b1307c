from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from spectral_edge.validate import cli
from spectral_edge.validate.check import Context
from spectral_edge.validate.evidence import Evidence


@pytest.fixture
def command(world: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs ``spectral-edge`` with these words in the small world, in an empty folder."""
    monkeypatch.setattr("spectral_edge.theory.edge.THEORY", world.registries["theory"])
    monkeypatch.setattr("spectral_edge.validate.profiles.PROFILES", world.registries["profiles"])
    monkeypatch.delenv("SPECTRAL_EDGE_STORE", raising=False)
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)

    def run(*words: str) -> Result:
        monkeypatch.setattr("spectral_edge.validate.checks.CHECKS", world.checks)
        return CliRunner().invoke(cli.main, list(words))

    return run


def test_verifying_shows_stages_a_row_per_statement_and_where_the_report_is(command: Any) -> None:
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 0, result.output
    for stage in ("1/4 derive", "2/4 train", "3/4 confront", "4/4 report"):
        assert stage in result.stdout
    rows = [line.split() for line in result.stdout.splitlines() if line.strip().startswith(("T1", "P1"))]
    assert [row[0] for row in rows] == ["T1", "P1"]
    assert "proved" in rows[0] and "supported" in rows[1]
    assert "spectral-edge replay P1 --profile tiny" in result.stdout
    assert result.stdout.rstrip().endswith("Report: report/index.html")
    assert result.stderr == ""
    assert Path("report/index.html").exists() and Path(".spectral-edge").is_dir()


def test_verifying_again_says_that_everything_was_reused(command: Any) -> None:
    command("verify", "--profile", "tiny")
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 0
    assert "Nothing has changed since: all evidence was reused. Report: report/index.html" in result.stdout
    assert "3 statements checked" in result.stdout and "all reused" in result.stdout


def test_a_refuted_statement_is_a_result_and_no_error(command: Any, world: Any) -> None:
    def refute(context: Context) -> Evidence:
        from dataclasses import replace

        from spectral_edge.validate.verdict import Verdict

        return replace(sound(context), verdict=Verdict.REFUTED)

    sound, world.judges["P1"] = world.judges["P1"], refute
    result = command("verify", "--profile", "tiny")
    assert "refuted" in result.stdout
    assert result.exit_code == 0


def test_other_verdicts_than_expected_fail_after_the_report_was_written(command: Any) -> None:
    Path("expected.json").write_text(json.dumps({"T1": "proved", "P1": "refuted"}))
    result = command("verify", "--profile", "tiny", "--expect", "expected.json")
    assert result.exit_code == 1
    assert result.stderr == "spectral-edge: not as expected: P1: expected refuted, found supported\n"
    assert Path("report/verdicts.json").exists()
    assert command("verify", "--profile", "tiny", "--expect", "report/verdicts.json").exit_code == 0


def test_a_check_that_stops_fails_with_one_line_after_the_report_was_written(
    command: Any, world: Any
) -> None:
    def stop(context: Context) -> Evidence:
        raise ValueError("no seeds left")

    world.judges["P1"] = stop
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 1
    assert result.stderr == (
        "spectral-edge: could not finish: P1: the check stopped: ValueError: no seeds left\n"
    )
    assert Path("report/verdicts.json").exists()


def test_a_failed_self_check_fails_with_one_line(command: Any, world: Any) -> None:
    world.judges = {"T7": world.judges["T1"]}
    world.records["T7"] = None
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 1
    assert result.stderr == (
        "spectral-edge: a self-check failed: there is a check of 'T7', which is no statement of small\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("verify", "--profile", "tinny"), "unknown profile 'tinny'; did you mean 'tiny'? Known: tiny"),
        (("replay", "P2", "--profile", "tiny"), "unknown statement 'P2'; known: T1, P1"),
        (("verify", "--profile", "tiny", "--device", "cuda:77"), "--device cuda:77: "),
        (
            ("verify", "--profile", "tiny", "--expect", "nowhere.json"),
            "--expect nowhere.json: cannot be read",
        ),
        (("verify", "--profile", "tiny", "--out", "taken"), "report folder taken: is a file"),
    ],
)
def test_a_request_that_cannot_be_carried_out_ends_with_one_line_and_status_2(
    command: Any, world: Any, words: tuple[str, ...], message: str
) -> None:
    Path("taken").write_text("")
    result = command(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"spectral-edge: {message}")
    assert result.stderr.count("\n") == 1
    assert world.judged == []


def test_an_interruption_ends_with_one_line_and_status_130(command: Any, world: Any) -> None:
    def interrupt(context: Context) -> Evidence:
        raise KeyboardInterrupt

    sound, world.judges["P1"] = world.judges["P1"], interrupt
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 130
    assert result.stderr == (
        "spectral-edge: interrupted; kept: 3 derived statements, 1 training run, 1 verdict "
        "in .spectral-edge. The same command goes on from there.\n"
    )
    world.judges["P1"] = sound
    result = command("verify", "--profile", "tiny")
    assert result.exit_code == 0
    assert "1 run: 1 reused" in result.stdout and "2 statements judged, 1 of them reused" in result.stdout


def test_replaying_prints_the_evidence_and_compares_it_with_what_was_stored(command: Any) -> None:
    first = command("replay", "P1", "--profile", "tiny")
    assert first.exit_code == 0, first.output
    assert "No evidence of this statement was stored before." in first.stdout
    command("verify", "--profile", "tiny")
    result = command("replay", "P1", "--profile", "tiny")
    assert result.exit_code == 0
    for part in (
        "verdict  supported",
        "because  The smallest ratio",
        "rule     the ratio exceeds 1",
        "Every seed",
    ):
        assert part in result.stdout
    assert "The same as the stored evidence, to the last digit." in result.stdout


def test_help_is_quick_and_names_the_commands() -> None:
    program = (
        "import sys; from spectral_edge.validate.cli import main; "
        "main(['--help'], standalone_mode=False); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "verify" in done.stdout and "replay" in done.stdout
    assert done.stdout.rstrip().endswith("False")


def _heeding_ctrl_c() -> None:
    # What a script starts in the background ignores Ctrl-C, and so does all that it starts: these tests, perhaps.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_ctrl_c_during_training_keeps_what_was_derived_and_leaves_no_report(tmp_path: Path) -> None:
    # The command as it is installed: under "python -m", an interrupt that passed through exec("...") on its
    # way, as in an import of dataclasses, ends even a caught KeyboardInterrupt by SIGINT instead of 130.
    words = [str(Path(sys.executable).with_name("spectral-edge")), "verify", "--profile", "smoke"]
    environment = {k: v for k, v in os.environ.items() if k != "SPECTRAL_EDGE_STORE"}
    with subprocess.Popen(
        words,
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heeding_ctrl_c,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            if line.startswith("2/4 train"):
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        error = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert error.startswith("spectral-edge: interrupted; kept: ")
    assert error.count("\n") == 1
    assert not (tmp_path / "report").exists()
    assert list((tmp_path / ".spectral-edge" / "theory").iterdir())
