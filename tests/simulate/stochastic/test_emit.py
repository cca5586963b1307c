"""C is written from lowered programs; what has no counterpart there is refused, and not computed otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from spectral_edge.simulate.stochastic.emit import EmitError, source
from spectral_edge.simulate.stochastic.model import pair_model
from spectral_edge.theory.edge.noise.particles import bru_process, dyson_process


def test_pairs_stay_a_loop_so_that_the_source_does_not_grow_with_their_number() -> None:
    few, many = (source(pair_model(dyson_process(1), n, "trapezoidal")[0]) for n in (3, 200))
    assert abs(len(many) - len(few)) < 10
    assert "x - o" in few


def test_an_odd_kernel_is_evaluated_once_for_each_pair_and_a_symmetric_jacobian_is_halved() -> None:
    for process in (dyson_process(2), bru_process()):
        model = pair_model(process, 4, "implicit")[0]
        assert (model.parity, model.symmetric) == (-1, True)
        assert "#define PARITY (-1)" in source(model)
    lopsided = replace(bru_process(), pair=bru_process().pair * bru_process().other)
    assert pair_model(lopsided, 4, "milstein")[0].parity == 0


def test_an_operation_without_a_counterpart_is_refused() -> None:
    model = pair_model(dyson_process(1), 3, "euler")[0]
    (first, *rest) = model.law.operations
    strange = replace(model.law, operations=((np.fmod, first[1]), *rest))
    with pytest.raises(EmitError, match="operation fmod has no counterpart in the lanes; known are abs"):
        source(replace(model, law=strange))
