"""The book of all derivations as a PDF, printed by a browser of this machine: with page numbers, bookmarks and tags."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..problems import BadRequest
from .book import NAME

PDF = "derivations.pdf"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
"""Programs that can print a page; the first that is there is used."""
PATIENCE = 300.0
"""Seconds that a browser may take. No source: several times what 450 statements take on a busy machine."""

_FORMULA = re.compile(r'<math display="(\w+)" alttext="([^"]*)">(.*?)</math>', re.DOTALL)
_OUTWARD = re.compile(r'<a ([^>]*?)href="(?!#)[^"]*"')
_CONTENTS = re.compile(r"<nav.*?</nav>", re.DOTALL)
_ENTRY = re.compile(r'<a href="#([^"]+)">(.*?)</a>')

_OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_DESTINATION = re.compile(rb"/([^\s/\[\]<>]+)\s*\[(\d+) 0 R /XYZ")


def print_pdf(site: Path) -> Path:
    """Print the book of a finished site to a PDF beside it.

    No browser can number the pages of a table of contents. So the book is printed once to see on which page each
    part falls, and a second time with these numbers.

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
    with tempfile.TemporaryDirectory(prefix="spectral-edge-pdf-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        text = for_paper((site / NAME).read_text(encoding="utf-8"))
        _print(program, numbered(text, {}), folder / "first.pdf", folder, "--disable-pdf-tagging")
        pages = destinations((folder / "first.pdf").read_bytes())
        # Bookmarks are made from the tags.
        _print(program, numbered(text, pages), folder / "book.pdf", folder, "--generate-pdf-document-outline")
        try:
            shutil.copyfile(folder / "book.pdf", target)
        except OSError as error:
            raise BadRequest(f"--pdf: {target} cannot be written: {error.strerror or error}") from error
    return target


def _print(program: str, text: str, target: Path, folder: Path, *more: str) -> None:
    source = folder / NAME
    source.write_text(text, encoding="utf-8")
    command = [
        program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer",
        *more, f"--print-to-pdf={target}", source.as_uri(),
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise BadRequest(f"--pdf: {program} could not print {NAME}: {error}") from error
    if not target.is_file():
        raise BadRequest(f"--pdf: {program} wrote no {target.name}")


def for_paper(text: str) -> str:
    """The book with each formula as one picture with words, and with the links alone that lead within it.

    A tag for each letter of each formula would make the file six times as large, and no reader of PDFs makes use of it.
    """
    said = _FORMULA.sub(
        r'<span role="img" aria-label="\2"><math display="\1" aria-hidden="true">\3</math></span>', text
    )
    return _OUTWARD.sub(r"<a \1", said)


def numbered(text: str, pages: Mapping[str, int]) -> str:
    """The book with the page behind each entry of its contents; with room for a number where none is known."""

    def entry(found: re.Match[str]) -> str:
        page = pages.get(found[1], "\u2007")
        return (
            f'<a class="entry" href="#{found[1]}"><span>{found[2]}</span><span class="page">{page}</span></a>'
        )

    return _CONTENTS.sub(lambda contents: _ENTRY.sub(entry, contents[0]), text, count=1)


def destinations(pdf: bytes) -> dict[str, int]:
    """The page, counted from 1, on which each part of the book falls that a link leads to; empty where that is not told.

    Read is what browsers write: objects as plain text, the leaves of a tree of pages, and a list of names.
    """
    objects = {int(found[1]): found[2] for found in _OBJECT.finditer(pdf)}
    catalogue = next((body for body in objects.values() if b"/Type /Catalog" in body), b"")
    root, names = (re.search(rb"/%b (\d+) 0 R" % name, catalogue) for name in (b"Pages", b"Dests"))
    if root is None or names is None:
        return {}
    order: dict[int, int] = {}
    waiting = [int(root[1])]
    while waiting:
        number = waiting.pop()
        kids = _KIDS.search(objects.get(number, b""))
        if kids is None:
            order[number] = len(order) + 1
        else:
            waiting += [int(kid) for kid in reversed(_REFERENCE.findall(kids[1]))]
    found = _DESTINATION.findall(objects.get(int(names[1]), b""))
    return {name.decode("ascii"): order[int(page)] for name, page in found if int(page) in order}
