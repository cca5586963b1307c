"""One design with several master seeds: a verdict that does not come out the same each time decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..problems import BadRequest
from ..verdict import Verdict

TITLE = "The same design with other seeds"
COLUMNS = ("master seed", "verdict", "value", "null")

# What two verifications must share to be repetitions of each other.
_SHARED = ("theory", "source", "versions")


def steadied(first: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The statements of ``first``, each with a table of what every repetition found.

    Where the verdicts differ, the statement's own becomes inconclusive, and its reason says why. The arguments
    are contents of ``verdicts.json``; those of ``first`` are not changed.

    Raises:
        BadRequest: they are no repetitions of one design: another profile, source or version, or the same
            master seed twice.
    """
    reports = [first, *others]
    seeds = [_seed(report) for report in reports]
    if len(set(seeds)) < len(seeds):
        raise BadRequest(f"reports with the master seeds {seeds}; give each another one, with --master-seed")
    for report in others:
        for name in _SHARED:
            if report[name] != first[name]:
                raise BadRequest(
                    f"the reports differ in their {name}; verify all of them with the same sources"
                )
        if report["configuration"]["profile"] != first["configuration"]["profile"]:
            raise BadRequest("the reports are of different profiles; give repetitions of one")
    found = [{entry["id"]: entry for entry in report["statements"]} for report in reports]
    if any(entries.keys() != found[0].keys() for entries in found):
        raise BadRequest("the reports judge different statements; give repetitions of one verification")
    return [
        _steadied(entry, seeds, [entries[entry["id"]] for entries in found]) for entry in first["statements"]
    ]


def _seed(report: Mapping[str, Any]) -> int:
    return int(report["configuration"]["master_seed"])


def _steadied(
    entry: Mapping[str, Any], seeds: Sequence[int], all_of_it: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    if len(all_of_it) == 1 or entry["rule"] is None:
        return dict(entry)
    rows = [
        [seed, one["verdict"], one["value"], one["null"]] for seed, one in zip(seeds, all_of_it, strict=True)
    ]
    made = {**entry, "tables": [{"title": TITLE, "columns": list(COLUMNS), "rows": rows}, *entry["tables"]]}
    verdicts = [one["verdict"] for one in all_of_it]
    if len(set(verdicts)) > 1:
        told = ", ".join(
            f"{verdict} with master seed {seed}" for seed, verdict in zip(seeds, verdicts, strict=True)
        )
        made["verdict"] = Verdict.INCONCLUSIVE.value
        made["reason"] = (
            f"The verdict depends on the seeds: {told}. With master seed {seeds[0]}: {entry['reason']}"
        )
    return made
