"""Runs made by hand, with any spectra and accuracies: what a check must find in them is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.provenance import Provenance
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.theory.edge import THEORY
from spectral_edge.theory.status import Status
from spectral_edge.theory.verify import StatementResult, TheoryReport
from spectral_edge.validate.check import Context
from spectral_edge.validate.nulls import NullSpectra, blocks, spectra_of_windows
from spectral_edge.validate.profiles import Profile

WINDOW, RECORDS, SEEDS = 5, 12, 6
DESCRIPTION = RunDescription(
    task=ModularAddition(modulus=5, train_share=0.6),
    network=QuadraticTwoLayer(width=8),
    optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=1.0),
    steps=(WINDOW + RECORDS) * 10,
    seeds=tuple(range(SEEDS)),
    recording=Recording(WINDOW, 10),
    evaluate_every=10,
)
PROVENANCE = Provenance(
    python="", torch="", numpy="", device="cpu", device_name="", threads=1, commit="unknown", dirty=False,
    sources="", started_at="", wall_seconds=0.0,
)  # fmt: skip


@pytest.fixture
def description() -> RunDescription:
    return DESCRIPTION


@pytest.fixture
def made_run() -> Callable[..., Run]:
    """``made_run(sigma (S, R, W), grokked_at=(step or None, ...))``: a run with exactly these spectra."""

    def make(sigma, grokked_at=None) -> Run:
        sigma = np.broadcast_to(np.asarray(sigma, dtype=float), (SEEDS, RECORDS, WINDOW)).copy()
        evaluations = np.array(DESCRIPTION.evaluation_steps)
        accuracy = np.zeros((SEEDS, len(evaluations)))
        for seed, step in enumerate(grokked_at or (None,) * SEEDS):
            if step is not None:
                accuracy[seed, evaluations >= step] = 1.0
        flat = np.zeros_like(accuracy)
        return Run(
            description=DESCRIPTION,
            provenance=PROVENANCE,
            evaluation_steps=evaluations,
            train_loss=flat,
            test_loss=flat,
            train_accuracy=flat,
            test_accuracy=accuracy,
            weight_norm=flat,
            record_steps=np.array(DESCRIPTION.record_steps),
            inner=np.zeros((SEEDS, RECORDS, WINDOW + 1, WINDOW + 1)),
            weight_rounding=np.zeros((SEEDS, RECORDS)),
            sigma=sigma,
            resolved=sigma > 0,
            kept_rows={},
            final_weights=np.zeros((SEEDS, DESCRIPTION.network.length(DESCRIPTION.task)), dtype=np.float32),
            diverged=np.full(SEEDS, -1),
        )

    return make


@pytest.fixture
def in_context() -> Callable[..., Context]:
    """``in_context({arm: run})``: a context in which every statement of the theory has the status proved."""

    def make(runs=None, status=Status.PROVED, made=1, results=None) -> Context:
        results = results or {s.id: StatementResult(s.id, status, "as told") for s in THEORY}
        arms = {name: run.description for name, run in (runs or {}).items()}
        return Context(Profile("made", "by hand", arms, 24), TheoryReport(THEORY, results), runs or {})

    return make


@pytest.fixture
def nulls_like() -> Callable[..., dict[str, NullSpectra]]:
    """``nulls_like(sigma (R, W))``: the three null models, all with the same spectra in 24 replicates."""

    def make(sigma) -> dict[str, NullSpectra]:
        sigma = np.broadcast_to(np.asarray(sigma, dtype=float), (24, *np.shape(sigma))).copy()
        names = ("white noise", "optimizer noise", "smooth trajectory")
        return {name: NullSpectra(name, "by hand", sigma, sigma > 0, 1000) for name in names}

    return make


@pytest.fixture(scope="session")
def proved_w1() -> dict[str, StatementResult]:
    """Results in which W1 was really checked, with mutants of its last derivation's steps."""
    from spectral_edge.theory.verify import check_statement

    told = {s.id: StatementResult(s.id, Status.ASSUMED, "as told") for s in THEORY}
    return told | {"W1": check_statement(THEORY["W1"], THEORY, told)}


@pytest.fixture
def moving_run() -> Callable[..., Run]:
    """``moving_run(updates (S, T, p), grokked_at=(step or None, ...), window=3, ...)``: a run that moved so.

    It starts at the origin and keeps its weights, in float64, every 10 steps; further settings are those of
    its description.
    """

    def make(updates, grokked_at=None, window=3, **changes) -> Run:
        updates = np.asarray(updates, dtype=float)
        seeds, rows, _ = updates.shape
        settings = {
            "dtype": "float64",
            "seeds": tuple(range(seeds)),
            "steps": 10 * rows,
            "recording": Recording(window, 10),
            "snapshots": Snapshots(10),
        }
        description = replace(DESCRIPTION, **(settings | changes))
        evaluations = np.array(description.evaluation_steps)
        accuracy = np.zeros((seeds, len(evaluations)))
        for seed, step in enumerate(grokked_at or (None,) * seeds):
            if step is not None:
                accuracy[seed, evaluations >= step] = 1.0
        flat = np.zeros_like(accuracy)
        weights = np.concatenate([np.zeros_like(updates[:, :1]), updates.cumsum(axis=1)], axis=1)
        products = np.diff(weights, axis=1)
        inner = blocks(products @ products.transpose(0, 2, 1), window + 1)
        sigma, resolved = spectra_of_windows(inner[..., 1:, 1:], window, updates.shape[2])
        return Run(
            description=description,
            provenance=PROVENANCE,
            evaluation_steps=evaluations,
            train_loss=flat,
            test_loss=flat,
            train_accuracy=flat,
            test_accuracy=accuracy,
            weight_norm=np.linalg.norm(weights, axis=2),
            record_steps=np.array(description.record_steps),
            inner=inner,
            weight_rounding=np.zeros(inner.shape[:2]),
            sigma=sigma[:, :, 0],
            resolved=resolved[:, :, 0],
            kept_rows={},
            final_weights=weights[:, -1],
            diverged=np.full(seeds, -1),
            snapshots=weights if description.snapshots else np.empty(0),
        )

    return make
