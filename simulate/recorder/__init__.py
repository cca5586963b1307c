"""The spectrum of the updates of any PyTorch training.

::

    from spectral_edge.simulate.recorder import SpectrumRecorder

    recorder = SpectrumRecorder(model, optimizer)
    ...  # train as ever
    spectra = recorder.spectra()
"""

from .recorder import NotEnoughRecords, ParametersChanged, SpectrumRecorder
from .scopes import NoSuchParameter

__all__ = ["NoSuchParameter", "NotEnoughRecords", "ParametersChanged", "SpectrumRecorder"]
