"""The training runs that verifications are made of: each differs from the first in what its name says.

Learning rates other than AdamW's were chosen by held-out accuracy alone, with seeds 101 to 103, which no
profile uses: 3 from 1, 3, 10, 30 for gradient descent (10 and more diverge), 1 from 0.1, 0.3, 1, 3 with momentum
0.9 (at 3 one seed diverges), and 0.005 from 0.005, 0.02 for Muon. What all optimizers share is
how much decay takes from the weights in a step, ``learning_rate·weight_decay``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from ..simulate import optimizers
from ..simulate.description import Recording, RunDescription, Snapshots
from ..simulate.networks import CausalTransformer, EncoderTransformer, QuadraticTwoLayer
from ..simulate.tasks import CorruptedLabels, DyckDepth, ModularAddition, ModularArithmetic, TaskSwitch
from ..simulate.training.schedules import Change, Spike

DECAY = "decay"
NO_DECAY = "no-decay"
SWITCH = "switch"
FINE = "every-step"
FLOAT64 = "no-decay-float64-softmax"
STABLEMAX = "no-decay-stablemax"
FREED = "decay-removed"
NOISY = "label-noise"
FROZEN = "frozen-features"
PRODUCT = "multiplication"
SPIKE = "learning-rate-spike"
SGD = "gradient-descent"
MOMENTUM = "momentum"
BETA2_LOW = "beta2-0.9"
BETA2_HIGH = "beta2-0.999"
HALF_DECAY = "half-decay"
DOUBLE_DECAY = "double-decay"
HALF_RATE = "half-learning-rate"
TRANSFORMER = "transformer"
TRANSFORMER_NO_DECAY = "transformer-no-decay"
MUON = "transformer-muon"
DYCK = "dyck"
DYCK_NO_DECAY = "dyck-no-decay"

SHARE = 0.6
"""Of all pairs for training, in every arm of modular arithmetic."""


@dataclass(frozen=True)
class Size:
    """How large the two-layer networks of a profile are, and how long they train.

    A switch comes at step ``switch``, everything else that happens during a run at step ``event``. Networks
    without decay train for ``long`` steps.
    """

    modulus: int
    width: int
    seeds: int
    steps: int
    long: int
    event: int
    switch: int
    recording: Recording


def two_layer(size: Size) -> Mapping[str, RunDescription]:
    """The arms of the two-layer network."""
    adamw = optimizers.AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0)
    no_decay = replace(adamw, weight_decay=0.0)
    plus = ModularAddition(modulus=size.modulus, train_share=SHARE)
    bare = replace(size.recording, keep_rows_at=())
    often = Snapshots(size.recording.stride, size.event)
    seldom = Snapshots(5 * size.recording.stride)
    throughout = Snapshots(size.recording.stride, size.steps)
    base = RunDescription(
        task=plus,
        network=QuadraticTwoLayer(width=size.width),
        optimizer=adamw,
        steps=size.steps,
        seeds=tuple(range(size.seeds)),
        recording=size.recording,
        evaluate_every=10,
        dtype="float32",
        snapshots=often,
    )
    plain = replace(base, recording=bare)
    without = replace(plain, optimizer=no_decay, steps=size.long, snapshots=None)
    twice = 2 * size.switch

    def of(operation: str) -> ModularArithmetic:
        return ModularArithmetic(operation=operation, modulus=size.modulus, train_share=SHARE)

    # Gradient descent moves by another unit: the same loss of weights per step, lr·decay = 0.01, at other rates.
    descent = optimizers.SGD(learning_rate=3.0, weight_decay=1 / 300)
    heavy = optimizers.SGD(learning_rate=1.0, momentum=0.9, weight_decay=1 / 100)
    return {
        DECAY: base,
        NO_DECAY: replace(base, optimizer=no_decay, steps=size.long),
        SWITCH: replace(
            plain,
            task=TaskSwitch(plus, of("a-b"), size.switch),
            steps=twice,
            snapshots=Snapshots(often.every),
        ),
        FINE: replace(plain, recording=Recording(2 * bare.window, 1), steps=size.event, snapshots=None),
        FLOAT64: replace(without, softmax="float64"),
        STABLEMAX: replace(without, softmax="stablemax"),
        FREED: replace(plain, decay_schedule=Change(size.event), steps=2 * size.event, snapshots=seldom),
        NOISY: replace(plain, task=CorruptedLabels(plus, 0.3), snapshots=seldom),
        FROZEN: replace(plain, frozen=("embedding",), snapshots=seldom),
        PRODUCT: replace(plain, task=of("a*b"), snapshots=throughout),
        SPIKE: replace(plain, schedule=Spike(size.event, 20, 10.0), snapshots=seldom),
        SGD: replace(plain, optimizer=descent, steps=2 * size.steps, snapshots=seldom),
        MOMENTUM: replace(plain, optimizer=heavy, steps=2 * size.steps, snapshots=seldom),
        BETA2_LOW: replace(plain, optimizer=replace(adamw, betas=(0.9, 0.9))),
        BETA2_HIGH: replace(plain, optimizer=replace(adamw, betas=(0.9, 0.999))),
        HALF_DECAY: replace(plain, optimizer=replace(adamw, weight_decay=0.5), snapshots=throughout),
        DOUBLE_DECAY: replace(plain, optimizer=replace(adamw, weight_decay=2.0), snapshots=throughout),
        HALF_RATE: replace(
            plain,
            optimizer=replace(adamw, learning_rate=adamw.learning_rate / 2),
            steps=2 * size.steps,
            snapshots=throughout,
        ),
    }


ATTENTION = ("*attention.*.weight",)
"""What the source takes the Gram matrix of."""


def transformers(
    seeds: int, *, modulus: int = 23, width: int = 48, dyck_width: int = 32, shorter: int = 1
) -> Mapping[str, RunDescription]:
    """Small transformers on addition and on Dyck-1, with the spectra of their attention weights.

    ``shorter`` divides the steps.
    """
    addition = RunDescription(
        task=ModularArithmetic("a+b", modulus, train_share=SHARE),
        network=EncoderTransformer(width=width, inner=2 * width),
        optimizer=optimizers.AdamW(learning_rate=5e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=2.0),
        steps=1000 // shorter,
        seeds=tuple(range(seeds)),
        recording=Recording(10, 10, weights=ATTENTION),
        evaluate_every=20,
        dtype="float32",
        clip=1.0,
        snapshots=Snapshots(10),
    )
    dyck = replace(
        addition,
        task=DyckDepth(train_count=50, test_count=500, distinct=True),
        network=CausalTransformer(width=dyck_width, inner=2 * dyck_width),
        optimizer=optimizers.AdamW(learning_rate=1e-3, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0),
        steps=800 // shorter,
        recording=Recording(3, 20, weights=ATTENTION),
        snapshots=Snapshots(20),
    )
    muon = optimizers.Muon(
        learning_rate=5e-3,
        momentum=0.95,
        nesterov=True,
        adam_learning_rate=5e-3,
        betas=(0.9, 0.98),
        epsilon=1e-8,
        weight_decay=2.0,
    )
    bare = {"weight_decay": 0.0}
    return {
        TRANSFORMER: addition,
        TRANSFORMER_NO_DECAY: replace(addition, optimizer=replace(addition.optimizer, **bare)),  # type: ignore[type-var]
        MUON: replace(addition, optimizer=muon),
        DYCK: dyck,
        DYCK_NO_DECAY: replace(dyck, optimizer=replace(dyck.optimizer, **bare)),  # type: ignore[type-var]
    }


NOTHING: Mapping[str, RunDescription] = MappingProxyType({})
