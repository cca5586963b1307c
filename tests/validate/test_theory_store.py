from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import check_theory
from spectral_edge.validate.theory_store import TheoryStore, derive


@pytest.fixture
def theory(small_report: Any) -> Theory:
    found = small_report.theory
    assert isinstance(found, Theory)
    return found


def test_deriving_with_a_store_finds_what_checking_the_theory_finds(theory: Theory, tmp_path: Path) -> None:
    plain = check_theory(theory)
    first, reused = derive(theory, tmp_path)
    assert (first.results, reused) == (plain.results, 0)
    assert plain.results["T1"].mutants_made > 0
    second, reused = derive(theory, tmp_path)
    assert (second.results, reused) == (plain.results, 3)


def test_a_statement_asked_for_anew_is_checked_again(theory: Theory, tmp_path: Path) -> None:
    derive(theory, tmp_path)
    assert derive(theory, tmp_path, anew=frozenset({"T1"}))[1] == 2


def test_the_digest_of_the_theory_is_the_same_in_every_process() -> None:
    program = (
        "from spectral_edge.theory.edge import THEORY; import spectral_edge.validate.theory_store as store; "
        # The sources are read from disk, and somebody may be editing them while this test runs.
        "store.running_sources = lambda layers: ''; print(store.theory_digest(THEORY))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_an_altered_theory_is_derived_again_and_fails(theory: Theory, tmp_path: Path) -> None:
    derive(theory, tmp_path)
    theorem = theory["T1"]
    x = next(iter(theorem.content[0].rhs.free_symbols))
    (chain,) = theorem.derivations
    wrong = replace(chain.steps[1], to=sp.Eq(theorem.content[0].lhs, 3 * x))
    altered = replace(
        theory,
        statements=tuple(
            replace(s, content=(wrong.to,), derivations=(replace(chain, steps=(chain.steps[0], wrong)),))
            if s.id == "T1"
            else s
            for s in theory
        ),
    )
    report, reused = derive(altered, tmp_path)
    assert reused == 0
    assert report.results["T1"].status == "not checked"


@pytest.mark.parametrize(
    "damage", ["", "{}", "[1]", '{"schema": 1, "digest": "0", "result": {"type": "Mutant"}}']
)
def test_a_damaged_result_is_found_again(theory: Theory, tmp_path: Path, damage: str) -> None:
    derive(theory, tmp_path)
    path = TheoryStore(tmp_path, theory).path("T1")
    path.write_text(damage)
    report, reused = derive(theory, tmp_path)
    assert reused == 2
    assert report.results["T1"].status == "proved"
    assert derive(theory, tmp_path)[1] == 3


def test_a_forged_result_is_not_believed(theory: Theory, tmp_path: Path) -> None:
    derive(theory, tmp_path)
    path = TheoryStore(tmp_path, theory).path("P1")
    data = json.loads(path.read_text())
    data["result"]["status"] = {"status": "proved"}
    path.write_text(json.dumps(data))
    report, reused = derive(theory, tmp_path)
    assert (report.results["P1"].status, reused) == ("empirical", 2)
