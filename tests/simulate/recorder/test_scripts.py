"""Three training loops that know nothing of the recorder: its numbers are those of their saved checkpoints."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss

from spectral_edge.simulate.recorder import SpectrumRecorder

WINDOW = 4
Save = Callable[[], None]


class Net(nn.Module):
    """Some layers of several kinds, with names as models have them."""

    def __init__(self, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.embed = nn.Linear(6, 12, dtype=dtype)
        self.attn = nn.ModuleDict(
            {"q": nn.Linear(12, 12, dtype=dtype), "k": nn.Linear(12, 12, bias=False, dtype=dtype)}
        )
        self.norm = nn.LayerNorm(12, dtype=dtype)
        self.head = nn.Linear(12, 3, dtype=dtype)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.tanh(self.embed(x))
        return self.head(self.norm(x + self.attn["q"](x) * torch.sigmoid(self.attn["k"](x))))


def batches(count: int, dtype: torch.dtype = torch.float32) -> list[tuple[torch.Tensor, torch.Tensor]]:
    generator = torch.Generator().manual_seed(7)
    inputs = torch.randn(count, 16, 6, generator=generator, dtype=dtype)
    return [(x, (x[:, 0] > 0).long() + (x[:, 1] > x[:, 2]).long()) for x in inputs]


def accumulating(model: nn.Module, optimizer: torch.optim.Optimizer, save: Save) -> None:
    """A plain loop; three batches make one update."""
    for number, (x, y) in enumerate(batches(54), start=1):
        loss = cross_entropy(model(x), y) / 3
        loss.backward()
        if number % 3 == 0:
            optimizer.step()
            save()
            optimizer.zero_grad()


def mixed_precision(model: nn.Module, optimizer: torch.optim.Optimizer, save: Save) -> None:
    """bfloat16 autocast with a scaler, which leaves out two steps whose gradients overflow."""
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**10, growth_interval=4)
    for number, (x, y) in enumerate(batches(20)):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = cross_entropy(model(x), y)
        if number in (3, 11):
            loss = loss * torch.inf
        scaler.scale(loss).backward()
        before = scaler.get_scale()
        scaler.step(optimizer)
        scaler.update()
        if scaler.get_scale() >= before:
            save()


def second_order(model: nn.Module, optimizer: torch.optim.Optimizer, save: Save) -> None:
    """LBFGS, which calls its closure many times in a step."""
    (x, y), *_ = batches(1, torch.float64)
    target = nn.functional.one_hot(y, 3).double()

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = mse_loss(model(x), target)
        loss.backward()
        return loss

    for _ in range(12):
        optimizer.step(closure)
        save()


def adamw(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1)


def fused(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.1, fused=True)


def lbfgs(model: nn.Module) -> torch.optim.Optimizer:
    return torch.optim.LBFGS(model.parameters(), lr=0.05, max_iter=4)


SCRIPTS = {
    "gradient accumulation": (accumulating, adamw, torch.float32, 3e-3, 18),
    "mixed precision and a scaler": (mixed_precision, adamw, torch.float32, 3e-3, 18),
    "a scaler and a fused optimizer": (mixed_precision, fused, torch.float32, 3e-3, 18),
    "LBFGS with a closure": (second_order, lbfgs, torch.float64, 0.05, 12),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_numbers_are_those_of_the_saved_checkpoints(name: str, checkpoint: Callable, twin: type) -> None:
    script, make, dtype, lr, updates = SCRIPTS[name]
    model = Net(dtype)
    optimizer = make(model)
    recorder = SpectrumRecorder(model, optimizer, window=WINDOW, groups={"attention": "attn.*"})

    saved = [checkpoint(model)]
    script(model, optimizer, lambda: saved.append(checkpoint(model)))

    assert recorder.updates == updates == len(saved) - 1
    spectra = recorder.spectra()
    assert spectra.step.values.tolist() == list(range(WINDOW, updates + 1))
    names = list(saved[0])
    attention = [n for n in names if n.startswith("attn.")]
    head = [n for n in names if n.startswith("head.")]
    compared = [
        twin(saved, chosen, WINDOW, lr).agrees(spectra, group)
        for group, chosen in (("all", names), ("attention", attention), ("head", head))
    ]
    assert min(compared) >= (updates - WINDOW) // 2
    assert spectra.group.values.tolist() == [
        "all", "attention", "embed", "attn.q", "attn.k", "norm", "head"
    ]  # fmt: skip
    assert spectra.kind.values.tolist() == ["all", "group"] + ["layer"] * 5
    assert spectra.parameters.values.tolist()[:2] == [
        sum(saved[0][n].numel() for n in part) for part in (names, attention)
    ]


def test_a_recorder_that_counted_skipped_steps_would_be_found_out(
    monkeypatch: pytest.MonkeyPatch, checkpoint: Callable, twin: type
) -> None:
    monkeypatch.setattr("spectral_edge.simulate.recorder.recorder.skipped", lambda _: False)
    with pytest.raises(AssertionError):
        test_the_numbers_are_those_of_the_saved_checkpoints(
            "a scaler and a fused optimizer", checkpoint, twin
        )


@pytest.mark.parametrize("stride", [2, 5])
def test_a_stride_takes_the_change_over_several_updates(
    stride: int, checkpoint: Callable, twin: type
) -> None:
    model = Net()
    optimizer = adamw(model)
    recorder = SpectrumRecorder(model, optimizer, window=3, stride=stride)
    saved = [checkpoint(model)]
    accumulating(model, optimizer, lambda: saved.append(checkpoint(model)))
    spectra = recorder.spectra()
    assert spectra.step.values.tolist() == list(range(3 * stride, 19, stride))
    assert twin(saved[::stride], list(saved[0]), 3, 3e-3).agrees(spectra) > 0


def test_one_recording_serves_all_smaller_windows(checkpoint: Callable, twin: type) -> None:
    model = Net()
    optimizer = adamw(model)
    recorder = SpectrumRecorder(model, optimizer, window=8)
    saved = [checkpoint(model)]
    accumulating(model, optimizer, lambda: saved.append(checkpoint(model)))
    for window in (2, 3, 5, 8):
        assert twin(saved, list(saved[0]), window, 3e-3).agrees(recorder.spectra(window=window)) > 0


def test_of_two_optimizers_an_update_is_complete_when_the_last_has_stepped(
    checkpoint: Callable, twin: type
) -> None:
    model = Net()
    matrices = [p for p in model.parameters() if p.ndim == 2]
    first = torch.optim.SGD(matrices, lr=0.1)
    second = torch.optim.AdamW([p for p in model.parameters() if p.ndim != 2], lr=3e-3)
    recorder = SpectrumRecorder(model, [first, second], window=3, groups={"keys": "attn.k.*"})
    saved = [checkpoint(model)]
    for x, y in batches(9):
        cross_entropy(model(x), y).backward()
        first.step()
        second.step()
        saved.append(checkpoint(model))
        model.zero_grad()
    spectra = recorder.spectra()
    assert recorder.updates == 9
    assert float(spectra.learning_rate.sel(group="keys")[0]) == 0.1
    assert spectra.learning_rate.sel(group="all").isnull().all()
    assert twin(saved, ["attn.k.weight"], 3, 0.1).agrees(spectra, "keys") > 0
    assert spectra.A_abs.sel(group="all").isnull().all()
    assert spectra.A_geo.sel(group="all").notnull().any()


NUMBERS = (
    "gram", "sigma", "k_star", "k_star_w", "R", "g", "g_23", "delta_S", "delta_G", "delta_G_ring", "delta_eigenvalues",
    "rotation", "A_geo", "A_geo_sigma", "A_abs", "A_abs_ring", "A_abs_space", "A_abs_eigenvalues", "A_abs_eigen",
)  # fmt: skip


def test_a_number_that_is_off_by_a_thousandth_is_found_out(checkpoint: Callable, twin: type) -> None:
    model = Net(torch.float64)
    optimizer = lbfgs(model)
    recorder = SpectrumRecorder(model, optimizer, window=3, per_layer=False)
    saved = [checkpoint(model)]
    second_order(model, optimizer, lambda: saved.append(checkpoint(model)))
    spectra = recorder.spectra()
    right = twin(saved, list(saved[0]), 3, 0.05)
    assert right.agrees(spectra) > 0
    missed = []
    for name in NUMBERS:
        whole = spectra[name].dtype.kind == "i"
        wrong = spectra.assign({name: spectra[name] + 1 if whole else spectra[name] * 1.001})
        try:
            right.agrees(wrong)
        except AssertionError:
            continue
        missed.append(name)
    assert missed == []
