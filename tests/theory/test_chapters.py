from __future__ import annotations

import types
from dataclasses import replace

import pytest

from spectral_edge.theory.chapters import Chapter, Topic, chapter, topic_of
from spectral_edge.theory.packs import PACKS, load
from spectral_edge.theory.theory import TheoryError


def test_a_topic_is_named_and_introduced_as_its_module_is() -> None:
    module = types.ModuleType("pack.moving_frame", "What turns.\n\nAnd how.")
    module.STATEMENTS = ()  # type: ignore[attr-defined]
    assert topic_of(module) == Topic("moving-frame", "Moving frame", "What turns.\n\nAnd how.", ())
    assert chapter("c", "C", module).topics == (topic_of(module),)
    assert chapter("c", "C", (module, "The frame")).topics[0].title == "The frame"


def test_a_topic_without_a_word_to_its_reader_is_refused() -> None:
    module = types.ModuleType("pack.mute")
    with pytest.raises(ValueError, match="mute: the module has no docstring"):
        topic_of(module)


@pytest.mark.parametrize("name", sorted(PACKS))
def test_each_statement_of_a_pack_stands_in_one_topic_and_in_the_order_of_the_theory(name: str) -> None:
    theory = load(name)
    assert len(theory.chapters) > 1
    assert [s for part in theory.outline for s in part.statements] == list(theory)


def test_a_theory_without_chapters_has_one_with_everything() -> None:
    theory = replace(load("deep-linear"), chapters=())
    (whole,) = theory.outline
    assert list(whole.statements) == list(theory) and whole.title == theory.title


def test_chapters_that_leave_out_a_statement_are_refused_with_its_id() -> None:
    theory = load("deep-linear")
    first, *rest = theory.chapters[0].topics
    short = replace(first, statements=first.statements[1:])
    parts = (Chapter("network", "Network", (short, *rest)), *theory.chapters[1:])
    with pytest.raises(TheoryError, match=rf"differ in \['{first.statements[0].id}'\]"):
        replace(theory, chapters=parts)


def test_two_topics_of_one_name_are_refused() -> None:
    theory = load("deep-linear")
    parts = tuple(
        replace(part, topics=tuple(replace(t, slug="same") for t in part.topics)) for part in theory.chapters
    )
    with pytest.raises(TheoryError, match=r"two topics are called \['same'\]"):
        replace(theory, chapters=parts)
