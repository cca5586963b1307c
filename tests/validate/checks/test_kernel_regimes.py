"""The exceptional point on planted series: found where it is, called an artefact where nulls have it, refuted where not."""

from __future__ import annotations

import numpy as np
import pytest

from spectral_edge.validate.check import Context
from spectral_edge.validate.checks import kernel_regimes
from spectral_edge.validate.checks.kernel_regimes import AT_POINT, CHECKS, RECORD
from spectral_edge.validate.kernel_arm import kernel_arm
from spectral_edge.validate.kernel_series import VARIANTS
from spectral_edge.validate.labelled import Labelled
from spectral_edge.validate.profiles import PROFILES
from spectral_edge.validate.regimes import Regime
from spectral_edge.validate.verdict import Verdict

P, T, U = Regime.PLATEAU, Regime.TRANSITION, Regime.UNLABELLED
LABELS = np.array([T, T, T, T, U, U, P, P, P, P])
SEEDS = 6
BOUNDARY = RECORD.constants["boundary"]


def planted(plateau: float, transition: float, labels=LABELS) -> Labelled:
    """Series with one value under each label, a little different in every window and seed."""
    value = {P: plateau, T: transition, U: 1.0}
    draw = np.random.default_rng(0)
    series = np.array([[value[Regime(one)] for one in labels]] * SEEDS) * np.exp(
        0.01 * draw.standard_normal((SEEDS, len(labels)))
    )
    return Labelled(dict.fromkeys(VARIANTS, series), np.array([labels] * SEEDS))


NOTHING = planted(0.9, 0.1)
THEORY = planted(0.1, 0.9)


@pytest.fixture
def judged(monkeypatch, made_run, in_context):
    """The evidence from the series of the run and those of the random walk."""

    def find(run: Labelled, walk: Labelled = NOTHING):
        def series(_run, walked=False, position=1, **named):
            return walk if named.get("walk", walked) else run

        monkeypatch.setattr(kernel_regimes, "labelled_kernel", series)
        made = made_run(np.ones((SEEDS, 12, 5)))
        made.record_steps.resize(len(LABELS), refcheck=False)
        (check,) = CHECKS
        return check.judge(in_context({"kernel": made}))

    return find


def test_an_exceptional_point_between_the_labels_supports_it(judged) -> None:
    assert judged(THEORY).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "run",
    [
        planted(0.1, 0.9 * BOUNDARY),  # a transition on the side of the plateau
        planted(1.1 * BOUNDARY, 5.0),  # a plateau on the side of the transition
        planted(0.9, 0.1),  # both on the wrong side
    ],
)
def test_medians_on_one_side_refute_it(judged, run) -> None:
    assert judged(run).verdict is Verdict.REFUTED


def test_a_random_walk_that_has_it_too_makes_it_uninformative(judged) -> None:
    assert judged(THEORY, THEORY).verdict is Verdict.UNINFORMATIVE


def test_labels_half_a_run_away_that_have_it_too_make_it_uninformative(judged) -> None:
    twice = np.array([T, T, P, P, U] * 2)
    assert judged(planted(0.1, 0.9, twice)).verdict is Verdict.UNINFORMATIVE


def test_without_a_plateau_nothing_can_be_said(judged) -> None:
    evidence = judged(planted(0.1, 0.9, np.where(LABELS == P, U, LABELS)))
    assert evidence.verdict is Verdict.INCONCLUSIVE and evidence.value.note == "no seed has both labels"
    assert all(np.isnan(row[2]) for row in evidence.tables[0].rows[:SEEDS])


def test_every_seed_of_data_and_nulls_is_in_the_table_and_the_boundary_in_the_curve(judged) -> None:
    evidence = judged(THEORY)
    assert len(evidence.tables[0].rows) == 3 * SEEDS
    assert [f.name for f in evidence.figures] == [
        "regime-boundary",
        "sensitivity-s5-regime-boundary-the-boundary",
    ]
    seeds = next(c for c in evidence.figures[1].curves if c.label == "seeds")
    # A transition at 0.9 and a plateau at 0.1 are told apart by boundaries between them and by no others.
    assert [y for x, y in zip(seeds.x, seeds.y, strict=True) if 0.15 < x < 0.85] == [1.0] * 4
    assert seeds.y[-1] == 0.0


@pytest.mark.parametrize("altered", [0.05, 2.0])
def test_another_boundary_gives_another_verdict(judged, monkeypatch, altered) -> None:
    original = kernel_regimes._passes
    monkeypatch.setattr(
        kernel_regimes, "_passes", lambda found, *_rest, **_named: original(found, boundary=altered)
    )
    assert judged(THEORY).verdict is Verdict.REFUTED


def test_the_values_at_the_exceptional_point_are_those_of_the_statements() -> None:
    from spectral_edge.theory.edge import THEORY as STATEMENTS

    ids = ("S5.critical-2", "S5.critical-f", "S5.one-1", "S5.critical-2")
    told = [float(STATEMENTS[i].content[0].rhs) for i in ids]
    assert list(AT_POINT.values()) == pytest.approx(told, rel=1e-15)
    assert told[0] == BOUNDARY


def test_a_really_trained_network_goes_through_it(tmp_path) -> None:
    from spectral_edge.simulate.train import train

    run = train(kernel_arm(4, 3, 6, 200, 2))
    evidence = CHECKS[0].judge(Context(PROFILES["smoke"], None, {"kernel": run}))
    assert evidence.verdict is Verdict.INCONCLUSIVE  # two seeds can say nothing
    assert len(evidence.tables[1].rows) == 3 * 2 * len(VARIANTS)
