"""Where the statements of this theory come from."""

from __future__ import annotations

from ..statement import Source


def saxe(place: str) -> Source:
    """The paper in which the exact solutions were given."""
    return Source("A. M. Saxe, J. L. McClelland, S. Ganguli, arXiv:1312.6120", place)


def arora(place: str) -> Source:
    """The paper that made balance a notion for networks of any depth."""
    return Source("S. Arora, N. Cohen, E. Hazan, arXiv:1802.06509", place)


def reading(place: str) -> Source:
    """A way in which the paper's results are often quoted; no author is meant by it."""
    return Source("common reading of arXiv:1312.6120", place)


def project(place: str) -> Source:
    """A statement of this project: an assumption written out, a repair, or a step on the way."""
    return Source("spectral-edge", place)
