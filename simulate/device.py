"""Where tensors live: the name of a device, checked before any work is done."""

from __future__ import annotations

import torch


class DeviceError(ValueError):
    """The device that was asked for does not exist here, or its name means nothing to PyTorch."""


def resolve_device(name: str) -> torch.device:
    """The device called ``name``: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.

    Raises:
        DeviceError: the name is unknown, of a kind that cannot do float64 sums (which the Gram
            spectrum needs), or of a device that is absent.
    """
    try:
        device = torch.device(name)
    except RuntimeError as problem:
        raise DeviceError(f"device={name!r} is not a device name; use 'cpu', 'cuda' or 'cuda:0'") from problem
    if device.type == "cpu":
        return torch.device("cpu")
    if device.type != "cuda":
        raise DeviceError(f"device={name!r} is not supported; use 'cpu' or 'cuda'")
    if not torch.cuda.is_available():
        raise DeviceError(
            f"device={name!r} is absent: PyTorch {torch.__version__} sees no CUDA device on this machine; "
            "use 'cpu', or install a CUDA build of PyTorch where there is a GPU"
        )
    count = torch.cuda.device_count()
    index = device.index or 0  # None means the first
    if index >= count:
        raise DeviceError(f"device={name!r} is absent: this machine has CUDA devices 0 to {count - 1}")
    return torch.device("cuda", index)
