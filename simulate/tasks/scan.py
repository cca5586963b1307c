"""SCAN: translate a command such as "jump left twice" into a sequence of actions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_integer
from .classification import IGNORED
from .objective import Objective
from .scan_grammar import ACTIONS, TURNS, commands
from .task import Split, Task, TokenInputs, Tokens, TranslationInputs

PADDING, START, END = 0, 1, 2
WORDS = ("<pad>", *ACTIONS, *TURNS, "opposite", "around", "twice", "thrice", "and", "after")
WRITTEN = ("<pad>", "<start>", "<end>", *(a for action in ACTIONS.values() for a in action), *TURNS.values())

_MOST_ACTIONS = 48
"""Of "jump around left thrice and jump around left thrice"."""


@dataclass(frozen=True)
class Scan(Task):
    """The simple split: commands drawn at random for training, others held out.

    An example is the command, padded to the longest, then the start mark and the actions; asked for are
    the actions and the end mark. Only commands of at most ``most_actions`` actions are used. The defaults
    are the source's: 2048 commands for training, 500 of the rest to measure on, the same for all seeds.

    ``examples_seed`` fixes the split for all seeds; with None each seed has its own.

    Raises:
        ValueError: a number is out of range, or there are not as many commands.
    """

    kind: ClassVar[str] = "scan"

    train_count: int = 2048
    test_count: int = 500
    most_actions: int = _MOST_ACTIONS
    examples_seed: int | None = 0

    def __post_init__(self) -> None:
        for name in ("train_count", "test_count", "most_actions"):
            need_integer("Scan", name, getattr(self, name), at_least=1)
        if self.examples_seed is not None:
            need_integer("Scan", "examples_seed", self.examples_seed, at_least=0)
        there = len(_encoded(self.most_actions)[0])
        if self.train_count + self.test_count > there:
            raise ValueError(
                f"Scan: train_count={self.train_count} and test_count={self.test_count}, but there are "
                f"{there} commands of at most most_actions={self.most_actions} actions"
            )

    @property
    def inputs(self) -> TranslationInputs:
        """A command to read and actions to write."""
        examples, _ = _encoded(self.most_actions)
        written = min(self.most_actions, _MOST_ACTIONS) + 1
        return TranslationInputs(
            TokenInputs(examples.shape[1] - written, len(WORDS), PADDING),
            TokenInputs(written, len(WRITTEN), PADDING),
        )

    @property
    def outputs(self) -> int:
        """The actions, and the marks beside them as in the source's network."""
        return len(WRITTEN)

    @property
    def objective(self) -> Objective:
        """All actions of a command have to be right."""
        return Objective.SEQUENCES

    def data(self, seed: int) -> Split:
        """Commands with the actions before each place ``(n, source + target)``, actions ``(n, target)``."""
        examples, targets = _encoded(self.most_actions)
        fixed = seed if self.examples_seed is None else self.examples_seed
        order = generator(fixed, Purpose.SPLIT).permutation(len(examples))
        train, test = np.split(order, [self.train_count])
        test = test[: self.test_count]
        return Split(examples[train], targets[train], examples[test], targets[test])


@lru_cache(maxsize=4)
def _encoded(most_actions: int) -> tuple[Tokens, Tokens]:
    """All commands as tokens: inputs ``(n, source + target)`` and targets ``(n, target)``."""
    used = [(words, actions) for words, actions in commands() if len(actions) <= most_actions]
    read = max((len(words) for words, _ in used), default=0)
    write = min(most_actions, _MOST_ACTIONS) + 1
    examples = np.full((len(used), read + write), PADDING, dtype=np.int64)
    targets = np.full((len(used), write), IGNORED, dtype=np.int64)
    word_number = {word: number for number, word in enumerate(WORDS)}
    action_number = {action: number for number, action in enumerate(WRITTEN)}
    for example, target, (words, actions) in zip(examples, targets, used, strict=True):
        example[: len(words)] = [word_number[word] for word in words]
        written = [action_number[action] for action in actions]
        example[read : read + len(actions) + 1] = [START, *written]
        target[: len(actions) + 1] = [*written, END]
    return examples, targets
