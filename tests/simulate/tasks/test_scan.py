"""SCAN is the published set of commands, and every command means what the paper says it means."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from spectral_edge.simulate.tasks import Objective, Scan
from spectral_edge.simulate.tasks.classification import IGNORED
from spectral_edge.simulate.tasks.scan import END, PADDING, START, WORDS, WRITTEN
from spectral_edge.simulate.tasks.scan_grammar import commands

# Figure 1 of arXiv:1711.00350, and the longest command.
EXAMPLES = {
    "jump": "JUMP",
    "jump left": "LTURN JUMP",
    "jump around right": "RTURN JUMP RTURN JUMP RTURN JUMP RTURN JUMP",
    "turn left twice": "LTURN LTURN",
    "jump thrice": "JUMP JUMP JUMP",
    "jump opposite left and walk thrice": "LTURN LTURN JUMP WALK WALK WALK",
    "jump opposite left after walk around left": "LTURN WALK LTURN WALK LTURN WALK LTURN WALK LTURN LTURN JUMP",
    "turn around left": "LTURN LTURN LTURN LTURN",
    "run around left thrice and look around right thrice": " ".join(["LTURN RUN"] * 12 + ["RTURN LOOK"] * 12),
}


def test_there_are_20910_commands_each_once() -> None:
    assert len(commands()) == len({words for words, _ in commands()}) == 20910


@pytest.mark.parametrize("command", EXAMPLES)
def test_a_command_of_the_paper_asks_for_the_actions_that_it_prints(command: str) -> None:
    meaning = dict(commands())
    assert meaning[tuple(command.split())] == tuple(EXAMPLES[command].split())


def naive_meaning(command: str) -> list[str]:
    """Figure 7 of the paper, read as rewriting rules on text."""
    if " and " in command:
        first, second = command.split(" and ")
        return naive_meaning(first) + naive_meaning(second)
    if " after " in command:
        first, second = command.split(" after ")
        return naive_meaning(second) + naive_meaning(first)
    for word, times in ((" twice", 2), (" thrice", 3)):
        if command.endswith(word):
            return naive_meaning(command.removesuffix(word)) * times
    verb, *rest = command.split()
    action = [] if verb == "turn" else [verb.upper()]
    if not rest:
        return action
    turn = {"left": "LTURN", "right": "RTURN"}[rest[-1]]
    if rest[0] == "opposite":
        return [turn, turn, *action]
    return [turn, *action] * 4 if rest[0] == "around" else [turn, *action]


def test_every_command_means_what_the_rules_say() -> None:
    for words, actions in commands():
        assert list(actions) == naive_meaning(" ".join(words))


def test_no_command_breaks_the_grammar() -> None:
    verb = r"(walk|look|run|jump)( (opposite |around )?(left|right))?|turn (opposite |around )?(left|right)"
    sentence = rf"({verb})( twice| thrice)?"
    grammar = re.compile(rf"{sentence}( (and|after) {sentence})?")
    assert all(grammar.fullmatch(" ".join(words)) for words, _ in commands())


def read_back(task: Scan, example: np.ndarray, target: np.ndarray) -> tuple[str, str]:
    """The command and the actions of one example; what stands before each place is checked on the way."""
    source = task.inputs.source.length
    command = [WORDS[token] for token in example[:source] if token != PADDING]
    written = [WRITTEN[token] for token in target if token != IGNORED]
    assert written[-1] == WRITTEN[END]
    before = [WRITTEN[token] for token in example[source:] if token != PADDING]
    assert before == [WRITTEN[START], *written[:-1]]
    return " ".join(command), " ".join(written[:-1])


def test_examples_are_commands_with_their_actions_and_no_command_is_in_both_parts() -> None:
    task = Scan(train_count=300, test_count=200)
    meaning = {" ".join(words): " ".join(actions) for words, actions in commands()}
    train, train_targets, test, test_targets = task.data(7)
    seen = [read_back(task, *pair) for pair in zip(train, train_targets, strict=True)]
    held_out = [read_back(task, *pair) for pair in zip(test, test_targets, strict=True)]
    assert all(meaning[command] == actions for command, actions in [*seen, *held_out])
    assert len({command for command, _ in [*seen, *held_out]}) == 500


def test_the_split_is_that_of_its_own_seed_or_of_the_runs() -> None:
    fixed, own = Scan(50, 50), Scan(50, 50, examples_seed=None)
    np.testing.assert_array_equal(fixed.data(1).train_inputs, fixed.data(2).train_inputs)
    assert not np.array_equal(own.data(1).train_inputs, own.data(2).train_inputs)


def test_short_commands_alone_make_a_small_task() -> None:
    task = Scan(train_count=100, test_count=50, most_actions=4)
    assert task.objective is Objective.SEQUENCES
    assert task.inputs.target.length == 5
    assert task.data(0).train_targets.shape == (100, 5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"train_count": 0}, "train_count=0; give an integer of at least 1"),
        ({"most_actions": 0}, "most_actions=0; give an integer of at least 1"),
        ({"train_count": 20910, "test_count": 1}, "there are 20910 commands of at most most_actions=48"),
        ({"most_actions": 1, "train_count": 5, "test_count": 2}, "there are 6 commands of at most"),
        ({"examples_seed": -1}, "examples_seed=-1; give an integer"),
    ],
)
def test_settings_that_make_no_task_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"Scan: .*{message}"):
        Scan(**settings)
