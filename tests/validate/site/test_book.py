from __future__ import annotations

import re
from html import escape
from pathlib import Path

from spectral_edge.validate.outcome import Report
from spectral_edge.validate.site.book import NAME


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
    assert len(targets) == len(outline) + sum(len(part.topics) for part in outline) + 1
    assert targets[-1] == "symbols"
    assert all(text.count(f'id="{target}"') == 1 for target in targets)


def test_every_part_has_a_running_head_of_its_own(small_site: Path, small_report: Report) -> None:
    text = (small_site / NAME).read_text(encoding="utf-8")
    for number, part in enumerate(small_report.theory.outline, start=1):
        assert f'@page part-{number} {{ @top-right {{ content: "{number}. {part.title}"; }} }}' in text
        assert f'<section class="part" style="page: part-{number}">' in text


def test_every_symbol_stands_at_the_end(small_site: Path, small_report: Report) -> None:
    text = (small_site / NAME).read_text(encoding="utf-8")
    end = text[text.index('id="symbols"') :]
    assert all(escape(quantity.meaning) in end for quantity in small_report.theory.notation)
