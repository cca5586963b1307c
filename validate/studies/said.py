"""How the numbers of a seed are headed and said, in a terminal and on a page."""

from __future__ import annotations

HEADINGS = {
    "arm": "arm",
    "seed": "seed",
    "memorised": "memorised at",
    "grokked": "grokked at",
    "reported": "source (full)",
    "position": "k*",
    "leading_share": "σ₁²/Σσ²",
    "fall": "fall of g₂₃",
    "held_out": "held out",
    "diverged": "diverged at",
}
"""By the name in :class:`.study.SeedLine`."""


def said(value: str | float | None) -> str:
    """A cell; a dash where a step was not reached or a number is not known.

    >>> said(None), said("decay 1"), said(1400), said(0.97312), said(11880.4)
    ('–', 'decay 1', '1400', '0.973', '11,900')
    """
    if value is None:
        return "–"
    if not isinstance(value, float):
        return str(value)
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:g}"
