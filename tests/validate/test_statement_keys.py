"""What changes the key of a result, and what does not."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from spectral_edge.theory import packs
from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.theory import Theory
from spectral_edge.validate import statement_keys
from spectral_edge.validate.statement_keys import Keys
from spectral_edge.validate.theory_store import derive

FILE = """
import sympy as sp
from spectral_edge.theory.derivation import Derivation, Identity, Rearrange, Start, Substitute
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import ONE, THETA, TIME

N = Notation()
x = N.symbol("x", THETA, "a length")
y = N.symbol("y", THETA, "twice as much")
z = N.symbol("z", THETA, "a third length", positive=True)
w = N.symbol("w", ONE, "a number")
u = N.symbol("u", ONE, "a ratio")
BOOK = Source("A book", "page 1")


def eq(left, right):
    return sp.Eq(left, right, evaluate=False)


DOUBLE = Statement("D", Kind.DEFINITION, "Twice", "y is twice x.", (eq(y, 2 * x),), BOOK)
OTHER = Statement("D.other", Kind.DEFINITION, "Other", "z is given.", (eq(u, z / x),), BOOK)
TWICE = Statement(
    "T", Kind.THEOREM, "What is left", "Taking x leaves x.", (eq(y - x, x),), BOOK, "it fails",
    hypotheses=(sp.Gt(z, x),),
    derivations=(Derivation((
        Start(using="D", to=eq(y, 2 * x), says="The definition."),
        Rearrange(to=eq(y - x, x), says="Take off x."),
    )),),
)
HALF = Statement(
    "T.half", Kind.THEOREM, "Half", "Half of it.", (eq((y - x) / 2, x / 2),), BOOK, "it fails",
    hypotheses=(sp.Gt(z, x),),
    derivations=(Derivation((
        Start(using="T", to=eq(y - x, x), says="What is left."),
        Rearrange(times=sp.Rational(1, 2), to=eq((y - x) / 2, x / 2), says="Halve it."),
    )),),
)
SQUARE = Statement(
    "T.square", Kind.THEOREM, "Square", "Multiply out.", (eq((w + 1) ** 2, w**2 + 2 * w + 1),), BOOK, "it fails",
    derivations=(Derivation((Identity(to=eq((w + 1) ** 2, w**2 + 2 * w + 1), says="Multiply out."),)),),
)
THEORY = Theory("lengths", "Lengths", N, (DOUBLE, OTHER, TWICE, HALF, SQUARE))
"""
ALL = {"D", "D.other", "T", "T.half", "T.square"}


def _load(folder: Path, text: str = FILE) -> Theory:
    path = folder / "lengths.py"
    path.write_text(text, encoding="utf-8")
    return packs.load(str(path))


def _keys(theory: Theory) -> tuple[dict[str, str | None], dict[str, str | None]]:
    keys = Keys(theory)
    return {i: keys.of_derivations(i) for i in ALL}, {i: keys.of_verdict(i) for i in ALL}


def _changed(folder: Path, old: str, new: str) -> tuple[set[str], set[str]]:
    """Statements whose derivations, and whose verdict, are found anew after this edit of the file."""
    assert old in FILE
    before, after = _keys(_load(folder)), _keys(_load(folder, FILE.replace(old, new, 1)))
    assert None not in (*before[0].values(), *before[1].values())
    derivations, verdicts = ({i for i in ALL if a[i] != b[i]} for a, b in zip(before, after, strict=True))
    return derivations, verdicts


EDITS = {
    "a comment": ('BOOK = Source("A book"', '# Where it stands.\nBOOK = Source("A book"', set(), set()),
    "the meaning of a symbol": ('"a third length"', '"a length too"', set(), set()),
    "a hypothesis": (
        '"it fails",\n    hypotheses=(sp.Gt(z, x),)',
        '"it fails",\n    hypotheses=(sp.Gt(z, 2 * x),)',
        {"T", "T.half"},
        {"T", "T.half"},
    ),
    "a step": (
        'Start(using="T", to=eq(y - x, x)',
        'Start(using="T", to=eq(y - x, -x + 2 * x + 0 * y)',
        set(),
        set(),
    ),
    "a sign": ('says="Take off x."', 'says="Take off x.", times=-1', {"T"}, {"T", "T.half"}),
    "a word of a step": ('says="Halve it."', 'says="By two."', {"T.half"}, {"T.half"}),
    "the words of a cited statement": ('"y is twice x."', '"Twice x is y."', {"D"}, {"D"}),
    "a cited statement": (
        '"y is twice x.", (eq(y, 2 * x),)',
        '"y is twice x.", (eq(2 * x, y),)',
        {"D", "T"},
        {"D", "T", "T.half"},
    ),
    "the proof of a cited statement": (
        'Rearrange(to=eq(y - x, x), says="Take off x."),',
        'Rearrange(to=eq(y - x, x), says="Take off x."), Rearrange(to=eq(y - x, x), says="Again."),',
        {"T"},
        {"T", "T.half"},
    ),
    "a unit": ('N.symbol("w", ONE', 'N.symbol("w", TIME', {"T.square"}, {"T.square"}),
    "an assumption of a symbol": (
        '"a number")',
        '"a number", nonzero=True)',
        {"T.square"},
        {"T.square"},
    ),
    "whether a symbol runs": (
        '"a number")',
        '"a number", running=True)',
        {"T.square"},
        {"T.square"},
    ),
    "a symbol that nothing uses": (
        'BOOK = Source("A book"',
        'N.symbol("v", ONE, "new")\nBOOK = Source("A book"',
        set(),
        set(),
    ),
    "a statement that nothing cites": ('"z is given."', '"z is there."', {"D.other"}, {"D.other"}),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_changes_the_keys_of_what_it_decides_and_no_others(edit: str, tmp_path: Path) -> None:
    old, new, derivations, verdicts = EDITS[edit]
    if edit == "a step":  # SymPy adds up the terms: nothing has changed
        assert _changed(tmp_path, old, new) == (set(), set())
        new = 'Start(using="T", to=eq(2 * y - 2 * x, 2 * x)'
        derivations = verdicts = {"T.half"}
    assert _changed(tmp_path, old, new) == (derivations, verdicts)


def test_after_an_edit_only_what_it_decides_is_derived_again(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert derive(_load(tmp_path), store)[1] == 0
    assert derive(_load(tmp_path), store)[1] == len(ALL)
    wrong = FILE.replace("(eq(y, 2 * x),)", "(eq(y, 3 * x),)", 1)
    report, reused = derive(_load(tmp_path, wrong), store)
    assert reused == len(ALL) - 3
    assert [str(report.results[i].status) for i in ("T", "T.half")] == ["not checked"] * 2
    assert "T, which is not checked" in report.results["T.half"].message


@pytest.mark.parametrize("what", ["sources", "versions"])
def test_another_checker_or_library_changes_every_key(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theory = _load(tmp_path)
    before = _keys(theory)
    if what == "sources":
        monkeypatch.setattr(statement_keys, "checker_sources", lambda: "others")
    else:
        monkeypatch.setattr(statement_keys, "deciding_versions", lambda: {"sympy": "0.1"})
    after = _keys(theory)
    assert all(a[i] != b[i] for a, b in zip(before, after, strict=True) for i in ALL)


def test_the_checker_is_the_sources_of_the_theory_layer_without_its_theories(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("theory/verify.py", "theory/check/points.py", "theory/edge/gap/topic.py", "validate/cli.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    monkeypatch.setattr(statement_keys, "PACKAGE", tmp_path)

    def sources() -> str:
        return statement_keys.checker_sources.__wrapped__()

    first = sources()
    for name in ("theory/edge/gap/topic.py", "validate/cli.py"):
        (tmp_path / name).write_text("2")
        assert sources() == first
    for name in ("theory/verify.py", "theory/check/points.py"):
        (tmp_path / name).write_text("2")
        assert sources() != first
        first = sources()


def test_a_statement_that_cannot_be_represented_is_never_reused(tmp_path: Path) -> None:
    theory = _load(tmp_path)

    class Length(int):
        """A number of a type that is not known."""

    square = replace(theory["T.square"], witness={theory.notation.made("x"): Length(1)})
    odd = replace(theory, statements=(*(s for s in theory if s.id != "T.square"), square))
    keys = Keys(odd)
    assert keys.of_verdict("T.square") is None
    assert keys.of_derivations("T.square") is None
    assert keys.of_verdict("T") is not None
    assert keys.of_evidence("T.square", alone=True) != keys.of_evidence("T.square", alone=True)
    assert keys.of_evidence("T", alone=False) != keys.of_evidence("T", alone=False)
    assert keys.of_evidence("T", alone=True) == Keys(theory).of_evidence("T", alone=True)


def test_evidence_read_off_a_verdict_depends_on_that_and_on_what_amends_it(tmp_path: Path) -> None:
    theory = _load(tmp_path)
    half = replace(theory["T.half"], amends="T", repair="Halve it.")
    amended = replace(theory, statements=tuple(half if s.id == "T.half" else s for s in theory))
    before, after = Keys(theory), Keys(amended)
    assert after.seen_alone("T") == ["T", "T.half"]
    assert before.of_evidence("T", alone=True) != after.of_evidence("T", alone=True)
    assert before.of_evidence("T.square", alone=True) == after.of_evidence("T.square", alone=True)
    assert before.of_evidence("T.square", alone=False) != after.of_evidence("T.square", alone=False)


def test_every_statement_has_keys_which_are_the_same_in_every_process() -> None:
    keys = Keys(THEORY)
    assert all(keys.of_derivations(s.id) and keys.of_verdict(s.id) for s in THEORY)
    program = (
        "from spectral_edge.theory.deep_linear import THEORY; import spectral_edge.validate.statement_keys as k; "
        # The sources are read from disk, and somebody may be editing them while this test runs.
        "k.checker_sources = lambda: ''; keys = k.Keys(THEORY); "
        "print([(keys.of_derivations(s.id), keys.of_verdict(s.id)) for s in THEORY])"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_the_key_of_a_verdict_is_made_once_however_much_evidence_looks_at_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theory = _load(tmp_path)
    keys, asked = Keys(theory), list[str]()
    to_judge = keys.scopes.to_judge
    monkeypatch.setattr(keys.scopes, "to_judge", lambda i: (asked.append(i), to_judge(i))[1])
    every = {s.id: keys.of_evidence(s.id, alone=False) for s in theory}
    assert sorted(asked) == sorted(s.id for s in theory)
    assert every == {s.id: Keys(theory).of_evidence(s.id, alone=False) for s in theory}
