"""Sites of the small world: one theorem, one prediction with a figure, and a guide of three lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from spectral_edge.validate.outcome import Report
from spectral_edge.validate.site.builder import build

GUIDE = """# A small theory

{statement}`T1` is {verdict}`T1`, and $a^2 + b^2 = c^2$.

```{statement} T1
```

```{toctree}

/theory/index
/verdicts
/graph
/evidence/index
/glossary
```
"""


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """A folder of hand-written pages that a test may change."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "index.md").write_text(GUIDE)
    return folder


@pytest.fixture(scope="session")
def small_site(small_report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished site without guides."""
    return build(small_report, tmp_path_factory.mktemp("site") / "site", None).folder
