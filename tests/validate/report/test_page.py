from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from spectral_edge.validate.report.page import SIGNS, anchor, breakable, render, tally
from spectral_edge.validate.verdict import Verdict

VOID = {"meta", "col", "br", "link", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page, and whether each that was opened was closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.misplaced: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def text(small_report: Any) -> str:
    return str((small_report.folder / "index.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_element_is_closed_in_its_place(page: Page) -> None:
    assert page.misplaced == [] and page.open == []
    assert Page("<p><b></p></b>").misplaced == ["p", "b"]


def test_the_page_needs_nothing_but_itself(page: Page, text: str) -> None:
    assert page.all("script") == page.all("link") == page.all("img") == page.all("iframe") == []
    assert re.findall(r"""(?:src=|url\((?!#)|@import|https?:)""", text) == []


def test_every_link_leads_somewhere(page: Page, small_report: Any) -> None:
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for attributes in page.all("a"):
        target = attributes["href"]
        assert target is not None
        if target.startswith("#"):
            assert target[1:] in ids, target
        else:
            assert (small_report.folder / target).exists(), target


def test_ids_are_unique(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_headings_descend_one_level_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_figures_scrolling_boxes_and_the_page_have_names_for_those_who_cannot_see(page: Page) -> None:
    drawings = page.all("svg")
    assert len(drawings) == 1 and all(a.get("role") == "img" and a.get("aria-labelledby") for a in drawings)
    boxes = [a for a in page.all("div") if a.get("tabindex") == "0"]
    assert boxes and all(a.get("role") == "group" and a.get("aria-label") for a in boxes)
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("meta")[1]["name"] == "viewport"


def test_every_verdict_has_a_word_and_a_sign_of_its_own() -> None:
    assert set(SIGNS) == set(Verdict)
    assert len(set(SIGNS.values())) == len(Verdict)


def test_the_page_tells_what_was_run_what_was_found_and_how_to_find_it_again(
    page: Page, small_report: Any
) -> None:
    words = " ".join(page.words.split())
    for outcome in small_report.outcomes:
        assert outcome.statement.title in words
        assert outcome.evidence.reason in words
        assert outcome.replay in words
    assert small_report.outcomes[1].record.digest() in words
    assert small_report.provenance.commit[:12] in words
    assert "2 statements: 1 proved, 1 supported." in words
    assert all(verdict.meaning in words for verdict in Verdict)
    assert "symbolically ✓ at exact random points ✓ units" in words


def test_text_is_shown_as_it_is_and_never_becomes_an_element(page: Page, text: str) -> None:
    assert "Weights &lt;grow&gt; &amp; grow" in text
    assert "B. <Author>" in page.words
    assert "a number <of> things & more" in page.words
    assert "author" not in {tag for tag, _ in page.elements}


def test_the_same_report_gives_the_same_page(small_report: Any, text: str) -> None:
    assert render(small_report) == text


def test_the_tally_counts_each_verdict_once(small_report: Any) -> None:
    assert tally(small_report) == "2 statements: 1 proved, 1 supported."


def test_an_anchor_is_a_name_that_css_can_use() -> None:
    assert anchor("A.flow") == "statement-A-flow"


def test_an_id_may_be_broken_after_dots_and_hyphens_and_shows_nothing_but_itself() -> None:
    assert breakable("W3.pechukas-yukawa") == "W3.<wbr>pechukas-<wbr>yukawa"
    assert breakable("<P1>") == "&lt;P1&gt;"


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def palettes(text: str) -> list[dict[str, str]]:
    """The colours by name, of the light page and of the dark one."""
    blocks = re.findall(r":root\s*\{([^}]*--paper[^}]*)\}", text)
    return [dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block)) for block in blocks]


@pytest.mark.parametrize("which", [0, 1], ids=["light", "dark"])
def test_all_text_can_be_read_on_its_ground(text: str, which: int) -> None:
    # WCAG 2.2, 1.4.3: 4.5:1 for text.
    colours = palettes(text)[which]
    pairs = [(ink, ground) for ink in ("text", "quiet", "link") for ground in ("paper", "raised")]
    pairs += [
        (f"{name}-ink", name) for name in ("proved", "supported", "refuted", "uninformative", "inconclusive")
    ]
    pairs += [("refuted-ink", "paper"), ("uninformative-ink", "paper")]
    for ink, ground in pairs:
        low, high = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)
