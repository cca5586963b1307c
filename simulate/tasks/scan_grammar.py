"""The commands of SCAN and what they mean, from the published grammar (Lake and Baroni, arXiv:1711.00350).

Grammar (figure 6 there): ``C → S and S | S after S | S``, ``S → V twice | V thrice | V``,
``V → D[1] opposite D[2] | D[1] around D[2] | D | U``, ``D → U left | U right | turn left | turn right``,
``U → walk | look | run | jump``. Interpretation (figure 7 there): a turn stands before each action.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

ACTIONS = {"walk": ("WALK",), "look": ("LOOK",), "run": ("RUN",), "jump": ("JUMP",), "turn": ()}
TURNS = {"left": "LTURN", "right": "RTURN"}

Phrase = tuple[tuple[str, ...], tuple[str, ...]]
"""Words of a command, and the actions that it asks for."""


@lru_cache(maxsize=1)
def commands() -> tuple[Phrase, ...]:
    """All 20,910 commands with their actions, always in the same order."""
    sentences = tuple(_sentences())
    return (*sentences, *_pairs(sentences))


def _verbs() -> Iterator[Phrase]:
    for verb, action in ACTIONS.items():
        if action:
            yield (verb,), action
        for side, turn in TURNS.items():
            yield (verb, side), (turn, *action)
            yield (verb, "opposite", side), (turn, turn, *action)
            yield (verb, "around", side), (turn, *action) * 4


def _sentences() -> Iterator[Phrase]:
    for words, actions in _verbs():
        yield words, actions
        yield (*words, "twice"), actions * 2
        yield (*words, "thrice"), actions * 3


def _pairs(sentences: tuple[Phrase, ...]) -> Iterator[Phrase]:
    for (first, does_first), (second, does_second) in product(sentences, repeat=2):
        yield (*first, "and", *second), does_first + does_second
        yield (*first, "after", *second), does_second + does_first
