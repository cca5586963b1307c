"""Optimizers as descriptions, each with the PyTorch optimizer that it stands for. One family per file."""

from .adam import Adam, AdamW
from .muon import Muon
from .rule import Rule
from .sgd import SGD

OPTIMIZERS: dict[str, type[Rule]] = {rule.kind: rule for rule in (SGD, Adam, AdamW, Muon)}

__all__ = ["OPTIMIZERS", "SGD", "Adam", "AdamW", "Muon", "Rule"]
