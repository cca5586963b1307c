"""``spectral-edge nulls``: the run's own numbers to the last digit, beside those of its null models."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from spectral_edge.simulate.description import Recording, RunDescription, Snapshots
from spectral_edge.simulate.networks import QuadraticTwoLayer
from spectral_edge.simulate.optimizers import AdamW
from spectral_edge.simulate.run import Run
from spectral_edge.simulate.runs.catalogue import catalogue
from spectral_edge.simulate.store import RunStore
from spectral_edge.simulate.tasks import ModularAddition
from spectral_edge.simulate.train import train
from spectral_edge.validate.cli import main
from spectral_edge.validate.null_comparison import NUMBERS, Comparison, compare_with_nulls, compared
from spectral_edge.validate.nulls import NULLS, NullSpectra, spectra_of_windows

DESCRIPTION = RunDescription(
    ModularAddition(5),
    QuadraticTwoLayer(4),
    AdamW(),
    60,
    (0, 3),
    Recording(3, 5),
    evaluate_every=20,
    snapshots=Snapshots(5),
)


@pytest.fixture(scope="module")
def run() -> Run:
    return train(DESCRIPTION)


@pytest.fixture(scope="module")
def store(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("store")
    RunStore(root / "runs").save(run)
    return root


def ask(store: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["nulls", *words, "--store", str(store)])


def key(store: Path) -> str:
    """Of the run that the store was made with."""
    return next(run.key for run in catalogue(store / "runs") if run.description == DESCRIPTION)[:10]


def test_it_shows_the_run_above_its_null_models(store: Path) -> None:
    found = ask(store, key(store), "--replicates", "3")
    assert found.exit_code == 0, found.output
    names = [line.strip().split("  ")[0] for line in found.output.splitlines() if line]
    assert [n for n in names if n == "run" or n in NULLS] == ["run", *list(NULLS)[:6]]


def test_json_has_every_value_and_what_each_null_keeps(run: Run, store: Path) -> None:
    found = ask(store, key(store), "--replicates", "3", "--json")
    content = json.loads(found.output)
    expected = compare_with_nulls(run, replicates=3)
    assert content["run"]["values"]["R"] == pytest.approx(expected.run.values["R"].tolist(), rel=0)
    walk = next(null for null in content["nulls"] if null["name"] == "random walk")
    assert walk["keeps"] == NULLS["random walk"].keeps
    assert len(walk["values"]["k*"]) == 3
    assert set(content["share of replicates at or above the run"]["R"]) == {
        n["name"] for n in content["nulls"]
    }


def test_twins_are_trained_and_stored_when_asked_for(store: Path) -> None:
    found = ask(store, key(store), "--replicates", "1", "--twins", "--json")
    assert [null["name"] for null in json.loads(found.output)["nulls"]] == list(NULLS)
    decays = [run.description.optimizer.weight_decay for run in catalogue(store / "runs")]
    assert decays.count(0.0) == 1


def test_what_cannot_be_shown_is_one_clear_line(store: Path) -> None:
    found = ask(store, "zz")
    assert found.exit_code == 2 and "key 'zz' is the beginning of 0 runs" in found.stderr
    bare = replace(DESCRIPTION, recording=None)
    folder = RunStore(store / "runs").save(train(bare))
    found = ask(store, folder.name[:10])
    assert found.exit_code == 2 and "the run has no record" in found.stderr
    found = ask(store, key(store), "--replicates", "0")
    assert found.exit_code == 2 and "'--replicates': 0 is not in the range" in found.stderr


def test_each_number_is_its_definition_window_by_window() -> None:
    rows = np.random.default_rng(1).standard_normal((2, 12, 40)) * np.geomspace(9, 1, 12)[:, None]
    rows[..., 0] += 5.0
    products = rows @ rows.transpose(0, 2, 1)
    index = np.arange(8)[:, None] + np.arange(5)
    inner = products[:, index[:, :, None], index[:, None, :]]
    sigma, resolved = spectra_of_windows(products[:, 1:, 1:], 4, 40)
    found = compared(NullSpectra("made", "by hand", sigma, resolved, 40, inner)).values
    for seed in range(2):
        windows = [rows[seed, start : start + 5] for start in range(8)]
        exact = [np.linalg.svd(w[1:], compute_uv=False) for w in windows]
        gaps = [int(np.argmax(s[:-1] / s[1:])) for s in exact]
        squares = [s**2 for s in exact]
        g = [s[1] - s[2] for s in squares]
        change = [np.linalg.norm(np.outer(w[-1], w[-1]) - np.outer(w[0], w[0])) for w in windows]
        assert found["k*"][seed] == max(set(gaps), key=lambda k: (gaps.count(k), k)) + 1
        assert found["R"][seed] == pytest.approx(
            np.median([s[k] / s[k + 1] for s, k in zip(exact, gaps, strict=True)])
        )
        assert found["fall of g_23"][seed] == pytest.approx(max(g) / g[-1])
        assert found["share of σ_1"][seed] == pytest.approx(np.median([s[0] / s.sum() for s in squares]))
        geo = [c / (s[k] - s[k + 1]) for c, s, k in zip(change, squares, gaps, strict=True)]
        assert found["𝒜_geo"][seed] == pytest.approx(np.median(geo))


def test_a_run_that_differs_from_a_null_is_told_by_the_share_beyond() -> None:
    sigma = np.broadcast_to(np.array([9.0, 1.0, 0.9]), (4, 5, 3))
    flat = np.broadcast_to(np.array([1.0, 0.9, 0.8]), (6, 5, 3))
    run, null = (
        compared(NullSpectra(n, "", s, s > 0, 9)) for n, s in (("run", sigma), ("white noise", flat))
    )
    found = Comparison(run, (null,))
    assert found.beyond("R") == {"white noise": 0.0}
    assert Comparison(null, (run,)).beyond("R") == {"run": 1.0}
    assert np.isnan(found.beyond("𝒜_geo")["white noise"])
    assert {number.name for number in NUMBERS} == set(run.values)


def test_a_seed_that_diverged_has_the_numbers_of_the_windows_before() -> None:
    sigma = np.tile(np.array([9.0, 3.0, 1.5]), (1, 6, 1))
    broken = sigma.copy()
    broken[:, 4:] = np.nan
    whole, cut = (compared(NullSpectra("made", "", s, np.isfinite(s), 9)) for s in (sigma, broken))
    for name in ("k*", "R", "share of σ_1"):
        assert whole.values[name] == cut.values[name]
