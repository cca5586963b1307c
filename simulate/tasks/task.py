"""What training asks of a task."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt


class Task(Protocol):
    """A classification of pairs of tokens, with its own split for each seed.

    A new task is a frozen dataclass with these members, named in ``tasks/__init__.py``. Its fields are
    its settings, and are written into the description of each run under the name ``kind``.
    """

    kind: ClassVar[str]

    @property
    def tokens(self) -> int:
        """How many values each input can take."""

    @property
    def classes(self) -> int:
        """How many labels there are."""

    def data(
        self, seed: int
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """``train_inputs (n, 2), train_labels (n,), test_inputs (m, 2), test_labels (m,)``.

        ``n`` and ``m`` must not depend on the seed, for all seeds are trained as one array.
        """
