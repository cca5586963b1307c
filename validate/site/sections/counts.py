"""The counts that decide a prediction: the same test taken by the seeds and by each null model."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from ...evidence import DATA, Evidence
from ...statistics.shares import Share, share
from .. import paper
from .fragile import fragile

ANSWERS = {True: "yes", False: "no", None: "cannot say"}
"""What :attr:`Share.majority` says, in the words of the table of verdicts."""


def shares(evidence: Evidence) -> Iterator[tuple[str, Share]]:
    """Each count with its exact interval: first the seeds, then the null models."""
    for name, (passed, total) in sorted(evidence.counts.items(), key=lambda item: item[0] != DATA):
        yield name, share([True] * passed + [False] * (total - passed))


def interval(found: Share) -> str:
    """The interval of a share in digits, or a dash where nothing was counted.

    >>> interval(share([True] * 6))
    '0.54 to 1.00'
    """
    return f"{found.low:.2f} to {found.high:.2f}" if found.total else "–"


def brief(found: Share) -> str:
    """The count alone.

    >>> brief(share([True] * 6)), brief(share([]))
    ('6/6', 'nothing to count')
    """
    return f"{found.passed}/{found.total}" if found.total else "nothing to count"


def counts_table(evidence: Evidence) -> list[nodes.Node]:
    """Seeds and nulls below one another; empty where the test is no count of seeds."""
    rows = []
    for name, found in shares(evidence):
        who = "the trained networks" if name == DATA else f"null: {name}"
        rows.append(
            [
                [paper.words(paper.strong(who) if name == DATA else who)],
                [paper.words(f"{found.passed} of {found.total}")],
                [paper.words(interval(found))],
                [paper.words(ANSWERS[found.majority])],
            ]
        )
    columns = ("Who takes the test", "Passed", "95 % interval of the share", "Do most pass?")
    return [paper.table(columns, rows, ["counts"])] if rows else []


def for_and_against(evidence: Evidence) -> list[nodes.Node]:
    """What speaks for the prediction and what against it, from the counts and from what other constants would change."""
    speaks: dict[str, list[str]] = {"For it": [], "Against it": [], "Says nothing": []}
    passes: bool | None = None
    for name, found in shares(evidence):
        told, most = f"{found.passed} of {found.total}", found.majority
        if not found.total:
            who = "trained networks" if name == DATA else f"“{name}”"
            kind, words = "Says nothing", f"Of the {who} none could take the test."
        elif name == DATA:
            passes = most
            kind = {True: "For it", False: "Against it", None: "Says nothing"}[most]
            words = {
                True: f"Most of the trained networks pass the test ({told}).",
                False: f"Most of the trained networks fail the test ({told}).",
                None: f"The trained networks neither clearly pass nor fail ({told}).",
            }[most]
        elif most:
            kind, words = "Against it", f"“{name}” passes, and knows nothing of the theory ({told})."
        else:
            # That a null fails is worth something only where the networks do not.
            kind = "For it" if passes and most is False else "Says nothing"
            does = "fails" if most is False else "neither clearly passes nor fails"
            words = f"“{name}” {does} ({told})."
        speaks[kind].append(words)
    speaks["Against it"] += fragile(evidence)
    beside = evidence.extra.get("Beside baselines")
    if beside:
        speaks["Says nothing"].append(f"Beside simpler predictors: {beside}.")
    rows: list[tuple[paper.Inline, list[nodes.Node]]] = [
        (kind, [paper.bullets([[paper.words(words)] for words in told])])
        for kind, told in speaks.items()
        if told
    ]
    return [paper.facts(rows, ["speaks"])] if rows else []
