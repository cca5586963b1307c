"""The spectrum of the updates of any PyTorch training.

::

    from spectral_edge.simulate.recorder import SpectrumRecorder

    recorder = SpectrumRecorder(model, optimizer)
    ...  # train as ever
    spectra = recorder.spectra()
"""

from ..spectrum import adiabatic_rate
from .decay import UpdateSplit, update_split
from .directions import Directions
from .files import UnreadableFile, load, save
from .hessian import Curvature, curvature
from .intervention import ablate, perturb
from .recorder import NotEnoughRecords, ParametersChanged, SpectrumRecorder
from .scheduled import MeasurementSkipped
from .scopes import NoSuchParameter
from .tangent import KernelRotation, kernel_rotation, tangent_kernel

__all__ = [
    "Curvature",
    "Directions",
    "KernelRotation",
    "MeasurementSkipped",
    "NoSuchParameter",
    "NotEnoughRecords",
    "ParametersChanged",
    "SpectrumRecorder",
    "UnreadableFile",
    "UpdateSplit",
    "ablate",
    "adiabatic_rate",
    "curvature",
    "kernel_rotation",
    "load",
    "perturb",
    "save",
    "tangent_kernel",
    "update_split",
]
