"""The register of null models: each keeps what it says it keeps, and says what it lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import EncoderTransformer, QuadraticTwoLayer, ReluTwoLayer
from spectral_edge.simulate.optimizers import SGD, AdamW, Muon
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.tasks import CorruptedLabels, ModularAddition, ModularArithmetic, TaskSwitch
from spectral_edge.simulate.train import train
from spectral_edge.simulate.training.schedules import Change
from spectral_edge.validate.nulls import NULLS, Drawn, Twin, noise_products, nulls_of, spectra_of_run
from spectral_edge.validate.nulls.registry import snapshot_updates
from spectral_edge.validate.nulls.twins import NOISE, with_frozen_features, with_label_noise, without_decay

EPS = np.finfo(float).eps
DESCRIPTION = RunDescription(
    task=ModularAddition(modulus=5, train_share=0.6),
    network=QuadraticTwoLayer(width=8),
    optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.5),
    steps=60,
    seeds=(4, 9),
    recording=Recording(window=4, stride=6),
    evaluate_every=30,
    snapshots=Snapshots(3),
)
DRAWN = [name for name, null in NULLS.items() if isinstance(null, Drawn)]
TWINS = [name for name, null in NULLS.items() if isinstance(null, Twin)]


@pytest.fixture(scope="module")
def run() -> Run:
    return train(DESCRIPTION)


def traces(inner: np.ndarray) -> np.ndarray:
    return np.trace(inner, axis1=-2, axis2=-1)


def test_every_null_of_a_run_has_windows_like_its_own(run):
    found = nulls_of(run, replicates=5, seed=1, train=train)
    assert list(found) == [*DRAWN, *TWINS]
    for name, null in found.items():
        replicates = 5 if name in DRAWN else 2
        assert null.name == name
        assert null.inner.shape == (replicates, *run.inner.shape[1:])
        assert null.sigma.shape == null.resolved.shape == (replicates, *run.sigma.shape[1:])
        assert np.isfinite(null.sigma).all()
        # The newest W rows of each window are those of the spectrum.
        assert np.allclose((null.sigma**2).sum(axis=-1), traces(null.inner[..., 1:, 1:]), rtol=1e-9)


@pytest.mark.parametrize("name", ["random walk", "rotated updates"])
def test_norms_of_the_seed_in_turn_are_kept_and_directions_are_not(run, name):
    null = nulls_of(run, [name], replicates=3)[name]
    for replicate in range(3):
        assert np.allclose(traces(null.inner[replicate]), traces(run.inner[replicate % 2]), rtol=1e-5)
    assert not np.allclose(null.inner[0], run.inner[0], rtol=0.1)
    assert not np.allclose(null.inner[0], null.inner[2], rtol=0.1)


def test_shuffled_updates_are_those_of_the_run_in_an_order_of_their_own(run):
    null = nulls_of(run, ["shuffled updates"], replicates=2)["shuffled updates"]
    for seed, updates in enumerate(snapshot_updates(run)):
        assert len(updates) == 10
        norms = {round(float(n), 6) for n in (updates**2).sum(axis=1)}
        diagonal = np.diagonal(null.inner[seed], axis1=1, axis2=2)
        assert {round(float(n), 6) for n in diagonal.ravel()} <= norms
        assert not np.allclose(traces(null.inner[seed]), traces(run.inner[seed]), rtol=1e-5)


def test_rows_from_snapshots_are_the_rows_that_were_recorded(run):
    for seed, updates in enumerate(snapshot_updates(run)):
        # Products of float32 rows in float64; differences of float32 weights are the recorder's own.
        assert np.allclose(updates[-5:] @ updates[-5:].T, run.inner[seed, -1], rtol=1e-9)


def test_a_null_that_cannot_be_had_is_left_out_unless_it_is_asked_for(run):
    bare = replace(run, description=replace(DESCRIPTION, snapshots=None), snapshots=np.empty(0))
    assert "shuffled updates" not in nulls_of(bare, replicates=1)
    assert "no decay" not in nulls_of(bare, replicates=1)
    with pytest.raises(
        ValueError, match=r"shuffled updates needs a record, and snapshots .*: rows are 6 steps apart"
    ):
        nulls_of(bare, ["shuffled updates"])
    with pytest.raises(ValueError, match="no decay needs training once more: nothing to train it with"):
        nulls_of(run, ["no decay"])
    with pytest.raises(ValueError, match="no null model is called quiet; there are white noise"):
        nulls_of(run, ["quiet"])
    with pytest.raises(ValueError, match="replicates=0"):
        nulls_of(run, replicates=0)


def test_a_seed_that_diverged_is_not_imitated(run):
    inner = run.inner.copy()
    inner[0, 2:] = np.nan
    null = nulls_of(replace(run, inner=inner), ["random walk"], replicates=2)["random walk"]
    for replicate in range(2):
        assert np.allclose(traces(null.inner[replicate]), traces(run.inner[1]), rtol=1e-9)


def test_the_runs_own_spectra_have_the_same_form(run):
    own = spectra_of_run(run)
    assert own.sigma is run.sigma and own.inner is run.inner and own.length == DESCRIPTION.recorded_length


RULES = [
    AdamW(1e-2, (0.9, 0.98), 1e-8, 1.0),
    Muon(weight_decay=1.0),
    SGD(0.1, 0.0, weight_decay=1e-2),
    SGD(0.1, 0.9, nesterov=True, weight_decay=1e-2),
    SGD(0.1, 0.9, weight_decay=1e-2, decoupled=False),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.kind}-{getattr(rule, 'momentum', 0)}")
def test_noise_goes_through_every_optimizer_and_only_recorded_weights_are_in_a_row(rule):
    network = QuadraticTwoLayer(width=8)
    if isinstance(rule, Muon):
        network = EncoderTransformer(width=4, heads=2, inner=4, layers=1)  # it has matrices for Muon
    base = replace(DESCRIPTION, optimizer=rule, network=network)
    names = [weight.name for weight in network.layout(base.task).weights]
    part = replace(base, recording=Recording(4, 6, weights=(names[0],)))
    rest = replace(base, recording=Recording(4, 6, weights=tuple(names[1:])))
    whole, one, other = (noise_products(d, 6, 2, seed=3) for d in (base, part, rest))
    assert np.allclose(one + other, whole, rtol=1e-6, atol=1e-6 * whole.max())
    frozen = noise_products(replace(base, frozen=(names[0],)), 6, 2, seed=3)
    assert np.allclose(frozen, other, rtol=1e-6, atol=1e-6 * whole.max())


def test_momentum_is_passed_through_the_rule_and_its_decay():
    """The twin writes heavy-ball descent out in float64, for one replicate."""
    rule = SGD(0.1, 0.9, weight_decay=0.3)
    about = replace(DESCRIPTION, optimizer=rule, decay_schedule=Change(at=12, factor_after=0.0))
    found = noise_products(about, 5, 1, seed=3, size=0.01)
    draw = torch.Generator().manual_seed(3)
    theta = about.network.initial(about.task, 0).astype(np.float32).astype(float)
    momentum, rows, before = np.zeros_like(theta), [], theta.copy()
    for step in range(30):
        gradient = 0.01 * torch.empty(1, len(theta)).normal_(generator=draw).numpy()[0].astype(float)
        momentum = 0.9 * momentum + gradient
        theta = theta * (1 - 0.1 * (0.3 if step < 12 else 0.0)) - 0.1 * momentum
        if step % 6 == 5:
            rows.append(theta - before)
            before = theta.copy()
    exact = np.array(rows) @ np.array(rows).T
    # Six roundings of float32 weights to a row: relative to the size of the weights, not of the update.
    slack = 100 * np.finfo(np.float32).eps * np.abs(theta).max() * np.sqrt(len(theta) * exact.max())
    assert np.abs(found[0] - exact).max() < slack < 1e-3 * exact.max()


def test_noise_for_gradient_descent_is_as_large_as_the_updates_of_the_run():
    """Otherwise decay, which does not know how large the noise is, would be nothing or everything."""
    description = replace(DESCRIPTION, optimizer=SGD(0.1, 0.9, weight_decay=1e-3))
    run = train(description)
    null = nulls_of(run, ["optimizer noise"], replicates=4)["optimizer noise"]
    ratio = np.median(traces(null.inner)) / np.median(traces(run.inner))
    assert 0.25 < ratio < 4


def test_twins_differ_from_the_run_in_one_thing():
    still = without_decay(DESCRIPTION)
    assert (
        still.optimizer.weight_decay == 0 and replace(still, optimizer=DESCRIPTION.optimizer) == DESCRIPTION
    )
    noisy = with_label_noise(DESCRIPTION)
    assert noisy.task == CorruptedLabels(DESCRIPTION.task, NOISE)
    assert replace(noisy, task=DESCRIPTION.task) == DESCRIPTION
    frozen = with_frozen_features(DESCRIPTION)
    assert frozen == replace(DESCRIPTION, frozen=("embedding",))
    relu = with_frozen_features(replace(DESCRIPTION, network=ReluTwoLayer(8)))
    assert relu.frozen == ("embedding", "bias")


def test_a_switch_gets_noise_in_both_of_its_tasks():
    second = ModularArithmetic("a-b", 5, 0.6)
    switch = replace(DESCRIPTION, task=TaskSwitch(DESCRIPTION.task, second, 30))
    noisy = with_label_noise(switch).task
    assert noisy == TaskSwitch(CorruptedLabels(DESCRIPTION.task, NOISE), CorruptedLabels(second, NOISE), 30)


@pytest.mark.parametrize(
    ("twin", "description", "said"),
    [
        (without_decay, without_decay(DESCRIPTION), "no weight decay: it is its own twin"),
        (with_label_noise, with_label_noise(DESCRIPTION), "label noise already"),
        (with_frozen_features, with_frozen_features(DESCRIPTION), "nothing is left to freeze"),
        (
            with_frozen_features,
            replace(DESCRIPTION, recording=Recording(4, 6, weights=("embedding",))),
            "only features are recorded",
        ),
    ],
)
def test_a_run_that_is_its_own_twin_has_none(twin, description, said):
    with pytest.raises(ValueError, match=said):
        twin(description)


def test_every_entry_says_what_it_keeps_destroys_and_needs():
    for name, null in NULLS.items():
        assert null.name == name and null.keeps and null.destroys and null.needs
