"""A device is there, or is refused in one clear line."""

from __future__ import annotations

import pytest
import torch

from spectral_edge.simulate.device import DeviceError, resolve_device


def test_the_cpu_is_always_there() -> None:
    assert resolve_device("cpu") == torch.device("cpu")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
@pytest.mark.parametrize("name", ["cuda", "cuda:0", "cuda:7"])
def test_an_absent_device_is_refused_by_name(name: str) -> None:
    with pytest.raises(DeviceError, match=f"device='{name}' is absent"):
        resolve_device(name)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_cuda_device_is_given_its_number() -> None:
    assert resolve_device("cuda") == torch.device("cuda", 0)
    with pytest.raises(DeviceError, match="is absent: this machine has CUDA devices"):
        resolve_device(f"cuda:{torch.cuda.device_count()}")


@pytest.mark.parametrize("name", ["gpu", "", "cpu cuda"])
def test_a_word_that_is_no_device_is_refused(name: str) -> None:
    with pytest.raises(DeviceError, match="is not a device name; use 'cpu'"):
        resolve_device(name)


def test_a_device_without_float64_is_refused() -> None:
    with pytest.raises(DeviceError, match="device='mps' is not supported"):
        resolve_device("mps")
