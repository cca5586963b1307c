"""The part of an update that is the rounding of the weights, which float32 training cannot avoid."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def weight_rounding(
    norm: npt.NDArray[np.float64], stride: int, dtype: npt.DTypeLike
) -> npt.NDArray[np.float64]:
    """The singular values (unit θ) that rounding alone gives to a window of updates.

    Each optimizer step rounds every weight to a grid of spacing at most ``ε|θ_i|``: a uniform error, of
    standard deviation at most ``ε|θ_i|/√12``. An update row collects ``stride`` of them, so its rounding
    has length ``ε‖θ‖(stride/12)^½`` at most; rows are independent and, in p ≫ W dimensions, nearly
    orthogonal, so that W rows of it have W singular values of that size.

    Seen in a run: two-layer network, float32, decay 0, stride 10, after step 2000. All singular values but
    the first two lie at 0.20 to 0.29 times ``ε‖θ‖√stride``; the bound is 0.289.

    Args:
        norm: ``‖θ‖``, any shape.
        stride: optimizer steps per update row.
        dtype: of the weights.
    """
    return float(np.finfo(dtype).eps) * norm * float(np.sqrt(stride / 12.0))
