"""Two processes that hold a part of the parameters each give the numbers of one process that holds all."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
import torch.distributed as dist
import xarray as xr

from spectral_edge.simulate.recorder import SpectrumRecorder, load

WORKER = Path(__file__).with_name("sharded_worker.py")
EPS = float(np.finfo(np.float64).eps)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (dist.is_available() and dist.is_gloo_available()), reason="no gloo here"),
]


def worker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sharded_worker", WORKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def alone() -> xr.Dataset:
    """One process with everything."""
    module = worker()
    model = module.build()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    recorder = SpectrumRecorder(model, optimizer, window=module.WINDOW, groups={"weights": "*.weight"})
    module.train(model, optimizer)
    return recorder.spectra()


CASES = ["fsdp-exact", "replicated-exact", "plain-exact", "fsdp-bfloat16", "plain-sketch"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each of two processes has written what it recorded. They start once: importing takes most of the time."""
    folder = tmp_path_factory.mktemp("sharded")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    started = [
        subprocess.Popen(
            [sys.executable, str(WORKER), str(rank), str(folder / "meet"), str(folder), *CASES],
            env=environment,
            stderr=subprocess.PIPE,
        )
        for rank in range(2)
    ]
    try:
        said = [process.communicate(timeout=240)[1].decode() for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0, 0], "\n".join(said)
    return folder


@pytest.mark.parametrize("case", CASES)
def test_both_processes_have_the_numbers_of_one(case: str, folder: Path, alone: xr.Dataset) -> None:
    first, second = (load(folder / f"{case}-{rank}.nc") for rank in range(2))
    storage = case.split("-")[1]
    assert first.identical(second)
    np.testing.assert_array_equal(first.parameters, alone.parameters)
    if storage == "exact":
        # Trained by FSDP, gradients are averages over processes and round otherwise: some ε per step.
        gram = alone.gram.values
        np.testing.assert_allclose(first.gram, gram, rtol=0, atol=1e3 * EPS * gram.max())
        np.testing.assert_allclose(first.R, alone.R, rtol=1e6 * EPS)
        np.testing.assert_array_equal(first.k_star, alone.k_star)
        np.testing.assert_allclose(first.weight_norm, alone.weight_norm, rtol=100 * EPS)
    elif storage == "bfloat16":
        assert (abs(first.sigma - alone.sigma) <= 1.01 * first.sigma_floor).all()
    else:  # all tensors are smaller than the sketch, which keeps them as they are
        np.testing.assert_allclose(first.gram, alone.gram, rtol=0, atol=100 * EPS * float(alone.gram.max()))
