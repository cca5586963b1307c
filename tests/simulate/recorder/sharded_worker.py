"""One of two processes that train a model spread over both; started by test_sharding.py."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor

from spectral_edge.simulate.recorder import SpectrumRecorder

WINDOW, STEPS = 3, 7


def build() -> nn.Module:
    torch.manual_seed(0)
    # 7 rows do not divide by two: one process holds more than the other.
    return nn.Sequential(nn.Linear(6, 7), nn.Tanh(), nn.Linear(7, 3)).double()


def train(model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
    generator = torch.Generator().manual_seed(1)
    for _ in range(STEPS):
        x = torch.randn(8, 6, generator=generator, dtype=torch.float64)
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()


def fsdp(storage: str) -> SpectrumRecorder:
    """FSDP2: each parameter is a DTensor, sharded by rows."""
    model = build()
    mesh = init_device_mesh("cpu", (2,))
    for layer in (model[0], model[2]):
        fully_shard(layer, mesh=mesh)
    fully_shard(model, mesh=mesh)
    assert all(isinstance(p, DTensor) for p in model.parameters())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    recorder = SpectrumRecorder(
        model, optimizer, window=WINDOW, groups={"weights": "*.weight"}, storage=storage
    )
    train(model, optimizer)
    return recorder


def replicated(storage: str) -> SpectrumRecorder:
    """Some DTensors sharded, some whole on both: those may not be counted twice."""
    model = build()
    mesh = init_device_mesh("cpu", (2,))
    for number, layer in enumerate((model[0], model[2])):
        place = [Shard(0) if number else Replicate()]
        for name, p in list(layer.named_parameters()):
            setattr(layer, name, nn.Parameter(distribute_tensor(p.detach(), mesh, place)))
    return by_hand(model, dict(model.named_parameters()), storage, None)


def plain(storage: str) -> SpectrumRecorder:
    """Plain tensors, of which each process holds a part, as sharding by hand would leave them."""
    model, rank = build(), dist.get_rank()
    parts = {n: p.detach().reshape(-1)[rank::2].clone().requires_grad_() for n, p in model.named_parameters()}
    return by_hand(model, parts, storage, dist.group.WORLD)


def by_hand(model, parts, storage: str, group) -> SpectrumRecorder:
    """Train a whole twin, and move the parts along with it."""
    twin, rank = build(), dist.get_rank()
    optimizer = torch.optim.SGD(list(parts.values()), lr=0.2)
    recorder = SpectrumRecorder(
        parts.items(), optimizer, window=WINDOW, groups={"weights": "*.weight"}, storage=storage, process_group=group
    )  # fmt: skip

    def follow(*_: object) -> None:
        with torch.no_grad():
            for name, whole in twin.named_parameters():
                part = parts[name]
                if isinstance(part, DTensor):
                    part.copy_(distribute_tensor(whole.detach(), part.device_mesh, part.placements))
                else:
                    part.copy_(whole.detach().reshape(-1)[rank::2])
        optimizer.step()

    leader = torch.optim.SGD(twin.parameters(), lr=0.2)
    leader.register_step_post_hook(follow)
    train(twin, leader)
    return recorder


def main() -> None:
    rank, rendezvous, target, *kinds = sys.argv[1:]
    dist.init_process_group("gloo", init_method=f"file://{rendezvous}", rank=int(rank), world_size=2)
    try:
        for each in kinds:
            kind, storage = each.split("-")
            recorder = {"fsdp": fsdp, "replicated": replicated, "plain": plain}[kind](storage)
            assert recorder.sharded
            try:
                recorder.directions(1)
            except ValueError as refused:
                assert "spread over processes" in str(refused)
            else:
                raise AssertionError("directions of a shard were given out")
            recorder.save(Path(target) / f"{each}-{rank}.nc")
    finally:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
