from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.site.book import NAME
from spectral_edge.validate.site.printing import destinations, for_paper, numbered, print_pdf

from .browser import chromium

needs_a_browser = pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")

# What Chromium writes, in small: a tree of pages whose numbers are in no order, and a list of names.
PDF = b"""%PDF-1.4
2 0 obj
<</Type /Page
/Parent 9 0 R>>
endobj
7 0 obj
<</Type /Page
/Parent 9 0 R>>
endobj
9 0 obj
<</Type /Pages
/Count 2
/Kids [7 0 R 2 0 R]>>
endobj
4 0 obj
<</Type /Page
/Parent 10 0 R>>
endobj
10 0 obj
<</Type /Pages
/Count 3
/Kids [4 0 R 9 0 R]>>
endobj
12 0 obj
<</part-1 [4 0 R /XYZ 0 1 0]
/topic-a [2 0 R /XYZ 0 1 0]
/statement-F3 [7 0 R /XYZ 0 1 0]>>
endobj
13 0 obj
<</Type /Catalog
/Pages 10 0 R
/Dests 12 0 R>>
endobj
"""


def test_a_page_is_counted_in_the_order_of_the_tree_and_not_of_its_number() -> None:
    assert destinations(PDF) == {"part-1": 1, "statement-F3": 2, "topic-a": 3}


@pytest.mark.parametrize("gone", [b"/Dests 12 0 R", b"/Pages 10 0 R", b"/Type /Catalog"])
def test_where_a_pdf_does_not_tell_no_page_is_invented(gone: bytes) -> None:
    assert destinations(PDF.replace(gone, b"")) == {}


def test_an_entry_of_the_contents_has_its_page_or_room_for_it() -> None:
    text = '<nav><a href="#part-1">One</a> <a href="#part-2">Two</a></nav><a href="#part-1">there</a>'
    told = numbered(text, {"part-1": 17})
    assert re.findall(r'<span class="page">(.*?)</span>', told) == ["17", "\u2007"]
    assert told.endswith('<a href="#part-1">there</a>')


def test_on_paper_a_formula_is_one_picture_with_words_and_no_link_leads_out() -> None:
    told = for_paper(
        '<a class="x" href="evidence/P1.html">all</a> <a class="y" href="#here">here</a>'
        '<math display="inline" alttext="a &lt; b"><mi>a</mi></math>'
    )
    assert 'href="evidence' not in told and 'href="#here"' in told
    assert (
        '<span role="img" aria-label="a &lt; b"><math display="inline" aria-hidden="true"><mi>a</mi></math></span>'
        in told
    )


def test_without_a_browser_the_pdf_is_refused_with_what_to_do_instead(
    small_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BadRequest, match=r"none of chromium.* open .*derivations\.html in any browser"):
        print_pdf(small_site)


@needs_a_browser
def test_the_book_is_printed_with_page_numbers_bookmarks_and_tags(small_site: Path, tmp_path: Path) -> None:
    shutil.copy(small_site / NAME, tmp_path / NAME)
    made = print_pdf(tmp_path).read_bytes()
    assert made.startswith(b"%PDF-")
    pages = len(re.findall(rb"/Type\s*/Page\b", made))
    found = destinations(made)
    assert pages >= 2 and found["part-1"] > 1 and max(found.values()) <= pages
    for mark in (rb"/Type /Outlines", rb"/StructTreeRoot", rb"/Marked true"):
        assert re.search(mark, made), mark
