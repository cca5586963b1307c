"""Measure the recorder: ``python -m benchmarks.recorder``; ``python -m benchmarks.recorder_table`` puts the table in the guide.

In each round everybody runs once, in turn; what counts is the median over rounds of the ratio within a round. Times are
processor times, with one thread, of one record: W = 10, float32 weights, on the CPU.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import click
import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from spectral_edge.simulate.recorder import SpectrumRecorder
from spectral_edge.simulate.spectrum import kernel

RESULTS = Path(__file__).parent / "results" / "recorder.json"
WINDOW = 10
SIZES = {100_000: 40, 1_000_000: 9, 10_000_000: 3}  # parameters, rounds: an SVD at 10^7 takes seconds


class Case:
    """One tensor of p weights in a full window, and everything that runs in a round."""

    def __init__(self, p: int, **options: Any) -> None:
        self.theta = torch.randn(p).requires_grad_()
        self.optimizer = torch.optim.SGD([self.theta], lr=0.0)
        self.recorder = SpectrumRecorder(
            [("theta", self.theta)], self.optimizer, WINDOW, per_layer=False, **options
        )
        self.update = 1e-3 * torch.randn(p)
        for _ in range(WINDOW + 2):
            self.move()
            self.record()

    def move(self) -> None:
        """Other weights, as after an update."""
        with torch.no_grad():
            self.theta += self.update.roll(self.recorder.updates + 1)

    def record(self) -> None:
        """What the optimizer's hook does."""
        self.recorder._after_step(self.optimizer, (), {})


@contextmanager
def without_kernel() -> Any:
    """The chunked PyTorch path, as where there is no compiler."""
    with patch.object(kernel, "serves", lambda *_: False):
        yield


def contestants(p: int) -> dict[str, tuple[Callable[[], Any], Callable[[], Any]]]:
    """For each name what prepares a run and what is timed."""
    ours = Case(p)
    with without_kernel():
        torch_only = Case(p)
    rounded, sketched = Case(p, storage="bfloat16"), Case(p, storage="sketch")
    X, kept = torch.randn(WINDOW, p), torch.randn(p)

    def nothing() -> None:
        return None

    return {
        "recorder": (ours.move, ours.record),
        "recorder without a C compiler": (torch_only.move, torch_only.record),
        "recorder, rows in bfloat16": (rounded.move, rounded.record),
        "recorder, sketch of 4096": (sketched.move, sketched.record),
        "read of W rows (the floor)": (nothing, X.sum),
        "the same, and a copy of one row": (nothing, lambda: (X.sum(), kept.copy_(X[0]))),
        "SVD of the window": (nothing, lambda: torch.linalg.svd(X, full_matrices=False)),
        "its singular values alone": (nothing, lambda: torch.linalg.svdvals(X)),
    }


def timed(prepare: Callable[[], Any], run: Callable[[], Any]) -> float:
    """Processor seconds of one run: what else the machine does takes none of these."""
    prepare()
    start = time.process_time()
    run()
    return time.process_time() - start


def window_of(p: int, rounds: int) -> dict[str, Any]:
    """Times of a record, and ratios to the recorder's."""
    load = os.getloadavg()[0]
    everyone = contestants(p)
    seconds: dict[str, list[float]] = {name: [] for name in everyone}
    for one in range(rounds + 1):
        for name, (prepare, run) in everyone.items():
            spent = timed(prepare, run)
            if one:  # the first round touches memory for the first time
                seconds[name].append(spent)
    base = seconds["recorder"]
    rows = {
        name: {
            "milliseconds": 1e3 * statistics.median(times),
            "ratio": statistics.median(t / b for t, b in zip(times, base, strict=True)),
            "ratio_lowest": min(t / b for t, b in zip(times, base, strict=True)),
            "ratio_highest": max(t / b for t, b in zip(times, base, strict=True)),
        }
        for name, times in seconds.items()
    }
    return {"parameters": p, "rounds": rounds, "load_before": load, "rows": rows}


class Encoder(nn.Module):
    """The transformer of the source's modular arithmetic: two pre-norm layers of width 128 over (a, b, =)."""

    def __init__(self, modulus: int = 97) -> None:
        super().__init__()
        self.embed, self.place = nn.Embedding(modulus + 1, 128), nn.Parameter(0.02 * torch.randn(3, 128))
        layer = nn.TransformerEncoderLayer(
            128, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(128, modulus)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits ``(batch, modulus)`` of tokens ``(batch, 3)``."""
        return self.head(self.layers(self.embed(tokens) + self.place)[:, -1])  # type: ignore[no-any-return]


def transformer(rounds: int = 25) -> dict[str, Any]:
    """The share that a record at every step takes of a training step of the p = 97 transformer."""
    load = os.getloadavg()[0]
    model = Encoder()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1.0)
    tokens = torch.randint(97, (512, 3))
    labels = (tokens[:, 0] + tokens[:, 1]) % 97

    def step() -> None:
        optimizer.zero_grad()
        cross_entropy(model(tokens), labels).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    recorder = SpectrumRecorder(model, optimizer, WINDOW, groups={"attention": "*.self_attn.*"})
    for _ in range(WINDOW + 2):
        step()
    recorder.detach()
    steps, records = [], []
    for _ in range(rounds):
        steps.append(timed(lambda: None, step))
        records.append(timed(lambda: None, lambda: recorder._after_step(optimizer, (), {})))
    shares = [r / s for r, s in zip(records, steps, strict=True)]
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "tensors": len(list(model.parameters())),
        "rounds": rounds,
        "load_before": load,
        "step_milliseconds": 1e3 * statistics.median(steps),
        "record_milliseconds": 1e3 * statistics.median(records),
        "share": statistics.median(shares),
        "share_lowest": min(shares),
        "share_highest": max(shares),
    }


def made() -> dict[str, Any]:
    """Where, when and with what."""
    root = Path(__file__).parent
    command = ["git", "-C", str(root), "rev-parse", "HEAD"]
    commit = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit or "unknown",
        "processor": processor,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
    }


@click.command()
@click.option("--largest", default=max(SIZES), help="leave out windows of more parameters")
@click.option("--threads", default=1, help="of everybody; processor times add up those of all threads")
@click.option("--out", type=click.Path(path_type=Path), default=RESULTS, help="where the results go")
def main(largest: int, threads: int, out: Path) -> None:
    """Measure everything and write the results as JSON."""
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    found = {
        "made": made(),
        "window": WINDOW,
        "transformer": transformer(),
        "windows": [window_of(p, rounds) for p, rounds in SIZES.items() if p <= largest],
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
