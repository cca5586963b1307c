"""All derivations on one page, to be read from the first to the last, printed, or saved as a PDF."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import urlsplit

from markupsafe import escape

from ..problems import BadRequest
from . import colours
from .extension import STATIC
from .material import Material, topic_page

NAME = "derivations.html"
PDF = "derivations.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Programs that can print a page; the first that is there is used."""
PATIENCE = 300.0
"""Seconds that a browser may take. No source: several times what 450 statements take on a busy machine."""

_ARTICLE = re.compile(r'<article role="main"[^>]*>(.*?)</article>', re.DOTALL)
_STATEMENT = re.compile(r'href="[^"#]*#(statement-[^"]+)"')
_LINK = re.compile(r'href="([^"]+)"')
_HEADING = re.compile(r"(</?)h([1-5])\b")


def book(built: Path, material: Material) -> str:
    """The page, made from the pages of the topics in the finished site ``built``."""
    theory, origin = material.report.theory, material.report.provenance
    parts, contents = [], []
    for number, part in enumerate(theory.outline, start=1):
        parts.append(f'<h1 class="chapter" id="part-{number}">{number}. {escape(part.title)}</h1>')
        topics = []
        for topic in part.topics:
            name = f"topic-{escape(topic.slug)}"
            parts.append(f'<div class="topic" id="{name}">{_body(built, topic_page(part, topic))}</div>')
            topics.append(f'<li><a href="#{name}">{escape(topic.title)}</a></li>')
        contents.append(
            f'<li><a href="#part-{number}">{escape(part.title)}</a><ul>{"".join(topics)}</ul></li>'
        )
    sheets = f"{colours.sheet()}{''.join(_style(name) for name in ('site.css', 'book.css'))}"
    made = f"spectral-edge {origin.version}, profile {material.report.profile}, sources {origin.source[:16]}"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(theory.title)}: derivations</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{sheets}</style></head><body data-theme="light"><main><header><h1>{escape(theory.title)}</h1>'
        f"<p>Every statement, its verdict and its derivation. {escape(made)}.</p></header>"
        f'<nav aria-label="Contents"><h2>Contents</h2><ol>{"".join(contents)}</ol></nav>{"".join(parts)}'
        "</main></body></html>\n"
    )


def _style(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _body(built: Path, page: str) -> str:
    """What stands on a topic's page, one heading lower, with links that lead within the book or into the site."""
    found = _ARTICLE.search((built / f"{page}.html").read_text(encoding="utf-8"))
    assert found is not None, page
    text = _STATEMENT.sub(r'href="#\1"', found[1])
    text = re.sub(r'<a class="headerlink".*?</a>', "", text)
    text = _LINK.sub(lambda mark: f'href="{moved(mark[1], page)}"', text)
    return _HEADING.sub(lambda mark: f"{mark[1]}h{int(mark[2]) + 1}", text)


def moved(target: str, page: str) -> str:
    """A link of ``page`` as it has to be from the top of the site, where the book is.

    >>> moved("../gap/gap-flow.html", "theory/loss/loss-errors"), moved("#here", "theory/loss/loss-errors")
    ('theory/gap/gap-flow.html', '#here')
    """
    if target.startswith("#") or urlsplit(target).scheme:
        return target
    return normpath(f"{PurePosixPath(page).parent}/{target}")


def print_pdf(site: Path) -> Path:
    """Print the book of a finished site to a PDF beside it, with a browser of this machine.

    Raises:
        BadRequest: there is no browser that could do it, or it could not.
    """
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise BadRequest(
            f"--pdf: none of {', '.join(BROWSERS)} is installed; the site is built: open {site / NAME} in any browser "
            "and print it to a file"
        )
    target = (site / PDF).resolve()
    with tempfile.TemporaryDirectory(prefix="spectral-edge-pdf-", ignore_cleanup_errors=True) as profile:
        command = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={profile}", "--no-pdf-header-footer",
            # Tags for each part of each formula would make the file six times as large; the page itself has them.
            "--disable-pdf-tagging",
            f"--print-to-pdf={target}", (site / NAME).resolve().as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            raise BadRequest(f"--pdf: {program} could not print {site / NAME}: {error}") from error
    if not target.is_file():
        raise BadRequest(f"--pdf: {program} wrote no {target}")
    return target
