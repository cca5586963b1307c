"""The colours of verdicts and figures as a style sheet, for light pages, dark pages and paper."""

from __future__ import annotations

from ..report import style
from .graph.drawing import COLOURS

NAME = "colours.css"

# The same hues on a dark page: ink and paper exchanged in lightness.
_DARK = {
    "proved": ("#a5e8c4", "#123a29"),
    "supported": ("#a9d3fb", "#12324f"),
    "refuted": ("#ffb8b1", "#4d1f1d"),
    "uninformative": ("#f5d58c", "#43340d"),
    "inconclusive": ("#cfd6dd", "#2c333b"),
    "not checked": ("#cfd6dd", "#14181d"),
    "assumed": ("#d9c8f5", "#33264d"),
}
_EDGE = ("#8a929b", "#7d8792")


def sheet() -> str:
    """The style sheet: variables only."""
    rows = [(variable, light, dark) for _, variable, light, dark in style.page_colours()]
    rows.append(("--edge", *_EDGE))
    for status, (ink, paper) in COLOURS.items():
        dark_ink, dark_paper = _DARK[status]
        name = status.replace(" ", "-")
        rows += [(f"--{name}-ink", ink, dark_ink), (f"--{name}", paper, dark_paper)]
    light = "".join(f"  {variable}: {value};\n" for variable, value, _ in rows)
    dark = "".join(f"  {variable}: {value};\n" for variable, _, value in rows)
    return (
        f"body {{\n{light}}}\n"
        f'@media screen {{\nbody[data-theme="dark"] {{\n{dark}}}\n}}\n'
        f'@media screen and (prefers-color-scheme: dark) {{\nbody:not([data-theme="light"]) {{\n{dark}}}\n}}\n'
    )
