"""Several tests at once: levels that hold for all of them together."""

from __future__ import annotations

from collections.abc import Mapping


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """p-values adjusted for a family of tests so that the chance of any false rejection is held.

    Holm (1979): the k-th smallest of m is multiplied by m − k + 1, and none falls below a smaller one.

    Raises:
        ValueError: a p-value is not between 0 and 1.
    """
    _check(p_values)
    adjusted, largest = {}, 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


def _check(p_values: Mapping[str, float]) -> None:
    wrong = {name: p for name, p in p_values.items() if not 0 <= p <= 1}
    if wrong:
        raise ValueError(f"no p-values: {wrong}; a p-value lies between 0 and 1")
