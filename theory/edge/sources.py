"""Where the statements of this theory come from."""

from __future__ import annotations

from ..statement import PROJECT, Source

_WORK = "Y. Xu, arXiv:2603.28964"


def thesis(place: str, version: str = "") -> Source:
    """The spectral edge thesis, as restated from its abstracts and the author's public scripts."""
    return Source(_WORK, place, version)


def project(place: str) -> Source:
    """A statement of this project: an assumption written out, a repair, or standard mathematics."""
    return Source(PROJECT, place)
