"""The transformers compute what PyTorch's modules compute with the same weights, for every seed by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import nn

from spectral_edge.simulate.networks import (
    CausalTransformer,
    EncoderDecoderTransformer,
    EncoderTransformer,
    Network,
)
from spectral_edge.simulate.tasks import DyckDepth, ModularArithmetic, Scan, Task

# nn.Transformer says so each time it is built with norms first; nothing is nested here.
pytestmark = pytest.mark.filterwarnings("ignore:enable_nested_tensor is True")

EPS = float(np.finfo(np.float64).eps)
WIDTH, HEADS, INNER, LAYERS = 8, 2, 12, 2
SEEDS = (3, 0)


def fill_attention(module: nn.MultiheadAttention, weights: dict[str, torch.Tensor], name: str) -> None:
    parts = ("query", "key", "value")
    module.in_proj_weight.data = torch.cat([weights[f"{name}.{part}.weight"] for part in parts])
    module.in_proj_bias.data = torch.cat([weights[f"{name}.{part}.bias"] for part in parts])
    fill(module.out_proj, weights, f"{name}.out")


def fill(module: nn.Module, weights: dict[str, torch.Tensor], name: str) -> None:
    module.weight.data, module.bias.data = weights[f"{name}.weight"], weights[f"{name}.bias"]


def fill_layer(module: nn.Module, weights: dict[str, torch.Tensor], name: str) -> None:
    fill_attention(module.self_attn, weights, f"{name}.attention")
    fill(module.norm1, weights, f"{name}.attention_norm")
    last = module.norm2
    if isinstance(module, nn.TransformerDecoderLayer):
        fill_attention(module.multihead_attn, weights, f"{name}.cross_attention")
        fill(module.norm2, weights, f"{name}.cross_attention_norm")
        last = module.norm3
    fill(last, weights, f"{name}.feedforward_norm")
    fill(module.linear1, weights, f"{name}.feedforward.up")
    fill(module.linear2, weights, f"{name}.feedforward.down")


SIZES = {
    "dim_feedforward": INNER,
    "dropout": 0.0,
    "activation": "gelu",
    "batch_first": True,
    "norm_first": True,
}


def norm_and_read(weights: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    x = nn.functional.layer_norm(x, (WIDTH,), weights["norm.weight"], weights["norm.bias"])
    return nn.functional.linear(x, weights["readout.weight"], weights["readout.bias"])


def one_sequence(
    weights: dict[str, torch.Tensor], tokens: torch.Tensor, mask: torch.Tensor | None
) -> torch.Tensor:
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(WIDTH, HEADS, **SIZES), LAYERS, enable_nested_tensor=False
    ).double()
    for i, module in enumerate(encoder.layers):
        fill_layer(module, weights, f"layers.{i}")
    x = weights["tokens"][tokens] + weights["positions"]
    return encoder(x, mask=mask, is_causal=mask is not None)


def naive_encoder(task: Task, weights: dict[str, torch.Tensor], tokens: torch.Tensor) -> torch.Tensor:
    return norm_and_read(weights, one_sequence(weights, tokens, None)[:, 0])


def naive_causal(task: Task, weights: dict[str, torch.Tensor], tokens: torch.Tensor) -> torch.Tensor:
    mask = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1], dtype=torch.float64)
    return norm_and_read(weights, one_sequence(weights, tokens, mask))


def naive_translator(task: Task, weights: dict[str, torch.Tensor], tokens: torch.Tensor) -> torch.Tensor:
    source, target = tokens[:, : task.inputs.source.length], tokens[:, task.inputs.source.length :]
    model = nn.Transformer(WIDTH, HEADS, LAYERS, LAYERS, **SIZES).double()
    for half, layers in (("encoder", model.encoder), ("decoder", model.decoder)):
        fill(layers.norm, weights, f"{half}.norm")
        for i, module in enumerate(layers.layers):
            fill_layer(module, weights, f"{half}.{i}")
    made = model(
        weights["source.tokens"][source] + weights["source.positions"],
        weights["target.tokens"][target] + weights["target.positions"],
        tgt_mask=nn.Transformer.generate_square_subsequent_mask(target.shape[1], dtype=torch.float64),
        src_key_padding_mask=torch.zeros(source.shape, dtype=torch.float64).masked_fill(
            source == 0, -torch.inf
        ),
        tgt_key_padding_mask=torch.zeros(target.shape, dtype=torch.float64).masked_fill(
            target == 0, -torch.inf
        ),
        memory_key_padding_mask=torch.zeros(source.shape, dtype=torch.float64).masked_fill(
            source == 0, -torch.inf
        ),
        tgt_is_causal=True,
    )
    return norm_and_read(weights, made)


@dataclass
class Case:
    task: Task
    network: Network
    naive: object


SETTINGS = {"width": WIDTH, "heads": HEADS, "inner": INNER, "layers": LAYERS}
CASES = {
    "encoder": Case(ModularArithmetic("a+b", 5), EncoderTransformer(**SETTINGS), naive_encoder),
    "causal": Case(DyckDepth(6, 2, 3, examples_seed=None), CausalTransformer(**SETTINGS), naive_causal),
    "translator": Case(
        Scan(6, 2, 4, examples_seed=None), EncoderDecoderTransformer(**SETTINGS), naive_translator
    ),
}
PADDED = {"causal", "translator"}


def weights_and_inputs(case: Case) -> tuple[torch.Tensor, torch.Tensor]:
    theta = torch.tensor(np.stack([case.network.initial(case.task, seed) for seed in SEEDS]))
    # Biases and norms start at 0 and 1, where mistakes with them cannot be seen.
    noise = np.random.default_rng(5).normal(0, 0.1, theta.shape)
    return theta + torch.tensor(noise), torch.tensor(
        np.stack([case.task.data(seed).train_inputs for seed in SEEDS])
    )


@pytest.mark.parametrize("name", CASES)
def test_the_logits_are_those_of_pytorchs_modules(name: str) -> None:
    case = CASES[name]
    theta, inputs = weights_and_inputs(case)
    found = case.network.forward(case.task, theta, case.network.encode(case.task, inputs))
    split = case.task.data(SEEDS[0])
    assert found.shape == (2, *split.train_targets.shape, case.task.outputs)
    arrays = case.network.layout(case.task).arrays(theta)
    for s, seed in enumerate(SEEDS):
        own = {weight: array[s] for weight, array in arrays.items()}
        wanted = case.naive(case.task, own, inputs[s]).detach()
        asked = torch.tensor(case.task.data(seed).train_targets) >= 0  # padding may differ, nobody reads it
        difference = (found[s] - wanted)[asked].abs().max()
        assert difference <= 1000 * EPS * wanted.abs().max()


@pytest.mark.parametrize("name", CASES)
def test_the_gradient_of_one_seed_has_nothing_of_another(name: str) -> None:
    case = CASES[name]
    theta, inputs = weights_and_inputs(case)
    theta.requires_grad_()
    logits = case.network.forward(case.task, theta, inputs)
    (gradient,) = torch.autograd.grad(logits[1].square().sum(), [theta])
    assert torch.count_nonzero(gradient[0]) == 0
    assert torch.count_nonzero(gradient[1]) > 0


def test_a_causal_place_does_not_see_what_comes_later() -> None:
    case = CASES["causal"]
    theta, inputs = weights_and_inputs(case)
    changed = inputs.clone()
    changed[..., 3:] = 1 - changed[..., 3:].clamp(max=1)
    before, after = (case.network.forward(case.task, theta, tokens) for tokens in (inputs, changed))
    assert torch.equal(before[:, :, :3], after[:, :, :3])
    assert not torch.equal(before[:, :, 3:], after[:, :, 3:])


def test_initial_weights_have_the_spread_of_pytorchs() -> None:
    network, task = EncoderTransformer(width=64, heads=4, inner=48, layers=1), ModularArithmetic("a+b", 50)
    layer = nn.TransformerEncoderLayer(64, 4, **(SIZES | {"dim_feedforward": 48}))
    twins = {
        "tokens": nn.Embedding(50, 64).weight,
        "layers.0.attention.query.weight": layer.self_attn.in_proj_weight[:64],
        "layers.0.attention.out.weight": layer.self_attn.out_proj.weight,
        "layers.0.feedforward.up.weight": layer.linear1.weight,
        "layers.0.feedforward.down.weight": layer.linear2.weight,
    }
    arrays = network.layout(task).arrays(torch.tensor(network.initial(task, 0))[None])
    for name, twin in twins.items():
        # Sample standard deviations of n ≥ 3072 numbers: each within 1/√(2n), 1.3 %; five of both.
        assert arrays[name].std().item() == pytest.approx(twin.std().item(), rel=5 * 0.013 * 2**0.5), name
    again = nn.Transformer(64, 4, 1, 1, **(SIZES | {"dim_feedforward": 48}))
    scan = EncoderDecoderTransformer(width=64, heads=4, inner=48, layers=1)
    arrays = scan.layout(Scan()).arrays(torch.tensor(scan.initial(Scan(), 0))[None])
    for name, twin in {
        "decoder.0.cross_attention.value.weight": again.decoder.layers[0].multihead_attn.in_proj_weight,
        "encoder.0.attention.out.weight": again.encoder.layers[0].self_attn.out_proj.weight,
        "decoder.0.feedforward.up.weight": again.decoder.layers[0].linear1.weight,
    }.items():
        assert arrays[name].std().item() == pytest.approx(twin.std().item(), rel=5 * 0.013 * 2**0.5), name


def test_the_sizes_of_the_source_have_its_number_of_weights() -> None:
    layer = nn.TransformerEncoderLayer(128, 4, 256, norm_first=True)
    parts = [nn.Embedding(97, 128), nn.Embedding(2, 128), layer, layer, nn.LayerNorm(128), nn.Linear(128, 97)]
    wanted = sum(weight.numel() for part in parts for weight in part.parameters())
    assert EncoderTransformer().length(ModularArithmetic()) == wanted
    attention = EncoderTransformer().layout(ModularArithmetic()).matching(("*attention.*.weight",))
    assert len(attention) == 2 * 4 * 128**2


@pytest.mark.parametrize(
    ("network", "task", "message"),
    [
        (
            EncoderTransformer(),
            DyckDepth(),
            "EncoderTransformer takes tokens with one label .* DyckDepth is Token",
        ),
        (
            CausalTransformer(),
            ModularArithmetic(),
            "CausalTransformer takes tokens with a label at each position",
        ),
        (EncoderDecoderTransformer(), DyckDepth(), "takes a sequence to read and one to write"),
    ],
)
def test_a_task_of_another_form_is_refused(network: Network, task: Task, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        network.layout(task)


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValueError, match="EncoderTransformer: width=10 is no multiple of heads=4"):
        EncoderTransformer(width=10)
