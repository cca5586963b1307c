"""Building the site: sources, Sphinx, data files, drawings, and the checks after which it counts as built."""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from docutils.utils import SystemMessage
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from ..collection import uncollected
from ..outcome import Report
from ..problems import SelfCheckFailed
from ..report.document import csv_name
from ..report.figures import check_figure, csv_text
from ..report.folder import ReportFolder
from ..report.gallery import drawn, gallery
from ..report.page import ask_for_figures, drawing_id, set_formulas
from ..report.writer import write_report
from . import book, colours, lines, links, sources
from .folder import SiteFolder
from .graph.model import graph_of
from .graph.plate import plate
from .manifest import manifest
from .material import Material, evidence_page
from .settings import settings

PARALLEL = 2
"""Processes that read and write pages. Machines with two cores are what this is measured on."""

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class BadSite(SelfCheckFailed):
    """The site cannot be built as its sources are; the message has a line for each page with what is wrong."""


@dataclass(frozen=True)
class Site:
    """A site that was built and checked. ``pages`` counts its HTML pages."""

    folder: Path
    pages: int


def build(report: Report, out: Path, hand_written: Path | None, workers: int = 1) -> Site:
    """Build the site of ``report`` in the folder ``out``.

    ``hand_written`` is the folder of the guides (None: generated pages only). A file of an earlier site that
    this one no longer has is removed; a folder that holds anything else is refused. With more than one of
    ``workers``, so many processes draw the figures.

    Raises:
        BadSite: a statement cannot be rendered, a link is dead, a figure has no data. The folder is then what
            it was before.
        BadRequest: the folder cannot be written or holds something that is no site of this program.
    """
    material, folder = Material(report), SiteFolder(out)
    folder.claim()
    with uncollected(), tempfile.TemporaryDirectory(prefix="spectral-edge-site-") as place:
        pages, built = Path(place) / "pages", Path(place) / "html"
        pages.mkdir()
        looks = Path(place) / "looks"
        looks.mkdir()
        (looks / colours.NAME).write_text(colours.sheet(), encoding="utf-8")
        try:
            data = _data_files(material)
            sources.write(material, hand_written, pages)
            _drawn_and_set(material, workers)
        except ValueError as error:
            raise BadSite(f"the site cannot be built: {error}") from error
        problems = _run_sphinx(material, pages, built, looks)
        if problems:
            raise _bad(problems)
        graph = graph_of(material)
        data["graph.json"] = json.dumps(graph.plain(), ensure_ascii=False, indent=1) + "\n"
        data["graph.svg"] = plate(material, graph)
        data[book.NAME] = book.book(built, material)
        data["site.json"] = json.dumps(manifest(material, pages), ensure_ascii=False, indent=1) + "\n"
        # The report of the verification, a single file, goes with the site.
        single = ReportFolder(built / "report")
        single.claim()
        write_report(report, single)
        # The report links to the folder of its data, which a report without figures does not make.
        (built / "report" / "data").mkdir(exist_ok=True)
        for name, text in data.items():
            target = built / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        problems = links.problems(built)
        if problems:
            raise _bad(problems)
        folder.replace_by(built)
    return Site(out, sum(1 for _ in out.rglob("*.html")))


def _bad(problems: list[str]) -> BadSite:
    return BadSite("the site cannot be built:\n  " + "\n  ".join(problems))


def _data_files(material: Material) -> dict[str, str]:
    """The data behind every figure, as csv.

    Raises:
        ValueError: a figure has no data, or cannot be drawn; the message names its page.
    """
    files = {}
    for outcome in material.report.outcomes:
        for figure in outcome.evidence.figures:
            try:
                check_figure(figure)
            except ValueError as error:
                raise ValueError(f"{evidence_page(outcome.id)}: {error}") from error
            files[csv_name(outcome.id, figure.name)] = csv_text(figure)
    return files


def _drawn_and_set(material: Material, workers: int) -> None:
    """Draw every figure and set every formula, so that the processes that Sphinx makes of this one have them.

    Raises:
        ValueError: a figure cannot be drawn; the message names its page.
    """
    report = material.report
    with gallery(workers) as drawing:
        for outcome in report.outcomes:
            ask_for_figures(outcome, drawing)
        set_formulas(report.theory, lines.block)
        drawing.collect()
    for outcome in report.outcomes:
        for figure in outcome.evidence.figures:
            try:
                drawn(figure, drawing_id(outcome, figure))
            except ValueError as error:
                raise ValueError(f"{evidence_page(outcome.id)}: {error}") from error


def _run_sphinx(material: Material, pages: Path, built: Path, looks: Path) -> list[str]:
    """Build the pages; returns one line for each warning, since a warning is an error here."""
    said = io.StringIO()
    with _quiet(), patch_docutils(str(pages)), docutils_namespace():
        try:
            app = Sphinx(
                srcdir=pages,
                confdir=None,
                outdir=built,
                doctreedir=looks.with_name("doctrees"),
                buildername="html",
                confoverrides=settings(material, looks),
                status=None,
                warning=said,
                freshenv=True,
                parallel=PARALLEL,
            )
            app.build(force_all=True)
        except (SphinxError, SystemMessage) as error:
            return [*_lines(said.getvalue(), pages), str(error)]
    (built / ".buildinfo").unlink(missing_ok=True)
    shutil.rmtree(built / "_sources", ignore_errors=True)
    return _lines(said.getvalue(), pages)


@contextmanager
def _quiet() -> Iterator[None]:
    """What libraries announce for their own next versions is no matter of the pages."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        yield


def _lines(said: str, pages: Path) -> list[str]:
    """Sphinx's warnings with the pages named from the top of the site."""
    text = _COLOURS.sub("", said).replace(f"{pages}/", "")
    return [line for line in text.splitlines() if line.strip()]
