from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import check_theory
from spectral_edge.validate.statement_keys import Keys
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
    assert reused == 2  # what is defined and what is predicted stand on their own
    assert report.results["T1"].status == "not checked"


def _file(theory: Theory, folder: Path, identifier: str, what: str) -> Path:
    keys = Keys(theory)
    key = keys.of_derivations(identifier) if what == "steps" else keys.of_verdict(identifier)
    path = TheoryStore(folder, keys).path(identifier, key)
    assert path.is_file()
    return path


def _damages(text: str) -> list[str]:
    head, body = text.split("\n", 1)
    return [
        "",
        "{}",
        "[1]\n[1]\n",
        body,
        head,
        f"{head}\n{body} ",
        text.replace('"schema": 2', '"schema": 1'),
        f"{head}\n{body.replace('e', 'f', 1)}",
    ]


@pytest.mark.parametrize("what", ["steps", "verdict"])
@pytest.mark.parametrize("number", range(8))
def test_a_damaged_result_is_found_again(theory: Theory, tmp_path: Path, what: str, number: int) -> None:
    derive(theory, tmp_path)
    path = _file(theory, tmp_path, "T1", what)
    whole = path.read_text()
    path.write_text(_damages(whole)[number])
    assert path.read_text() != whole
    report, reused = derive(theory, tmp_path)
    assert (report.results["T1"].status, reused) == ("proved", 2)
    assert path.read_text() == whole


def test_a_file_under_the_name_of_another_is_not_believed(theory: Theory, tmp_path: Path) -> None:
    derive(theory, tmp_path)
    _file(theory, tmp_path, "P1", "verdict").write_text(_file(theory, tmp_path, "T1", "verdict").read_text())
    report, reused = derive(theory, tmp_path)
    assert (report.results["P1"].status, reused) == ("empirical", 2)


@pytest.mark.parametrize(
    "forged",
    [
        {"thing": {"type": "Path"}, "expressions": []},
        {"thing": {"expression": -1}, "expressions": [["number", "1"]]},
        {"thing": {"expression": 0}, "expressions": [["Add", 0, 1], ["number", "1"]]},
        {"thing": [], "expressions": [["eval", "1"]]},
        {"thing": 1, "expressions": []},
        [],
    ],
    ids=str,
)
def test_what_no_result_is_written_as_is_not_read_even_with_the_right_digest(
    theory: Theory, tmp_path: Path, forged: Any
) -> None:
    derive(theory, tmp_path)
    path = _file(theory, tmp_path, "T1", "steps")
    text = json.dumps(forged) + "\n"
    head = json.loads(path.read_text().split("\n", 1)[0])
    head["digest"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(f"{json.dumps(head)}\n{text}")
    if forged == {"thing": [], "expressions": [["eval", "1"]]}:
        assert TheoryStore(tmp_path, Keys(theory)).steps("T1") is None
    report, _ = derive(theory, tmp_path)
    assert report.results["T1"].status == "proved"


def test_a_verdict_is_kept_without_the_derivations_which_are_kept_once(
    theory: Theory, tmp_path: Path
) -> None:
    plain = check_theory(theory)
    derive(theory, tmp_path)
    store = TheoryStore(tmp_path, Keys(theory))
    verdict = store.verdict("T1")
    assert verdict is not None
    assert verdict.derivations == ()
    assert store.steps("T1") == plain.results["T1"].derivations
    _file(theory, tmp_path, "T1", "verdict").unlink()
    report, reused = derive(theory, tmp_path)
    assert (report.results, reused) == (plain.results, 2)
