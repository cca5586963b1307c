"""Markup of introductions, links, what a site was made from, export and commands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from spectral_edge.theory.packs import PACKS, load
from spectral_edge.theory.status import Status
from spectral_edge.theory.verify import StatementResult
from spectral_edge.validate.cli import main
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.site import links, markup
from spectral_edge.validate.site.colours import sheet
from spectral_edge.validate.site.export import Form, export
from spectral_edge.validate.site.graph.drawing import COLOURS
from spectral_edge.validate.site.manifest import digests, manifest, stale
from spectral_edge.validate.site.material import Material
from spectral_edge.validate.site.sections.lists import STATUSES
from spectral_edge.validate.site.sources import write

ROOT = Path(__file__).parents[3]
HARMONIC = ROOT / "docs" / "examples" / "harmonic.py"


def test_an_introduction_becomes_paragraphs_lists_code_and_stress(small_report: Report) -> None:
    text = (
        "The ``gap`` at k* is *not* small.\n\nTwo things:\n\n* one\n  and more\n* two; see :mod:`.elsewhere`"
    )
    first, second, items = markup.body(text, Material(small_report))
    assert first.astext() == "The gap at k* is not small."
    assert [c.tagname for c in first.children] == ["#text", "literal", "#text", "emphasis", "#text"]
    assert second.astext() == "Two things:"
    assert [item.astext() for item in items] == ["one and more", "two; see elsewhere"]


def test_a_definition_whose_units_do_not_balance_is_refuted_and_not_merely_assumed(
    small_report: Report,
) -> None:
    assert Material(small_report).status("D.double") == "assumed"
    odd = {**small_report.results, "D.double": StatementResult("D.double", Status.REFUTED, "θ is no number")}
    assert Material(replace(small_report, results=odd)).status("D.double") == "refuted"


def page(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"<!DOCTYPE html><html><head></head><body>{body}</body></html>")


@pytest.mark.parametrize(
    "body, told",
    [
        ('<a href="gone.html">x</a>', "a.html: dead link: gone.html"),
        (
            '<a href="b.html#gone">x</a>',
            "a.html: dead link: b.html#gone: the page has no section of that name",
        ),
        ('<a href="#gone">x</a>', "a.html: dead link: #gone"),
        ('<a href="../outside.html">x</a>', "a.html: dead link: ../outside.html"),
        (
            '<script src="//cdn.example.org/x.js"></script>',
            "would load //cdn.example.org/x.js from elsewhere",
        ),
        ('<link rel="stylesheet" href="https://example.org/x.css">', "would load https://example.org/x.css"),
        ('<img src="gone.png">', "a.html: dead link: gone.png"),
    ],
)
def test_a_link_that_leads_nowhere_is_found_and_its_page_named(tmp_path: Path, body: str, told: str) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (tmp_path / "outside.html").write_text("")
    page(site, "b.html", '<p id="here"></p>')
    page(site, "a.html", body)
    (found,) = links.problems(site)
    assert told in found


def test_links_that_lead_somewhere_are_left_alone(tmp_path: Path) -> None:
    page(tmp_path, "b.html", '<p id="here">x</p>')
    page(
        tmp_path,
        "a.html",
        '<a href="b.html#here">x</a> <a href="https://example.org">y</a> <img src="data:,">',
    )
    assert links.problems(tmp_path) == []


def test_a_style_sheet_that_would_load_something_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("body { background: url('https://example.org/x.png') }")
    assert links.problems(tmp_path) == ["a.css: would load https://example.org/x.png from elsewhere"]


def test_only_the_page_whose_statement_changed_is_out_of_date(small_report: Report, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    material = Material(small_report)
    write(material, None, pages)
    site = tmp_path / "site"
    site.mkdir()
    (site / "site.json").write_text(json.dumps(manifest(material, pages)))
    assert stale(site, material, pages) == []

    changed = replace(small_report.theory["T1"], says="Something else.")
    statements = tuple(changed if s.id == "T1" else s for s in small_report.theory)
    other = Material(replace(small_report, theory=replace(small_report.theory, statements=statements)))
    assert stale(site, other, pages) == ["theory/theory/statements"]

    judged = tuple(replace(o, evidence=replace(o.evidence, reason="Else.")) for o in small_report.outcomes)
    assert "evidence/P1" in stale(site, Material(replace(small_report, outcomes=judged)), pages)


def test_a_folder_without_a_site_cannot_be_compared(small_report: Report, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds no site that could be compared"):
        stale(tmp_path, Material(small_report), tmp_path)
    assert digests(Material(small_report), tmp_path) == {}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_every_statement_can_be_written_for_a_paper(name: str) -> None:
    theory = load(name)
    for statement in list(theory)[:: 3 if name == "deep-linear" else 15]:
        tex = export(theory, statement.id, Form.LATEX)
        bare = tex.replace(r"\{", "").replace(r"\}", "")
        assert bare.count("{") == bare.count("}"), statement.id
        begun, ended = re.findall(r"\\begin\{(\w+\*?)\}", tex), re.findall(r"\\end\{(\w+\*?)\}", tex)
        assert sorted(begun) == sorted(ended) and begun.count("proof") == len(statement.derivations)
        assert tex.count(r"\[") == tex.count(r"\]")
        text = export(theory, statement.id, Form.MARKDOWN)
        assert text.count("$$") == 2 * (
            len(statement.content)
            + len(statement.hypotheses)
            + sum(len(d.steps) for d in statement.derivations)
        )


def test_the_command_exports_a_statement_and_refuses_one_that_is_not_there() -> None:
    done = CliRunner().invoke(
        main,
        ["export", "--theory", "deep-linear", "--format", "markdown", next(iter(load("deep-linear"))).id],
    )
    assert done.exit_code == 0 and "$$" in done.output
    gone = CliRunner().invoke(main, ["export", "--theory", "deep-linear", "L9"])
    assert gone.exit_code == 2 and "unknown statement 'L9'" in gone.output


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_status_can_be_read_on_its_ground_in_the_light_and_in_the_dark() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert set(COLOURS) == set(STATUSES)
    light, dark, _ = sheet().split("@media")
    for part in (light, dark):
        values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", part))
        for status in STATUSES:
            name = status.replace(" ", "-")
            # 7 : 1 is WCAG's level AAA for text of any size.
            assert contrast(values[f"{name}-ink"], values[name]) >= 7, status


def test_the_command_builds_the_site_of_a_theory_file_and_finds_it_up_to_date(tmp_path: Path) -> None:
    asked = ["--theory", str(HARMONIC), "--profile", "smoke", "--store", str(tmp_path / "store")]
    asked += ["--out", str(tmp_path / "site")]
    made = CliRunner().invoke(main, ["docs", *asked])
    assert made.exit_code == 0, made.output
    assert (tmp_path / "site" / "index.html").is_file()
    same = CliRunner().invoke(main, ["docs", "--check", *asked])
    assert same.exit_code == 0 and "up to date" in same.output

    record = tmp_path / "site" / "site.json"
    record.write_text(record.read_text().replace('"glossary": "', '"glossary": "x'))
    other = CliRunner().invoke(main, ["docs", "--check", *asked])
    assert other.exit_code == 1 and "out of date: glossary" in other.output


def test_the_guides_type_no_verdict_beside_a_statement() -> None:
    """A verdict in a guide is written by its role; typed, it would stay when the verdict changes."""
    typed = re.compile(
        r"\{statement\}`[^`]+`[^.{|]*?\bis (?:proved|refuted|supported|uninformative|inconclusive)\b"
    )
    assert typed.search("{statement}`F3` is refuted")
    for path in sorted((ROOT / "docs").rglob("*.md")):
        assert not typed.search(path.read_text(encoding="utf-8")), path
