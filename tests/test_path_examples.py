"""The guide to paths runs from top to bottom, and its examples run and draw."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("paths_*.py"))
GUIDE = (ROOT / "docs" / "guides" / "simulate-paths.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_draws_and_is_shown(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "picture.svg"
    monkeypatch.setattr(sys, "argv", [str(example), str(picture)])
    runpy.run_path(str(example))
    assert ElementTree.parse(picture).getroot().tag.endswith("svg")
    assert f"../examples/{example.name}" in GUIDE
    assert f"../images/{example.stem}.svg" in GUIDE
    assert (ROOT / "docs" / "images" / f"{example.stem}.svg").is_file()


def test_the_code_of_the_guide_runs_from_top_to_bottom() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 3
    exec(compile("\n".join(blocks), "simulate-paths.md", "exec"), {})  # noqa: S102 - our own guide
