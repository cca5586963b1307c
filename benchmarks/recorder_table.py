"""The table in the recorder's guide, made from the committed results: ``python -m benchmarks.recorder_table``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "recorder.json"
GUIDE = Path(__file__).parent.parent / "docs" / "guides" / "record-your-own-training.md"
BEGIN, END = "<!-- made by benchmarks.recorder_table -->\n", "<!-- end -->\n"


def table(results: Mapping[str, Any]) -> str:
    """The results as Markdown."""
    made, windows, net = results["made"], results["windows"], results["transformer"]
    head = " | ".join(f"p = {one['parameters']:,}" for one in windows)
    lines = [f"| processor time over that of a record | {head} |", "|---" * (len(windows) + 1) + "|"]
    others = [name for name in windows[0]["rows"] if name != "recorder"]
    lines += [f"| {name} | {' | '.join(_ratio(one['rows'][name]) for one in windows)} |" for name in others]
    times = " | ".join(f"{one['rows']['recorder']['milliseconds']:.2g} ms" for one in windows)
    lines.append(f"| *the record itself* | {times} |")
    load = max(one["load_before"] for one in [*windows, net])
    share = (
        f"A record at every step takes {100 * net['share']:.1f} % of a training step of the p = 97 transformer "
        f"({net['parameters']:,} parameters in {net['tensors']} tensors, batch 512; over {net['rounds']} rounds "
        f"{100 * net['share_lowest']:.1f} to {100 * net['share_highest']:.1f} %)."
    )
    where = (
        f"Measured {made['date']} at commit `{made['commit'][:12]}`: {made['processor']}, {made['cores']} cores, "
        f"{made['threads']} thread(s), Python {made['python']}, PyTorch {made['versions']['torch']}; the load of the "
        f"machine was up to {load:.1f} before a part began. Processor times; medians over rounds of the ratio within a round, "
        "with the lowest and the highest."
    )
    lines += ["", share, "", where]
    return "\n".join(lines) + "\n"


def _ratio(row: Mapping[str, float]) -> str:
    return f"{_short(row['ratio'])} ({_short(row['ratio_lowest'])} to {_short(row['ratio_highest'])})"


def _short(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:,.0f}"


def written(guide: str, results: Mapping[str, Any]) -> str:
    """The guide with its table made anew."""
    before, rest = guide.split(BEGIN)
    return before + BEGIN + table(results) + END + rest.split(END)[1]


def main() -> None:
    """Write the table into the guide."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    GUIDE.write_text(written(GUIDE.read_text(encoding="utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main()
