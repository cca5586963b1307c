"""The checks of a prediction that is put to two kinds of networks: the two-layer ones, and transformers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ..check import Check, Context
from ..evidence import Evidence
from ..profiles import DECAY, FINE, TRANSFORMER
from ..record import Record
from .analogue import ANALOGUE
from .networks import ENCODER_ANALOGUE

Judge = Callable[[Record, str, str, Context], Evidence]
"""From the record, the arm, the sentence on what its networks stand for, and the data."""


def on_both(two_layer: Record, transformer: Record, judge: Judge) -> tuple[Check, Check]:
    """One check for each record; the fine record of the two-layer networks is looked at where a profile has it."""
    return (
        Check(
            two_layer.statement,
            two_layer,
            (DECAY,),
            partial(judge, two_layer, DECAY, ANALOGUE),
            optional=(FINE,),
        ),
        Check(
            transformer.statement,
            transformer,
            (TRANSFORMER,),
            partial(judge, transformer, TRANSFORMER, ENCODER_ANALOGUE),
        ),
    )
