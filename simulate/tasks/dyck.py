"""Dyck-1: read balanced parentheses, and say at each of them how many are open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from ..randomness import Purpose, generator
from ..settings import need_flag, need_integer
from .classification import IGNORED
from .objective import Objective
from .task import Split, Task, TokenInputs, Tokens

OPEN, CLOSE, PADDING = 0, 1, 2

# Chance of an opening parenthesis where both are possible: the source's script.
_OPENING = 0.55


@dataclass(frozen=True)
class DyckDepth(Task):
    """The stack depth after each parenthesis of a word of at most ``pairs`` pairs, in ``2·pairs`` places.

    The number of pairs is uniform from 1 to ``pairs``; a word is then written from left to right, opening
    with probability 0.55 where opening and closing are both possible. The defaults are the source's: 50
    words for training, 5000 held out, at most 12 pairs, the same words for all seeds, repetitions allowed.
    With them 22 % of the held-out words are also training words (the short ones), so that a table of
    the training words has a good start: ``distinct=True`` draws each word once.

    ``examples_seed`` fixes the words for all seeds; with None each seed has its own.

    Raises:
        ValueError: a number is below 1, or there are not as many distinct words.
    """

    kind: ClassVar[str] = "dyck_depth"

    train_count: int = 50
    test_count: int = 5000
    pairs: int = 12
    distinct: bool = False
    examples_seed: int | None = 0

    def __post_init__(self) -> None:
        for name in ("train_count", "test_count", "pairs"):
            need_integer("DyckDepth", name, getattr(self, name), at_least=1)
        need_flag("DyckDepth", "distinct", self.distinct)
        if self.examples_seed is not None:
            need_integer("DyckDepth", "examples_seed", self.examples_seed, at_least=0)
        # Words of n pairs number C_n (Catalan); drawing without repetition slows down before all are used.
        words, catalan = 0, 1
        for n in range(1, self.pairs + 1):
            catalan = catalan * 2 * (2 * n - 1) // (n + 1)
            words += catalan
        if self.distinct and 2 * (self.train_count + self.test_count) > words:
            raise ValueError(
                f"DyckDepth: pairs={self.pairs} gives {words} words; ask for at most half of them, "
                f"not {self.train_count + self.test_count}, or allow repetitions with distinct=False"
            )

    @property
    def inputs(self) -> TokenInputs:
        """Opening, closing, and what fills up a shorter word."""
        return TokenInputs(length=2 * self.pairs, vocabulary=3, padding=PADDING)

    @property
    def outputs(self) -> int:
        """One class for each depth from 0 to ``pairs``."""
        return self.pairs + 1

    @property
    def objective(self) -> Objective:
        """A label at each place of a word."""
        return Objective.POSITIONS

    def data(self, seed: int) -> Split:
        """Words ``(n, 2·pairs)`` and depths of the same shape."""
        return _examples(self, seed if self.examples_seed is None else self.examples_seed)


@lru_cache(maxsize=4)
def _examples(task: DyckDepth, seed: int) -> Split:
    draw = generator(seed, Purpose.EXAMPLES)
    words: list[tuple[int, ...]] = []
    seen: set[tuple[int, ...]] = set()
    while len(words) < task.train_count + task.test_count:
        word = _word(int(draw.integers(1, task.pairs + 1)), draw)
        if task.distinct and word in seen:
            continue
        seen.add(word)
        words.append(word)
    tokens = np.full((len(words), 2 * task.pairs), PADDING, dtype=np.int64)
    for row, word in zip(tokens, words, strict=True):
        row[: len(word)] = word
    labels = depths(tokens)
    n = task.train_count
    return Split(tokens[:n], labels[:n], tokens[n:], labels[n:])


def _word(pairs: int, draw: np.random.Generator) -> tuple[int, ...]:
    word: list[int] = []
    opened, depth = 0, 0
    for chance in draw.random(2 * pairs):
        opens = opened < pairs and (depth == 0 or chance < _OPENING)
        word.append(OPEN if opens else CLOSE)
        opened += opens
        depth += 1 if opens else -1
    return tuple(word)


def depths(tokens: Tokens) -> Tokens:
    """The depth after each token ``(n, length)``; :data:`.IGNORED` at the padding."""
    steps = np.select([tokens == OPEN, tokens == CLOSE], [1, -1], 0)
    return np.where(tokens == PADDING, IGNORED, steps.cumsum(axis=1))
