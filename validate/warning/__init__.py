"""Early warnings: when a series raises an alarm, what simpler series would have said, and who came first."""

from .alarm import Band, Fold, Rule, alarms, false_alarms
from .baselines import Signal, baseline_signals
from .change_point import change_points
from .compare import Contest, contest
from .variability import rolling

__all__ = [
    "Band",
    "Contest",
    "Fold",
    "Rule",
    "Signal",
    "alarms",
    "baseline_signals",
    "change_points",
    "contest",
    "false_alarms",
    "rolling",
]
