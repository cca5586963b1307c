"""A layout in layers: what is used stands above what uses it, and neighbours stand near each other.

After Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11, 1981), without the dummy nodes for long edges. There is
no chance in it: the same graph is laid out in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import fmean

SWEEPS = 12
"""Times the order within the layers is improved, down and up. No source: more change nothing in our graphs."""


def layers_of(order: Sequence[str], above: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """The nodes, layer by layer from the top.

    ``order`` are all nodes, each after those that are ``above`` it; a name in ``above`` that is not in
    ``order``, or comes later in it, is passed over.
    """
    place = {name: i for i, name in enumerate(order)}
    parents = {n: [p for p in above.get(n, ()) if p in place and place[p] < place[n]] for n in order}
    depth: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[p] for p in parents[name]), default=-1)
    rows: list[list[str]] = [[] for _ in range(1 + max(depth.values(), default=-1))]
    for name in order:
        rows[depth[name]].append(name)
    return _untangled(rows, parents)


def _untangled(rows: list[list[str]], parents: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Each row sorted by where its neighbours stand, row after row, from above and from below in turn."""
    children: dict[str, list[str]] = {name: [] for row in rows for name in row}
    for name, its in parents.items():
        for parent in its:
            children[parent].append(name)
    best, fewest = [list(row) for row in rows], crossings(rows, parents)
    for sweep in range(SWEEPS):
        near, walk = (parents, rows) if sweep % 2 == 0 else (children, rows[::-1])
        # Positions from 0 to 1, so that rows of different length compare.
        at = {n: (i + 0.5) / len(row) for row in rows for i, n in enumerate(row)}
        for row in walk:
            wish = {n: fmean(at[o] for o in near[n]) if near[n] else at[n] for n in row}
            row.sort(key=lambda n: wish[n])
            at |= {n: (i + 0.5) / len(row) for i, n in enumerate(row)}
        now = crossings(rows, parents)
        if now < fewest:
            best, fewest = [list(row) for row in rows], now
    return best


def crossings(rows: Sequence[Sequence[str]], parents: Mapping[str, Sequence[str]]) -> int:
    """How many pairs of edges between the same two rows cross."""
    row_of = {n: r for r, row in enumerate(rows) for n in row}
    at = {n: i for row in rows for i, n in enumerate(row)}
    lines: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for name, its in parents.items():
        for parent in its:
            lines.setdefault((row_of[parent], row_of[name]), []).append((at[parent], at[name]))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0
        for group in lines.values()
        for i, a in enumerate(group)
        for b in group[:i]
    )
