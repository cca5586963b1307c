"""A small world in which the pipeline runs in a second: one theorem, one prediction, one tiny network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from spectral_edge.simulate.description import Recording, RunDescription
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.theory.derivation import Derivation, Rearrange, Start
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import ONE, THETA
from spectral_edge.validate.check import Check, Context
from spectral_edge.validate.evidence import Curve, Evidence, Figure, Measurement, Table
from spectral_edge.validate.outcome import Report
from spectral_edge.validate.pipeline import Replay, replay, verify
from spectral_edge.validate.profiles import Profile
from spectral_edge.validate.record import Record
from spectral_edge.validate.verdict import Verdict

NOTATION = Notation()
X = NOTATION.symbol("x", THETA, "a length")
Y = NOTATION.symbol("y", THETA, "another length", r"\bar{y}")
N = NOTATION.symbol("n_1", ONE, "a number <of> things & more")
SOURCE = Source("A. Author & B. <Author>", "section 1")

DOUBLE = Statement("D.double", Kind.DEFINITION, "Twice", "y is twice x.", (sp.Eq(Y, 2 * X),), SOURCE)
THEOREM = Statement(
    id="T1",
    kind=Kind.THEOREM,
    title="What is left is x",
    says="Taking x from y leaves x.",
    content=(sp.Eq(Y - X, X),),
    source=SOURCE,
    refuted_if="a step fails",
    uses=("D.double",),
    derivations=(
        Derivation(
            (
                Start(using="D.double", to=sp.Eq(Y, 2 * X), says="The definition."),
                Rearrange(to=sp.Eq(Y - X, X), says="Take off x."),
            )
        ),
    ),
)
PREDICTION = Statement(
    id="P1",
    kind=Kind.PREDICTION,
    title="Weights <grow> & grow",
    says="The norm of the weights grows.",
    content=(sp.Gt(N, 1),),
    source=SOURCE,
    refuted_if="it shrinks",
)
THEORY = Theory("small", "A small theory", NOTATION, (DOUBLE, THEOREM, PREDICTION))

RECORD = Record(
    statement="P1",
    observable="norm of the weights, last over first",
    replication="one seed",
    test="the ratio exceeds 1 in every seed",
    refuted_if="it does not",
    nulls=("no training",),
    constants={"level": 1.0},
    reasons={"level": "no growth"},
)

DESCRIPTION = RunDescription(
    task=ModularAddition(modulus=5, train_share=0.6),
    network=QuadraticTwoLayer(width=6),
    optimizer=AdamW(learning_rate=1e-2, betas=(0.9, 0.98), epsilon=1e-8, weight_decay=0.0),
    steps=40,
    seeds=(0, 3),
    recording=Recording(window=3, stride=5),
    evaluate_every=10,
)
PROFILES = {"tiny": Profile("tiny", "Two seeds of next to nothing.", {"arm": DESCRIPTION}, null_replicates=2)}

FIGURE = Figure(
    name="norm",
    title="Norm of the weights",
    caption="Every seed.",
    alt="Two rising lines.",
    x_label="step",
    y_label="‖θ‖ [θ]",
    curves=(
        Curve("seed", (0.0, 10.0), (1.0, 2.0)),
        Curve("seed", (0.0, 10.0), (1.5, float("nan"))),
        Curve("no training", (0.0, 10.0), (1.0, 1.0), role="null"),
    ),
)


def prove(context: Context) -> Evidence:
    result = context.theory.results["T1"]
    return Evidence(
        "T1",
        Verdict.PROVED,
        Measurement(float(len(result.steps)), "steps that passed"),
        Measurement(None, "null", note="altered copies take its part"),
        "Both steps passed.",
    )


def grow(context: Context) -> Evidence:
    run = context.runs["arm"]
    ratios = run.weight_norm[:, -1] / run.weight_norm[:, 0]
    return Evidence(
        "P1",
        Verdict.SUPPORTED if bool((ratios > RECORD.constants["level"]).all()) else Verdict.REFUTED,
        Measurement(float(ratios.min()), "smallest ratio"),
        Measurement(1.0, "ratio without training"),
        f"The smallest ratio is {ratios.min():.3g}; above 1 counts.",
        tables=(
            Table(
                "Every seed",
                ("seed", "ratio"),
                tuple(zip(run.description.seeds, map(float, ratios), strict=True)),
            ),
        ),
        figures=(FIGURE,),
        seeds=run.description.seeds,
    )


@dataclass
class World:
    """The small world, with a count of how often each statement was judged."""

    folder: Path
    judges: dict[str, Callable[[Context], Evidence]] = field(
        default_factory=lambda: {"T1": prove, "P1": grow}
    )
    records: dict[str, Record | None] = field(default_factory=lambda: {"T1": None, "P1": RECORD})
    judged: list[str] = field(default_factory=list)

    @property
    def checks(self) -> tuple[Check, ...]:
        def counted(identifier: str) -> Callable[[Context], Evidence]:
            def judge(context: Context) -> Evidence:
                self.judged.append(identifier)
                return self.judges[identifier](context)

            return judge

        arms: dict[str, tuple[str, ...]] = {"P1": ("arm",)}
        return tuple(Check(i, self.records[i], arms.get(i, ()), counted(i)) for i in self.judges)

    @property
    def registries(self) -> dict[str, Any]:
        return {"theory": THEORY, "checks": self.checks, "profiles": PROFILES}

    @property
    def out(self) -> Path:
        return self.folder / "report"

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def verify(self, **settings: Any) -> Report:
        settings = {"profile": "tiny", "out": self.out, "store": self.store} | self.registries | settings
        return verify(**settings)

    def replay(self, identifier: str, **settings: Any) -> Replay:
        settings = {"profile": "tiny", "store": self.store} | self.registries | settings
        return replay(identifier, **settings)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="session")
def small_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report of the small world; the files lie in its ``folder``."""
    return World(tmp_path_factory.mktemp("small")).verify()
