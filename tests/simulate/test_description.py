"""A description survives JSON, has one address, and refuses what cannot be trained."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.simulate.description import SCHEMA, Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import (
    NETWORKS,
    CausalTransformer,
    DeepLinear,
    EncoderDecoderTransformer,
    EncoderTransformer,
    LinearModel,
    Network,
    QuadraticTwoLayer,
    ReluTwoLayer,
)
from spectral_edge.simulate.optimizers import OPTIMIZERS, SGD, Adam, AdamW, Muon
from spectral_edge.simulate.tasks import (
    TASKS,
    CorruptedLabels,
    DyckDepth,
    LinearTeacher,
    ModularAddition,
    ModularArithmetic,
    QuadraticBowl,
    Scan,
    SparseParity,
    Task,
    TaskSwitch,
    XorClusters,
)
from spectral_edge.simulate.training.batches import Batches
from spectral_edge.simulate.training.schedules import SCHEDULES, Change, Constant, Cosine, Spike, Warmup

Tiny = Callable[..., RunDescription]


@st.composite
def descriptions(draw: st.DrawFn) -> RunDescription:
    recording = None
    steps = draw(st.integers(1, 300))
    window, stride = draw(st.integers(2, 8)), draw(st.integers(1, 8))
    if draw(st.booleans()) and steps >= (window + 1) * stride:
        possible = range((window + 1) * stride, steps + 1, stride)
        kept = draw(st.sets(st.sampled_from(possible), max_size=3))
        recording = Recording(window, stride, tuple(sorted(kept)))
    return RunDescription(
        task=ModularAddition(draw(st.integers(3, 30)), draw(st.floats(0.2, 0.8))),
        network=QuadraticTwoLayer(draw(st.integers(1, 300))),
        optimizer=AdamW(
            learning_rate=draw(st.floats(1e-5, 1.0)),
            betas=(draw(st.floats(0, 0.99)), draw(st.floats(0, 0.999))),
            weight_decay=draw(st.sampled_from([0, 0.0, -0.0, 1, 1.0, 0.1])),
        ),
        steps=steps,
        seeds=tuple(draw(st.lists(st.integers(0, 50), min_size=1, max_size=5, unique=True))),
        recording=recording,
        evaluate_every=draw(st.integers(1, 400)),
        dtype=draw(st.sampled_from(["float32", "float64", "bfloat16"])),
        schedule=draw(st.sampled_from([Constant(), Warmup(3), Cosine(9, 2, 0.1), Spike(1, 2, 3.0)])),
        batches=draw(st.sampled_from([None, Batches(5), Batches(5, replace=False)])),
        clip=draw(st.sampled_from([None, 1, 0.5])),
        softmax=draw(st.sampled_from(["plain", "float64", "stablemax"])),
        decay_schedule=draw(st.sampled_from([Constant(), Change(5), Change(5, 2.0)])),
        snapshots=draw(st.sampled_from([None, Snapshots(7), Snapshots(7, 0)])),
        frozen=draw(st.sampled_from([(), ("embedding",), ("read*",)])),
    )


PAIRS = ModularArithmetic("a^2+ab+b^2", 7)
FORMS: list[tuple[Task, Network]] = [
    (PAIRS, EncoderTransformer(8, 2, 8, 1)),
    (TaskSwitch(PAIRS, CorruptedLabels(ModularArithmetic("a-b", 7), 0.2), at=5), ReluTwoLayer(4)),
    (ModularAddition(), QuadraticTwoLayer()),
    (DyckDepth(), CausalTransformer()),
    (Scan(most_actions=8, train_count=10, test_count=10), EncoderDecoderTransformer()),
    (SparseParity(), ReluTwoLayer(bias=False)),
    (XorClusters(), QuadraticTwoLayer()),
    (LinearTeacher(), DeepLinear(depth=3, start="aligned")),
    (QuadraticBowl((1.0, 0.5)), LinearModel()),
]


@given(description=descriptions())
def test_it_survives_json(description: RunDescription) -> None:
    again = RunDescription.from_json(description.to_json())
    assert again == description
    assert again.to_json() == description.to_json()
    assert again.address() == description.address()


@pytest.mark.parametrize(("task", "network"), FORMS)
@pytest.mark.parametrize("rule", [SGD(momentum=0.9, nesterov=True), Adam(), AdamW(), Muon()])
def test_every_task_network_and_optimizer_survives_json(
    tiny: Tiny, task: Task, network: Network, rule: object
) -> None:
    description = tiny(task=task, network=network, optimizer=rule)
    assert RunDescription.from_json(description.to_json()) == description


def test_every_kind_was_tried() -> None:
    nested = {CorruptedLabels.kind}
    assert {task.kind for task, _ in FORMS} | nested == set(TASKS)
    assert {network.kind for _, network in FORMS} == set(NETWORKS)
    assert set(OPTIMIZERS) == {"sgd", "adam", "adamw", "muon"}
    assert set(SCHEDULES) == {"constant", "warmup", "cosine", "spike", "change"}


@given(first=descriptions(), second=descriptions())
def test_addresses_are_equal_exactly_for_equal_descriptions(
    first: RunDescription, second: RunDescription
) -> None:
    assert (first.address() == second.address()) == (first == second)


def test_every_setting_moves_the_address(tiny: Tiny) -> None:
    base = tiny()
    changed = [
        replace(base, task=ModularAddition(7)),
        replace(base, task=ModularAddition(5, 0.5)),
        replace(base, network=QuadraticTwoLayer(8)),
        replace(base, optimizer=AdamW(weight_decay=0.0)),
        replace(base, optimizer=AdamW(learning_rate=1e-3)),
        replace(base, optimizer=AdamW(betas=(0.9, 0.99))),
        replace(base, optimizer=AdamW(epsilon=1e-7)),
        replace(base, steps=61),
        replace(base, seeds=(0, 1)),
        replace(base, seeds=(0, 2, 1)),
        replace(base, recording=None),
        replace(base, recording=Recording(4, 5)),
        replace(base, recording=Recording(3, 4)),
        replace(base, recording=Recording(3, 5)),
        replace(base, evaluate_every=8),
        replace(base, dtype="float64"),
        replace(base, dtype="bfloat16"),
        replace(base, recording=Recording(3, 5, (20, 60), weights=("embedding",))),
        replace(base, schedule=Warmup(5)),
        replace(base, batches=Batches(5)),
        replace(base, clip=1.0),
        replace(base, softmax="stablemax"),
        replace(base, decay_schedule=Change(5)),
        replace(base, snapshots=Snapshots(5)),
        replace(base, snapshots=Snapshots(5, 30)),
        replace(base, frozen=("embedding",)),
    ]
    addresses = {description.address() for description in [base, *changed]}
    assert len(addresses) == 1 + len(changed)
    assert all(len(address) == 64 for address in addresses)


def test_one_and_one_point_nought_are_the_same_setting(tiny: Tiny) -> None:
    for written in ((1, 1.0), (0, 0.0, -0.0)):
        addresses = {tiny(optimizer=AdamW(weight_decay=decay)).address() for decay in written}
        assert len(addresses) == 1


@given(description=descriptions())
def test_it_evaluates_at_the_start_at_the_end_and_as_often_as_asked(description: RunDescription) -> None:
    steps = description.evaluation_steps
    assert steps[0] == 0
    assert steps[-1] == description.steps
    gaps = [after - before for before, after in pairwise(steps)]
    assert all(gap == description.evaluate_every for gap in gaps[:-1])
    assert all(0 < gap <= description.evaluate_every for gap in gaps)


def test_records_start_when_the_window_and_the_row_before_it_are_complete(tiny: Tiny) -> None:
    assert tiny().record_steps == (20, 25, 30, 35, 40, 45, 50, 55, 60)
    assert tiny(recording=None).record_steps == ()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": 0}, "RunDescription: steps=0; give an integer of at least 1"),
        ({"steps": 19}, "steps=19, but with window=3 and stride=5 the first record is at step 20"),
        ({"steps": 55}, r"keep_rows_at asks for the steps \[60\], after steps=55"),
        ({"evaluate_every": 0}, "evaluate_every=0; give an integer of at least 1"),
        ({"seeds": ()}, r"seeds=\(\); give at least one"),
        ({"seeds": (1, 1)}, r"seeds=\(1, 1\); give at least one, and each once"),
        ({"seeds": (-1,)}, "seeds=-1; give an integer of at least 0"),
        ({"seeds": (1.0,)}, "seeds=1.0; give an integer"),
        ({"dtype": "float16"}, "dtype='float16'; give one of float32, float64, bfloat16"),
        ({"seeds": (2**31,)}, r"seeds=\(2147483648,\); give seeds up to 2147483647"),
        ({"clip": 0.0}, "RunDescription: clip=0.0; give a finite number above 0"),
        ({"softmax": "soft"}, "RunDescription: softmax='soft'; give one of plain, float64, stablemax"),
        (
            {"task": QuadraticBowl(), "network": LinearModel(), "softmax": "float64"},
            "softmax='float64', but the task has values, not classes",
        ),
        ({"network": CausalTransformer()}, "CausalTransformer takes tokens with a label at each position"),
        (
            {"recording": Recording(3, 5, weights=("attention.*",))},
            r"no weight matches 'attention\.\*'; this network has embedding, readout",
        ),
        ({"recording": Recording(2, 1, weights=("*", "x"))}, "no weight matches 'x'"),
    ],
)
def test_a_run_that_cannot_be_trained_is_refused(tiny: Tiny, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        tiny(**changes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 5), "Recording: window=1; give an integer of at least 2"),
        ((3, 0), "Recording: stride=0; give an integer of at least 1"),
        ((3, 5, (15,)), "asks for step 15, but records are made from step 20 on, every 5 steps"),
        ((3, 5, (21,)), "asks for step 21, but records"),
        ((3, 5, (25, 20)), "give ascending steps, each once"),
        ((3, 5, (20, 20)), "give ascending steps, each once"),
        ((3, 5, (), ()), r"weights=\(\); give patterns of names"),
    ],
)
def test_a_recording_that_cannot_be_made_is_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recording(*arguments)


def changed_json(description: RunDescription, *path: str, **changes: Any) -> str:
    content = json.loads(description.to_json())
    place = content
    for key in path:
        place = place[key]
    place |= changes
    return json.dumps(content)


def test_json_of_another_schema_is_refused(tiny: Tiny) -> None:
    with pytest.raises(ValueError, match=f"schema={SCHEMA + 1}; this version reads schema {SCHEMA}"):
        RunDescription.from_json(changed_json(tiny(), schema=SCHEMA + 1))


@pytest.mark.parametrize(
    ("path", "changes", "message"),
    [
        ((), {"colour": 1}, r"description: missing keys \[\], unknown keys \['colour'\]"),
        (("task",), {"colour": 1}, r"task: missing keys \[\], unknown keys \['colour'\]"),
        (("task",), {"kind": "chess"}, "task: kind='chess'; known are .*modular_addition"),
        (("network",), {"kind": None}, "network: kind=None; known are .*quadratic_two_layer"),
        (("optimizer",), {"betas": [0.9]}, r"AdamW: betas=\(0.9,\); give two numbers"),
        (("recording",), {"window": 1}, "Recording: window=1"),
        ((), {"batches": {"size": 3}}, r"batches: missing keys \['replace'\]"),
        (("schedule",), {"kind": "steps"}, "schedule: kind='steps'; known are change, constant, cosine"),
        (
            (),
            {"task": {"kind": "corrupted_labels", "task": {"kind": "go"}, "share": 0.1}},
            "task.task: kind='go'",
        ),
        ((), {"task": {"kind": "corrupted_labels", "task": 3, "share": 0.1}}, "task=3; give a task"),
        ((), {"recording": 3}, "recording: 3 is no JSON object"),
        ((), {"task": []}, r"task: \[\] is no JSON object"),
    ],
)
def test_json_that_says_something_else_is_refused(
    tiny: Tiny, path: tuple[str, ...], changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        RunDescription.from_json(changed_json(tiny(), *path, **changes))


def test_a_missing_key_is_named(tiny: Tiny) -> None:
    content = json.loads(tiny().to_json())
    del content["steps"]
    with pytest.raises(ValueError, match=r"description: missing keys \['steps'\], unknown keys \[\]"):
        RunDescription.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "3", "{"])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no JSON object|Expecting"):
        RunDescription.from_json(text)


def test_a_task_without_a_name_has_no_address(tiny: Tiny) -> None:
    class Other(ModularAddition):
        pass

    with pytest.raises(ValueError, match=r"Other has no name in a description; known are .*modular_addition"):
        tiny(task=Other(5)).address()
