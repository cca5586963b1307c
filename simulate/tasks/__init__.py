"""Tasks that networks are trained on. One task per file."""

from .corrupted import CorruptedLabels
from .dyck import DyckDepth
from .linear_teacher import LinearTeacher
from .modular import ModularAddition, ModularArithmetic
from .objective import Objective
from .quadratic_bowl import QuadraticBowl
from .scan import Scan
from .sparse_parity import SparseParity
from .switch import TaskSwitch, stages
from .task import Split, Task, TokenInputs, TranslationInputs, VectorInputs
from .xor_clusters import XorClusters

TASKS: dict[str, type[Task]] = {
    task.kind: task
    for task in (
        CorruptedLabels,
        DyckDepth,
        LinearTeacher,
        ModularAddition,
        ModularArithmetic,
        QuadraticBowl,
        Scan,
        SparseParity,
        TaskSwitch,
        XorClusters,
    )
}

__all__ = [
    "TASKS",
    "CorruptedLabels",
    "DyckDepth",
    "LinearTeacher",
    "ModularAddition",
    "ModularArithmetic",
    "Objective",
    "QuadraticBowl",
    "Scan",
    "SparseParity",
    "Split",
    "Task",
    "TaskSwitch",
    "TokenInputs",
    "TranslationInputs",
    "VectorInputs",
    "XorClusters",
    "stages",
]
