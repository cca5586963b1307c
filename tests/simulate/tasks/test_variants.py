"""Wrong labels are wrong and few; a switch is one task and then the other."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.simulate.tasks import (
    CorruptedLabels,
    DyckDepth,
    LinearTeacher,
    ModularArithmetic,
    Scan,
    SparseParity,
    Task,
    TaskSwitch,
    XorClusters,
    stages,
)
from spectral_edge.simulate.tasks.classification import IGNORED

ADD, SUBTRACT = ModularArithmetic("a+b", 11), ModularArithmetic("a-b", 11)


@pytest.mark.parametrize(
    "task",
    [ADD, DyckDepth(40, 10, 4), Scan(40, 10, 6), SparseParity(train_count=40), XorClusters(train_count=40)],
)
def test_the_chosen_examples_have_other_classes_everywhere_and_no_others_have(task: Task) -> None:
    wrong, right = CorruptedLabels(task, 0.25).data(3), task.data(3)
    np.testing.assert_array_equal(wrong.train_inputs, right.train_inputs)
    np.testing.assert_array_equal(wrong.test_targets, right.test_targets)
    asked = right.train_targets != IGNORED
    np.testing.assert_array_equal(wrong.train_targets != IGNORED, asked)
    changed = (wrong.train_targets != right.train_targets).reshape(len(asked), -1)
    asked = asked.reshape(len(asked), -1)
    chosen = changed.any(axis=1)
    assert chosen.sum() == round(0.25 * len(chosen))
    assert (changed == asked)[chosen].all()
    assert wrong.train_targets.max() < task.outputs


def test_every_other_class_is_as_likely() -> None:
    task = ModularArithmetic("a+b", 5, 0.5)
    shifts = np.concatenate(
        [
            (CorruptedLabels(task, 0.9).data(s).train_targets - task.data(s).train_targets) % 5
            for s in range(400)
        ]
    )
    counts = np.bincount(shifts, minlength=5)[1:]
    assert abs(counts - counts.mean()).max() < 4 * counts.mean() ** 0.5


def test_values_are_passed_round_among_the_chosen() -> None:
    task = LinearTeacher()
    wrong, right = CorruptedLabels(task, 0.1).data(0), task.data(0)
    changed = np.flatnonzero((wrong.train_targets != right.train_targets).any(axis=1))
    assert len(changed) == 10
    assert sorted(map(tuple, wrong.train_targets)) == sorted(map(tuple, right.train_targets))


def test_the_probe_holds_the_chosen_examples_with_their_right_targets() -> None:
    task = CorruptedLabels(ADD, 0.2)
    assert task.probe_names == ("corrupted",)
    inputs, targets = task.probes(1)["corrupted"]
    assert len(inputs) == round(0.2 * ADD.train_count)
    assert targets.tolist() == [(a + b) % 11 for a, b in inputs.tolist()]
    wrong = task.data(1)
    given = {
        tuple(pair): label
        for pair, label in zip(wrong.train_inputs.tolist(), wrong.train_targets, strict=True)
    }
    assert all(given[tuple(pair)] != target for pair, target in zip(inputs.tolist(), targets, strict=True))


def test_a_switch_is_the_first_task_and_then_the_second() -> None:
    task = TaskSwitch(ADD, SUBTRACT, at=50)
    assert stages(task) == ((0, ADD), (50, SUBTRACT))
    assert stages(ADD) == ((0, ADD),)
    for one, other in zip(task.data(2), ADD.data(2), strict=True):
        np.testing.assert_array_equal(one, other)
    assert task.probe_names == ("first",)
    np.testing.assert_array_equal(task.probes(2)["first"][1], ADD.data(2).test_targets)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CorruptedLabels(ADD, 0.0), "share=0.0; give a number strictly between"),
        (
            lambda: CorruptedLabels(ADD, 0.01).data(0),
            "share=0.01 of 60 training examples is 1; corrupt at least",
        ),
        (lambda: CorruptedLabels(CorruptedLabels(ADD)), "give a task that is neither corrupted nor a switch"),
        (
            lambda: CorruptedLabels(TaskSwitch(ADD, ADD, 1)),
            "give a task that is neither corrupted nor a switch",
        ),
        (lambda: CorruptedLabels(3), "task=3; give a task"),
        (lambda: TaskSwitch(ADD, SUBTRACT, 0), "at=0; give an integer of at least 1"),
        (
            lambda: TaskSwitch(ADD, ModularArithmetic("a+b", 7), 5),
            "the inputs of the first task are .* of the same form",
        ),
        (lambda: TaskSwitch(TaskSwitch(ADD, ADD, 1), ADD, 5), "give a task that is no switch"),
    ],
)
def test_settings_that_make_no_task_are_refused(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()  # type: ignore[operator]
