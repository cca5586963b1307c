"""What a recorder is made from, and asked, wrongly: a sentence that names it and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from spectral_edge.simulate.recorder import SpectrumRecorder, ablate, curvature, perturb, update_split
from spectral_edge.simulate.recorder.recorder import STATE

MODEL = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
OPTIMIZER = torch.optim.SGD(MODEL.parameters(), lr=0.1)


@pytest.fixture
def trained() -> tuple[torch.nn.Module, SpectrumRecorder, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    x, y = torch.randn(16, 4), torch.randint(2, (16,))
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=2)
    recorder = SpectrumRecorder(model, optimizer, window=3)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = cross_entropy(model(x), y)
        loss.backward()
        return loss

    for _ in range(5):
        optimizer.step(closure)
    return model, recorder, x, y


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"window": 2.5}, r"window=2\.5; give a whole number"),
        ({"window": "3"}, "window='3'; give a whole number"),
        ({"stride": None}, "stride=None; give a whole number"),
        ({"groups": ["*.weight"]}, "give a dictionary from the names of groups to patterns"),
        ({"groups": "*.weight"}, "give a dictionary from the names of groups to patterns"),
        ({"groups": {"none": []}}, r"groups\['none'\]: no pattern is given"),
        ({"watch": []}, "watch: no pattern is given"),
        ({"device": "gpu"}, "device='gpu' cannot be used here"),
        ({"device": "cuda:99"}, "device='cuda:99' cannot be used here"),
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_named(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        SpectrumRecorder(MODEL, OPTIMIZER, **settings)


@pytest.mark.parametrize(
    "parameters",
    [MODEL.parameters(), list(MODEL.parameters()), MODEL.state_dict(), 3, ["ab"]],
    ids=["generator", "list", "dictionary", "number", "word"],
)
def test_what_is_no_model_and_no_pairs_is_refused(parameters: Any) -> None:
    with pytest.raises(ValueError, match=r"give the model, or pairs .* such as model\.named_parameters\(\)"):
        SpectrumRecorder(parameters, OPTIMIZER)


@pytest.mark.parametrize(
    "optimizer", [None, [], MODEL, [OPTIMIZER, "SGD"]], ids=["none", "empty", "model", "word"]
)
def test_what_is_no_optimizer_is_refused(optimizer: Any) -> None:
    with pytest.raises(ValueError, match="give the optimizer, or a list of all of them"):
        SpectrumRecorder(MODEL, optimizer)


def test_an_optimizer_of_another_model_is_noticed() -> None:
    other = torch.nn.Linear(2, 2)
    with pytest.warns(UserWarning, match=r"steps none of the 4 watched parameters \(0\.weight, \.\.\.\)"):
        SpectrumRecorder(MODEL, torch.optim.SGD(other.parameters(), lr=0.1)).detach()
    # One of them is enough: others may be frozen, or be stepped by hand.
    SpectrumRecorder(MODEL, torch.optim.SGD(MODEL[0].parameters(), lr=0.1)).detach()


@pytest.mark.parametrize("state", [None, {}, [], MODEL.state_dict()], ids=["none", "empty", "list", "model"])
def test_a_state_that_is_none_is_refused(state: Any) -> None:
    with (
        SpectrumRecorder(MODEL, OPTIMIZER) as recorder,
        pytest.raises(ValueError, match="give what state_dict"),
    ):
        recorder.load_state_dict(state)


def test_a_damaged_state_is_refused_with_what_it_lacks() -> None:
    with SpectrumRecorder(MODEL, OPTIMIZER, window=3) as recorder:
        whole = recorder.state_dict()
        assert whole.keys() == STATE
        for part in STATE - {"version"}:
            with pytest.raises(ValueError, match=f"recorder state: it lacks {part}; it is damaged"):
                recorder.load_state_dict({key: value for key, value in whole.items() if key != part})
        torn = whole | {"storage": {"rings": whole["storage"]["rings"][:2], "order": [0]}}
        with pytest.raises(ValueError, match="it holds 2 tensors, expected 4; it is damaged"):
            recorder.load_state_dict(torn)


def test_a_state_is_taken_over_whole_or_not_at_all() -> None:
    with SpectrumRecorder(MODEL, OPTIMIZER, window=3) as recorder:
        whole = recorder.state_dict()
        before = [ring.clone() for ring in whole["storage"]["rings"]]
        odd = [torch.full_like(ring, 7.0) for ring in before[:-1]] + [torch.zeros(1)]
        with pytest.raises(ValueError, match="tensor 3 is"):
            recorder.load_state_dict(whole | {"storage": {"rings": odd, "order": [0]}})
        for now, then in zip(recorder.state_dict()["storage"]["rings"], before, strict=True):
            assert torch.equal(now[0], then[0])


def test_an_optimizer_without_decay_decays_nothing(trained: Any) -> None:
    _, recorder, _, _ = trained
    split = update_split(recorder, recorder.directions(2))
    assert torch.equal(split.decay, torch.zeros(2, dtype=torch.float64))
    assert torch.equal(split.gradient, split.total)
    assert torch.equal(split.gradient_share, torch.ones(2, dtype=torch.float64))


def test_one_group_may_be_named_without_a_list(trained: Any) -> None:
    _, recorder, _, _ = trained
    one, listed = recorder.spectra(groups="all"), recorder.spectra(groups=["all"])
    assert one.identical(listed)


def test_complex_parameters_are_in_the_way_of_their_own_directions_only() -> None:
    torch.manual_seed(0)
    real, other = (
        torch.nn.Parameter(torch.randn(6)),
        torch.nn.Parameter(torch.randn(6, dtype=torch.complex64)),
    )
    optimizer = torch.optim.SGD([real, other], lr=0.1)
    recorder = SpectrumRecorder([("a.real", real), ("b.other", other)], optimizer, window=2)
    for power in range(1, 5):
        optimizer.zero_grad()
        ((real**2).sum() * power + (other.abs() ** (power + 1)).sum() + real[0] ** power).backward()
        optimizer.step()
    assert set(recorder.directions(1, "a").vectors) == {"a.real"}
    with pytest.raises(ValueError, match=r"b\.other is complex"):
        recorder.directions(1, "b")


def test_without_a_direction_above_the_floor_there_is_none_to_ask_for() -> None:
    optimizer = torch.optim.SGD(MODEL.parameters(), lr=0.0)
    with SpectrumRecorder(MODEL, optimizer, window=2) as recorder:
        for _ in range(3):
            optimizer.step()
        with pytest.raises(
            ValueError, match="none of the 2 directions of 'all' is above the precision floor"
        ):
            recorder.directions(1)


def test_a_measurement_may_be_a_plain_number(trained: Any) -> None:
    model, recorder, x, _ = trained
    v = recorder.directions(2)
    for measure in (lambda m: m(x).mean(), lambda m: float(m(x).mean())):
        assert isinstance(ablate(model, measure, v), torch.Tensor)
        assert perturb(model, measure, v, [-0.1, 0.0, 0.1]).shape == (2, 3)
    np.testing.assert_allclose(
        perturb(model, lambda m: m(x).mean(), v, [0.1]),
        perturb(model, lambda m: float(m(x).mean()), v, [0.1]),
        rtol=4 * np.finfo(np.float32).eps,
    )


@pytest.mark.parametrize("broken", [torch.Tensor.detach, torch.Tensor.item], ids=["detached", "number"])
def test_a_loss_that_cannot_be_differentiated_is_refused(trained: Any, broken: Any) -> None:
    model, recorder, x, y = trained
    with pytest.raises(ValueError, match=r"return the tensor, without item\(\) or detach\(\)"):
        curvature(model, lambda m: broken(cross_entropy(m(x), y)), recorder.directions(1))


def test_what_an_intervention_lacks_is_named(trained: Any) -> None:
    model, recorder, x, _ = trained
    v = recorder.directions(1)
    with pytest.raises(KeyError, match=r"the origin has no parameter '0\.weight'"):
        ablate(model, lambda m: m(x).mean(), v, origin={})
    with pytest.raises(ValueError, match="perturb: no sizes are given"):
        perturb(model, lambda m: m(x).mean(), v, [])


def test_a_folder_that_is_not_there_is_named_when_saving(trained: Any, tmp_path: Path) -> None:
    _, recorder, _, _ = trained
    with pytest.raises(FileNotFoundError, match=r"s\.nc: there is no folder .*absent; make it first"):
        recorder.save(tmp_path / "absent" / "s.nc")
