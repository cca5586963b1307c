"""What is kept of every record: a few numbers per scope, from which all spectra follow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from .scopes import Scopes
from .storage import EXTRA, STORED, WEIGHTS, State

Array = npt.NDArray[np.float64]

# Records that may wait on a GPU before they are fetched: each fetch makes the host wait. No source.
MOST_PENDING = 256


class History:
    """Inner products of each update with those before it, for each scope, in arrays that grow.

    Two windows that overlap share inner products, so that one row of W + 1 numbers per record is enough for
    the Gram matrices of all windows.

    Args:
        scopes: the sets of tensors whose products are added up.
        window: W.
        replicates: parts of each product.
        epsilon: for each tensor the relative rounding of its weights.
    """

    def __init__(self, scopes: Scopes, window: int, replicates: int, epsilon: Array) -> None:
        self._scopes = scopes
        self._epsilon = epsilon
        self._steps: list[int] = []
        self._rows: list[int] = []
        self._rates: list[Array] = []
        self._pending: list[torch.Tensor] = []
        self._written = 0
        self._products = np.empty((0, len(scopes.names), replicates, window + 1))
        self._squares = np.empty((0, len(scopes.names), 3))

    def __len__(self) -> int:
        return len(self._steps)

    def append(self, step: int, rows: int, values: torch.Tensor, rates: Array) -> None:
        """Add a record.

        Args:
            step: number of real updates so far.
            rows: consecutive rows that the products cover, this one included.
            values: as :meth:`~.storage.Storage.push` gives them, on any device.
            rates: learning rate of each scope.
        """
        self._steps.append(step)
        self._rows.append(rows)
        self._rates.append(rates)
        self._pending.append(values)
        if values.device.type == "cpu" or len(self._pending) >= MOST_PENDING:
            self._fetch()

    def _fetch(self) -> None:
        for values in self._pending:
            whole = values.cpu().numpy()  # (tensors, replicates, W + 1 + EXTRA)
            weights = whole[..., WEIGHTS].sum(1)
            stored = whole[..., STORED].sum(1)
            squares = np.stack([weights, stored, weights * self._epsilon**2], axis=1)
            if self._written == len(self._products):
                self._products = _longer(self._products)
                self._squares = _longer(self._squares)
            self._products[self._written] = self._scopes.total(whole[..., :-EXTRA])
            self._squares[self._written] = self._scopes.total(squares)
            self._written += 1
        self._pending.clear()

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """Real updates before each record, ``(T,)``."""
        return np.array(self._steps, dtype=np.int64)

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """Consecutive rows that each record's products cover, ``(T,)``."""
        return np.array(self._rows, dtype=np.int64)

    @property
    def rates(self) -> Array:
        """Learning rates ``(T, scopes)``; NaN where a scope has more than one."""
        return np.array(self._rates).reshape(len(self), len(self._scopes.names))

    @property
    def products(self) -> Array:
        """Products ``(T, scopes, replicates, W + 1)`` with the row of the record and those before it (θ²)."""
        self._fetch()
        return self._products[: self._written]

    @property
    def squares(self) -> Array:
        """``(T, scopes, 3)``: ‖θ‖², squared error of the stored row, and Σ(ε‖θ‖)² by tensor (θ²)."""
        self._fetch()
        return self._squares[: self._written]

    def state(self) -> State:
        """Everything, as tensors."""
        return {
            "steps": torch.tensor(self._steps, dtype=torch.int64),
            "rows": torch.tensor(self._rows, dtype=torch.int64),
            "rates": torch.from_numpy(self.rates.copy()),
            "products": torch.from_numpy(self.products.copy()),
            "squares": torch.from_numpy(self.squares.copy()),
        }

    def load(self, state: State) -> None:
        """Take over what :meth:`state` gave, in place of what is held."""
        self._pending.clear()
        self._steps, self._rows = state["steps"].tolist(), state["rows"].tolist()
        self._rates = list(state["rates"].numpy().copy())
        self._products, self._squares = state["products"].numpy().copy(), state["squares"].numpy().copy()
        self._written = len(self._steps)


def _longer(array: Array) -> Array:
    """The same with more room: twice as much, so that appending costs a constant on average."""
    longer = np.empty((max(64, 2 * len(array)), *array.shape[1:]))
    longer[: len(array)] = array
    return longer
