from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import sympy as sp

from spectral_edge.theory.statement import Kind, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.verify import check_theory
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.problems import BadRequest
from spectral_edge.validate.site.builder import BadSite, build
from spectral_edge.validate.site.links import problems

TOPIC = "theory/theory/statements.html"


def words(page: Path) -> str:
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return " ".join(text.split())


def test_a_topic_shows_what_each_statement_says_how_it_is_derived_and_how_to_repeat_it(
    small_site: Path,
) -> None:
    said = words(small_site / TOPIC)
    for part in (
        "Taking x from y leaves x.",
        "Take off x.",
        "✓ by symbols",
        "✓ at exact points",
        "spectral-edge replay T1",
        "A. Author & B. &lt;Author&gt;, section 1",
        "Refuted if a step fails",
        "pure number",
    ):
        assert part.replace("&", "&amp;", 1) in said or part in said, part


def test_an_evidence_page_shows_the_rule_every_seed_and_the_figure_with_its_data(small_site: Path) -> None:
    page = small_site / "evidence" / "P1.html"
    said = words(page)
    for part in ("The smallest ratio is", "norm of the weights, last over first", "level = 1", "Seeds 0, 3"):
        assert part in said, part
    (data,) = re.findall(r'class="data" href="([^"]+)"', page.read_text(encoding="utf-8"))
    rows = list(csv.reader((page.parent / data).read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 1 + 6


def test_every_formula_is_mathml_and_none_is_a_picture_or_a_script(small_site: Path) -> None:
    text = (small_site / TOPIC).read_text(encoding="utf-8")
    assert text.count("<math ") > 4
    assert not re.search(r"<script[^>]*mathjax|<merror", text, re.IGNORECASE)


def test_the_site_has_no_dead_link_and_asks_for_nothing_from_elsewhere(small_site: Path) -> None:
    assert problems(small_site) == []


def test_the_graph_the_map_and_the_report_go_with_the_site(small_site: Path) -> None:
    graph = json.loads((small_site / "graph.json").read_text(encoding="utf-8"))
    assert [node["id"] for node in graph["nodes"]] == ["D.double", "T1", "P1"]
    assert {"user": "T1", "used": "D.double", "use": "statement"} in graph["edges"]
    assert (small_site / "graph.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (small_site / "report" / "verdicts.json").is_file()


def test_guides_show_statements_and_verdicts_that_nobody_typed(
    small_report: Report, guides: Path, tmp_path: Path
) -> None:
    site = build(small_report, tmp_path / "site", guides).folder
    page = (site / "index.html").read_text(encoding="utf-8")
    assert re.search(r'href="theory/theory/statements\.html#statement-T1"', page)
    assert 'class="badge proved"' in page
    assert "<msup>" in page, "LaTeX of a guide becomes MathML"


@pytest.mark.parametrize(
    "line, told",
    [
        ("[gone](nowhere.md)", "nowhere"),
        ("{statement}`T7`", "no statement is called 'T7'"),
        ("{verdict}`T7`", "no statement is called 'T7'"),
        ("```{statement} T7\n```", "T7"),
        ("<a href='theory/nowhere.html'>x</a>", "dead link: theory/nowhere.html"),
        ("<img src='https://example.org/x.png'>", "would load https://example.org/x.png"),
    ],
)
def test_a_guide_that_leads_nowhere_stops_the_build_and_is_named(
    small_report: Report, guides: Path, tmp_path: Path, line: str, told: str
) -> None:
    with (guides / "index.md").open("a") as page:
        page.write(f"\n{line}\n")
    with pytest.raises(BadSite, match=f"index.*{re.escape(told)}|{re.escape(told)}.*index"):
        build(small_report, tmp_path / "site", guides)
    assert not (tmp_path / "site").exists()


class Unprintable(sp.Expr):
    """Something no printer knows."""

    def _latex(self, _: object) -> str:
        raise TypeError("there is no sign for this")


def test_a_statement_that_cannot_be_rendered_stops_the_build_and_its_page_is_named(
    small_report: Report, tmp_path: Path
) -> None:
    theory = small_report.theory
    odd = replace(theory["D.double"], content=(sp.Eq(sp.Symbol("x"), Unprintable(), evaluate=False),))
    broken = _with(theory, odd)
    with pytest.raises(BadSite, match=r"theory/theory/statements.*there is no sign for this"):
        build(replace(small_report, theory=broken), tmp_path / "site", None)


def _with(theory: Theory, statement: Statement) -> Theory:
    # The theory itself would refuse it; what is tested is that the pages do, too.
    copy = replace(theory)
    object.__setattr__(
        copy, "statements", tuple(statement if s.id == statement.id else s for s in theory.statements)
    )
    return copy


def test_a_figure_without_data_stops_the_build_and_its_page_is_named(
    small_report: Report, tmp_path: Path
) -> None:
    outcomes = []
    for outcome in small_report.outcomes:
        figures = tuple(replace(figure, curves=()) for figure in outcome.evidence.figures)
        outcomes.append(replace(outcome, evidence=replace(outcome.evidence, figures=figures)))
    with pytest.raises(BadSite, match=r"evidence/P1: figure 'norm' has no curves"):
        build(replace(small_report, outcomes=tuple(outcomes)), tmp_path / "site", None)


def test_a_folder_that_holds_something_else_is_left_as_it_is(small_report: Report, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(BadRequest, match="holds files that are no site"):
        build(small_report, tmp_path, None)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


def test_a_theory_without_derivations_has_pages_too(small_report: Report, tmp_path: Path) -> None:
    lone = Statement(
        "D.x",
        Kind.DEFINITION,
        "x",
        "It is y.",
        small_report.theory["D.double"].content,
        small_report.theory["D.double"].source,
    )
    theory = Theory("lone", "A lone definition", small_report.theory.notation, (lone,))
    report = replace(small_report, theory=theory, outcomes=(), results=check_theory(theory).results)
    assert "It is y." in words(build(report, tmp_path / "site", None).folder / TOPIC)
