"""The examples of the documentation are run, and the guides show what is run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from spectral_edge.theory.packs import load
from spectral_edge.theory.verify import TheoryReport, check_theory

ROOT = Path(__file__).resolve().parent.parent
HARMONIC = ROOT / "docs" / "examples" / "harmonic.py"
GUIDE = ROOT / "docs" / "guides" / "write-a-theory-pack.md"


@pytest.fixture(scope="module")
def report() -> TheoryReport:
    return check_theory(load(str(HARMONIC)))


def test_the_example_has_the_statuses_that_the_guide_says(report: TheoryReport) -> None:
    found = {result.id: str(result.status) for result in report.results.values()}
    assert found == {
        "A.motion": "assumed",
        "D.energy": "assumed",
        "T.energy": "proved",
        "C.shares": "refuted",
        "C.shares-amended": "proved",
    }
    rows = re.findall(r"^\| (`[^|]+) \| (\w+) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name.strip("` "): status for names, status in rows for name in names.split(",")}
    assert told == found


def test_no_altered_step_of_the_example_survives(report: TheoryReport) -> None:
    assert report.survivors == []
    assert all(step.mutants for result in report.results.values() for step in result.steps)


def _code_blocks(language: str) -> list[str]:
    return re.findall(
        rf"^```{language}\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def test_the_guide_shows_the_example_as_it_is_run() -> None:
    assert _code_blocks("python")[0] == HARMONIC.read_text(encoding="utf-8")


def test_the_other_code_of_the_guide_runs_and_prints_the_statuses() -> None:
    (_, look) = _code_blocks("python")
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [
        re.match(r"(\S+) (proved|refuted|assumed|not checked) ", line) for line in done.stdout.splitlines()
    ]
    assert {line.group(1): line.group(2) for line in lines if line} == {
        "A.motion": "assumed",
        "D.energy": "assumed",
        "T.energy": "proved",
        "C.shares": "refuted",
        "C.shares-amended": "proved",
    }


def test_the_guide_names_every_kind_of_step() -> None:
    from spectral_edge.theory import derivation

    kinds = {
        name
        for name, kind in vars(derivation).items()
        if isinstance(kind, type) and issubclass(kind, derivation.Step) and kind.kind
    }
    shown = set(re.findall(r"^\| `(\w+)", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    assert kinds <= shown, kinds - shown


def test_the_guide_says_that_a_theory_file_is_run() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert "A theory file is Python and is run as such, with all that Python can do" in text
    assert "spectral-edge verify --theory docs/examples/harmonic.py" in text
