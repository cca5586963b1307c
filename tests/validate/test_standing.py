"""The table of footings, row by row; and that a verdict alone never speaks of the theory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from spectral_edge.theory.theory import Theory
from spectral_edge.validate.standing import Footing, standing
from spectral_edge.validate.verdict import Verdict


@pytest.fixture
def theory(world: Any) -> Theory:
    """T1, its amendment T1-amended, T2, and P1, which is drawn from T1 and T2."""
    small = world.registries["theory"]
    definition, theorem, prediction = small.statements
    return replace(
        small,
        statements=(
            definition,
            theorem,
            replace(theorem, id="T1-amended", amends="T1", repair="It says so."),
            replace(theorem, id="T2"),
            replace(prediction, drawn_from=("T1", "T2")),
        ),
    )


PROVED, REFUTED, OPEN = Verdict.PROVED, Verdict.REFUTED, Verdict.UNINFORMATIVE


@pytest.mark.parametrize(
    ("first", "amendment", "second", "footing"),
    [
        (PROVED, PROVED, PROVED, Footing.FIRM),
        (Verdict.SUPPORTED, REFUTED, PROVED, Footing.FIRM),
        (REFUTED, PROVED, PROVED, Footing.AMENDED),
        (REFUTED, OPEN, PROVED, Footing.FALLEN),
        (REFUTED, None, PROVED, Footing.FALLEN),
        (PROVED, PROVED, REFUTED, Footing.FALLEN),
        (OPEN, PROVED, PROVED, Footing.OPEN),
        (None, PROVED, PROVED, Footing.OPEN),
        (REFUTED, PROVED, OPEN, Footing.OPEN),
        (OPEN, PROVED, REFUTED, Footing.FALLEN),
    ],
)
def test_the_footing_is_the_worst_of_what_it_is_drawn_from(theory, first, amendment, second, footing):
    given = {"T1": first, "T1-amended": amendment, "T2": second, "P1": Verdict.SUPPORTED}
    verdicts = {i: v for i, v in given.items() if v is not None}
    found = standing(theory["P1"], theory, verdicts)
    assert found.footing is footing
    speaks = found.meaning.startswith("It speaks for the theory")
    assert speaks is footing.holds
    assert ("only if it follows from the amendment" in found.meaning) is (footing is Footing.AMENDED)


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("second", [PROVED, REFUTED])
def test_only_a_decided_prediction_says_anything_of_the_theory(theory, verdict, second):
    verdicts = {"T1": PROVED, "T2": second, "P1": verdict}
    meaning = standing(theory["P1"], theory, verdicts).meaning
    said = {
        (Verdict.SUPPORTED, PROVED): "It speaks for the theory",
        (Verdict.SUPPORTED, REFUTED): "It holds, and the theory does not explain it",
        (Verdict.REFUTED, PROVED): "It speaks against the theory",
        (Verdict.REFUTED, REFUTED): "It fails, as does what it was drawn from",
    }.get((verdict, second), "It says nothing of the theory")
    assert meaning.startswith(said + ": it is drawn from T1 (which holds), T2 (which ")


def test_the_amendment_that_saves_it_is_named(theory):
    verdicts = {"T1": REFUTED, "T1-amended": PROVED, "T2": PROVED, "P1": REFUTED}
    assert (
        "T1 (refuted as given and amended by T1-amended)" in standing(theory["P1"], theory, verdicts).meaning
    )


def test_what_is_drawn_from_nothing_stands_by_itself(theory):
    found = standing(theory["T1"], theory, {"T1": PROVED})
    assert (found.footing, found.meaning) == (Footing.FIRM, "")
