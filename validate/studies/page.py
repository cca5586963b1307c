"""The replications as a page of the documentation; made from the committed numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any

from .catalogue import STUDIES
from .said import HEADINGS, said

_HEAD = """# Replications

<!-- Made by `python -m spectral_edge.validate.studies`; edit validate/studies/page.py instead. -->

The studies of the source, trained again by `spectral-edge reproduce NAME` with its seeds (42, 137, 2024). The size `small` is
what two cores train in an evening: the source's optimizer and architecture at a smaller width or on a smaller task, and fewer
steps (what exactly, stands below each table). No verdict rests on these numbers: with three seeds hardly any could. They tell
what an experimenter would see who repeats the study.

- **memorised at**, **grokked at**: the first evaluated step with a training accuracy of 0.99, and with the held-out accuracy
  that the source calls grokking (named below each table). A dash: not within the run.
- **source**: the step at which the source's run of that seed grokked, at the source's size, where it gives one.
- **k\\***, **σ₁²/Σσ²**: the most frequent gap position and the median share of the first mode, over the windows up to grokking
  (over all, where a seed did not grok).
- **fall of g₂₃**: the largest σ₂² − σ₃² over the last one there. A smooth trajectory has a fall too, so that it tells nothing by
  itself: see {statement}`P10`.
"""


def page(results: Sequence[Mapping[str, Any]]) -> str:
    """The page as Markdown, from the contents of the files that ``reproduce --out`` writes."""
    lines = [_HEAD]
    for result in results:
        lines += _study(result)
    return "\n".join(lines)


def _study(result: Mapping[str, Any]) -> Iterator[str]:
    study, name, size = STUDIES[result["study"]], result["study"], result["size"]
    yield f"## {name} ({size})"
    yield ""
    yield study.about
    yield ""
    reported = any(line["reported"] is not None for line in result["lines"])
    columns = {key: heading for key, heading in HEADINGS.items() if key not in _left_out(result, reported)}
    yield f"| {' | '.join(columns.values())} |"
    yield "|---" * len(columns) + "|"
    for line in result["lines"]:
        yield f"| {' | '.join(said(line[key]) for key in columns)} |"
    yield ""
    yield from _counts(result)
    yield ""
    yield f"Grokking is a held-out accuracy of {study.level:g}. {_settings(result)}"
    yield ""
    commits = sorted({origin["commit"][:12] for origin in result["provenance"].values()})
    days = sorted({origin["started_at"][:10] for origin in result["provenance"].values()})
    hours = sum(origin["wall_seconds"] for origin in result["provenance"].values()) / 3600
    changed = ", with uncommitted changes" if any(o["dirty"] for o in result["provenance"].values()) else ""
    yield (
        f"`spectral-edge reproduce {name} --size {size}`, {days[0]}, commit {', '.join(f'`{c}`' for c in commits)}{changed}; "
        f"{hours:.1f} hours of training by the clock, beside other work. Everything behind the table, with the description of "
        "each run: "
        f"[{name}-{size}.json](replications/{name}-{size}.json)."
    )
    yield ""


def _left_out(result: Mapping[str, Any], reported: bool) -> set[str]:
    """Columns that would say nothing."""
    diverged = any(line["diverged"] is not None for line in result["lines"])
    return ({"reported"} if not reported else set()) | ({"diverged"} if not diverged else set())


def _counts(result: Mapping[str, Any]) -> Iterator[str]:
    """How many seeds of each kind of arm grokked: of arms that differ in decay alone together, else of each."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for line in result["lines"]:
        kinds.setdefault(line["arm"].split(", ")[-1], []).append(line)
    for kind, lines in kinds.items():
        steps = [line["grokked"] for line in lines if line["grokked"] is not None]
        lags = [
            line["grokked"] - line["memorised"]
            for line in lines
            if line["grokked"] is not None and line["memorised"] is not None
        ]
        when = f", at the median {median(lags):g} steps after memorising" if lags else ""
        yield f"- {kind}: {len(steps)} of {len(lines)} seeds grokked{when}."
    if all(line["grokked"] is None for line in result["lines"]):
        yield ""
        yield "No seed grokked within its run: at this size the study says nothing about what comes before grokking."


def _settings(result: Mapping[str, Any]) -> str:
    """What all arms have in common, in the words of their descriptions."""
    runs = list(result["runs"].values())
    told = []
    for part in ("task", "network", "optimizer"):
        first = runs[0][part]
        common = {
            key: value for key, value in first.items() if all(run[part].get(key) == value for run in runs)
        }
        if "kind" not in common:
            continue
        values = ", ".join(f"{key} {_value(value)}" for key, value in common.items() if key != "kind")
        told.append(f"{part}: {common['kind']} ({values})")
    steps = sorted({run["steps"] for run in runs})
    windows = sorted({(run["recording"]["window"], run["recording"]["stride"]) for run in runs})
    told.append("steps: " + ", ".join(f"{step:,}" for step in steps))
    told.append("recorded: " + ", ".join(f"W = {window} every {stride} steps" for window, stride in windows))
    text = "; ".join(told)
    return f"{text[0].upper()}{text[1:]}."


def _value(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)
