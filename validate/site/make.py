"""The command ``spectral-edge docs`` as functions: take results, published or stored; then build, or compare."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..outcome import Report
from ..pipeline import verify
from ..problems import BadRequest
from ..progress import Reporter
from ..provenance import PACKAGE
from ..published.reading import Published, read_published
from ..published.showing import show
from ..report.reader import NAME
from ..request import DEFAULT_DEVICE, DEFAULT_PROFILE, DEFAULT_THEORY
from . import sources
from .builder import Site, build
from .folder import SiteFolder
from .manifest import NAME as SITE
from .manifest import stale
from .material import Material

DEFAULT_OUT = Path("site")
RESULTS = PACKAGE / "docs" / "results"
"""Where the project's own published results are."""


@dataclass(frozen=True)
class Docs:
    """What a site is asked to be made from. The fields are the arguments of :func:`..pipeline.verify`.

    ``profile`` is None for the published results in the folder ``results``, or, where there are none, for
    the default profile.
    """

    profile: str | None = None
    device: str = DEFAULT_DEVICE
    store: Path | None = None
    theory: str = DEFAULT_THEORY
    workers: int = 1
    results: Path | None = None

    @property
    def published(self) -> Published | None:
        """The published results that are to be shown, if any.

        Raises:
            BadRequest: a folder is named that holds none.
        """
        if self.results is not None:
            return read_published(self.results)
        wanted = self.profile is None and self.theory == DEFAULT_THEORY and (RESULTS / NAME).is_file()
        return read_published(RESULTS) if wanted else None

    @property
    def hand_written(self) -> Path | None:
        """The folder of the guides: they are about the project's own theory, and an installed copy has none."""
        folder = PACKAGE / "docs"
        return folder if self.theory == DEFAULT_THEORY and (folder / sources.INDEX).is_file() else None

    def _report(self, folder: Path, progress: Reporter | None) -> Report:
        published = self.published
        if published is not None:
            return show(published, self.store, progress, theory=self.theory, workers=self.workers)
        return verify(
            self.profile or DEFAULT_PROFILE,
            folder / "report",
            self.device,
            self.store,
            progress=progress,
            theory=self.theory,
            workers=self.workers,
        )

    def make(self, out: Path = DEFAULT_OUT, progress: Reporter | None = None) -> Site:
        """Take the published results, or verify from what is stored as far as it is there, and build the site.

        Raises:
            BadRequest: something asked for does not exist, or ``out`` cannot be written; nothing was done.
            BadSite: a page cannot be built; the message names it.
        """
        SiteFolder(out).claim()
        with tempfile.TemporaryDirectory(prefix="spectral-edge-docs-") as place:
            report = self._report(Path(place), progress)
            if progress is not None:
                progress.begin("site", 1)
            site = build(report, out, self.hand_written, self.workers)
            if progress is not None:
                progress.end(f"{site.pages} pages in {out}")
        return site

    def stale(self, out: Path = DEFAULT_OUT, progress: Reporter | None = None) -> list[str]:
        """The pages of the site in ``out`` that would be others if it were built now.

        Raises:
            BadRequest: ``out`` holds no site; this is looked at before anything is found.
        """
        if not (out / SITE).is_file():
            raise BadRequest(
                f"{out} holds no site that could be compared; 'spectral-edge docs --out {out}' builds one"
            )
        with tempfile.TemporaryDirectory(prefix="spectral-edge-docs-") as place:
            report = self._report(Path(place), progress)
            pages = Path(place) / "pages"
            pages.mkdir()
            material = Material(report)
            sources.write(material, self.hand_written, pages)
            try:
                return stale(out, material, pages)
            except ValueError as error:
                raise BadRequest(str(error)) from error
