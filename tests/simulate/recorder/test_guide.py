"""The guide's code runs as it is printed, and its table is that of the committed results."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "guides" / "record-your-own-training.md"
RESULTS = ROOT / "benchmarks" / "results" / "recorder.json"


def blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_code_runs_from_top_to_bottom() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(blocks()) == 6
    # The window of four rows over two updates: full after 8 updates, and 8 after the switch at 10.
    assert "[ 8 10 18 20]" in done.stdout
    assert "+-" in done.stdout


def test_every_name_in_its_table_is_recorded() -> None:
    from spectral_edge.simulate.recorder.numbers import MEANING
    from spectral_edge.simulate.recorder.series import UPDATES

    table = GUIDE.read_text(encoding="utf-8").split("| name | what | unit |")[1].split("\n\n")[0]
    told = {name for line in table.splitlines()[2:] for name in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert told - MEANING.keys() - UPDATES.keys() == set()
    assert {name for name in MEANING if not name.startswith("A_")} <= told


def test_its_timings_are_the_committed_ones() -> None:
    sys.path.insert(0, str(ROOT))
    try:
        from benchmarks.recorder_table import written
    finally:
        sys.path.remove(str(ROOT))
    text, results = GUIDE.read_text(encoding="utf-8"), json.loads(RESULTS.read_text(encoding="utf-8"))
    assert written(text, results) == text
    results["windows"][0]["rows"]["SVD of the window"]["ratio"] += 1
    assert written(text, results) != text
