from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from spectral_edge.validate.outcome import Report
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.site.book import NAME, print_pdf

from .browser import chromium


def test_the_book_holds_every_statement_once_and_leads_within_itself(
    small_site: Path, small_report: Report
) -> None:
    text = (small_site / NAME).read_text(encoding="utf-8")
    sections = re.findall(r'<section[^>]* id="(statement-[^"]+)"', text)
    assert len(sections) == len(set(sections)) == len(small_report.theory.statements)
    links = re.findall(r'href="([^"]*statement-[^"]*)"', text)
    assert links and all(link.startswith("#") for link in links)
    assert "headerlink" not in text and "<script" not in text


def test_the_contents_lead_to_every_part_and_topic(small_site: Path, small_report: Report) -> None:
    text = (small_site / NAME).read_text(encoding="utf-8")
    (contents,) = re.findall(r"<nav.*?</nav>", text, re.DOTALL)
    targets = re.findall(r'href="#([^"]+)"', contents)
    outline = small_report.theory.outline
    assert len(targets) == len(outline) + sum(len(part.topics) for part in outline)
    assert all(text.count(f'id="{target}"') == 1 for target in targets)


def test_without_a_browser_the_pdf_is_refused_with_what_to_do_instead(
    small_site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BadRequest, match=r"none of chromium.* open .*derivations\.html in any browser"):
        print_pdf(small_site)


@pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine")
def test_the_book_is_printed_to_a_pdf(small_site: Path, tmp_path: Path) -> None:
    shutil.copy(small_site / NAME, tmp_path / NAME)
    made = print_pdf(tmp_path)
    assert made.read_bytes().startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", made.read_bytes())) >= 2
