"""Tasks that networks are trained on. One task per file."""

from .modular import ModularAddition
from .task import Task

TASKS: dict[str, type[ModularAddition]] = {ModularAddition.kind: ModularAddition}

__all__ = ["TASKS", "ModularAddition", "Task"]
