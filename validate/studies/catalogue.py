"""All studies by name."""

from __future__ import annotations

from . import dyck, modular, optimizers, scan
from .study import SIZES, Study

STUDIES: dict[str, Study] = {
    study.name: study for study in (modular.STUDY, dyck.STUDY, scan.STUDY, optimizers.MUON, optimizers.BETA2)
}

__all__ = ["SIZES", "STUDIES", "Study"]
