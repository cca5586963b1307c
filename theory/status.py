"""What a check of the theory can say of one statement."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Computed by :func:`spectral_edge.theory.verify.check_theory`, never typed."""

    PROVED = "proved"
    REFUTED = "refuted"
    NOT_CHECKED = "not checked"
    ASSUMED = "assumed"
    EMPIRICAL = "empirical"
