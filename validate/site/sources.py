"""The source pages that Sphinx reads: the hand-written ones, and one generated for each topic and prediction.

A generated page holds no formula and no verdict, only the name of what is to stand there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from ...theory.statement import Kind
from ..request import DEFAULT_THEORY
from . import api
from .material import EVIDENCE, THEORY, Material, evidence_page, topic_page

INDEX = "index.md"
HAND_WRITTEN = (
    "*.md",
    "*.json",
    "guides/*.md",
    "images/*",
    "examples/*",
    "guides/images/*",
    "replications/*.json",
)
"""What is taken from the folder of hand-written pages."""


def write(material: Material, hand_written: Path | None, folder: Path) -> None:
    """Fill the empty ``folder`` with all source pages.

    ``hand_written`` is the folder of the guides with its ``index.md``; without it the site has the generated
    pages alone, as for a theory that is not the project's own.
    """
    if hand_written is not None:
        for pattern in HAND_WRITTEN:
            for path in sorted(hand_written.glob(pattern)):
                if path.is_file():
                    target = folder / path.relative_to(hand_written)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
    pages = _theory(material) | _evidence(material)
    pages |= {
        "verdicts": _VERDICTS,
        "graph": _GRAPH,
        "glossary": "# Glossary of symbols\n\nEvery symbol of the theory, with its unit in brackets. It is declared once, "
        "in code, and checked in every formula.\n\n```{symbols}\n```\n",
    }
    if hand_written is None:
        pages["index"] = _index(material)
    elif material.report.theory.origin == DEFAULT_THEORY:
        pages |= api.pages()
    for name, text in pages.items():
        target = folder / f"{name}.md"
        if target.exists():
            raise ValueError(
                f"{target.name} is written by hand and generated, too; rename the one in {hand_written}"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def _theory(material: Material) -> dict[str, str]:
    theory = material.report.theory
    pages = {
        f"{THEORY}/index": _page(
            theory.title,
            "What the theory says, chapter by chapter. Every statement stands with its derivation, its verdict and the "
            "command that repeats it.",
            "```{tally} all\n```",
            *(
                f"## [{part.title}](/{THEORY}/{part.slug}/index.md)\n\n```{{chapter}} {part.slug}\n```"
                for part in theory.outline
            ),
            _toctree(f"/{THEORY}/{part.slug}/index" for part in theory.outline),
        )
    }
    for part in theory.outline:
        pages[f"{THEORY}/{part.slug}/index"] = _page(
            part.title,
            f"```{{chapter}} {part.slug}\n```",
            _toctree(f"/{topic_page(part, topic)}" for topic in part.topics),
        )
        for topic in part.topics:
            pages[topic_page(part, topic)] = _page(topic.title, f"```{{topic}} {topic.slug}\n```")
    return pages


_PREDICTIONS = (
    (
        "## The predictions\n\nHow many of the trained networks pass the test, with the 95 % interval of their share; and how "
        "many copies of each null model, which knows nothing of the theory, pass the same test. Grey: what the source reports."
    ),
    "```{evidence-list}\n```",
    "```{together}\n```",
)
_OTHERS = ("## Other statements that data judge", "```{evidence-list} others\n```")


def _evidence(material: Material) -> dict[str, str]:
    kinds = {outcome.statement.kind for outcome in material.with_evidence}
    pages = {
        f"{EVIDENCE}/index": _page(
            "Evidence",
            "What data and exact numbers say, one page for each prediction and for each theorem that was also tried on "
            "data: every seed, every null model, every figure with the data behind it.",
            *(_PREDICTIONS if Kind.PREDICTION in kinds else ()),
            *(_OTHERS if kinds - {Kind.PREDICTION} else ()),
            _toctree(f"/{evidence_page(o.id)}" for o in material.with_evidence),
        )
    }
    for outcome in material.with_evidence:
        title = f"{outcome.id}: {outcome.statement.title}"
        pages[evidence_page(outcome.id)] = _page(title, f"```{{evidence}} {outcome.id}\n```")
    return pages


def _page(title: str, *parts: str) -> str:
    return "\n\n".join((f"# {_plain(title)}", *(part for part in parts if part))) + "\n"


def _plain(title: str) -> str:
    """A title whose stars and underscores are no markup."""
    for mark in ("\\", "*", "_", "`", "<", "["):
        title = title.replace(mark, f"\\{mark}")
    return title


def _toctree(pages: Iterable[str]) -> str:
    names = "\n".join(pages)
    return f"```{{toctree}}\n:hidden:\n\n{names}\n```" if names else ""


_VERDICTS = """# Verdicts

What the source claims, and whether it holds. The deciding number stands beside the number that the same test gives where
the theory says nothing; compare the two before anything else.

```{tally}
```

## The claims of the source

```{verdicts}
```

## What holds instead

A claim that does not hold as given is kept as it is, and amended: the nearest statement that does hold.

```{verdicts} repairs
```

## What the verdicts mean

```{legend}
```

## Supporting theorems

Theorems of this project on the way to the claims, or beside them.

```{verdicts} supporting
```

## What this was made from

```{provenance}
```
"""

_GRAPH = """# The graph of the theory

Every statement, and what it uses. Point at a statement, or move to it with the arrow keys, to see what it says, what it
rests on and what rests on it; choose it to open its page.

```{theory-graph}
```

## What the signs mean

The shape tells the kind: rounded ends for a definition, a dashed border for an assumption, a plain box for a theorem, a
double border for a prediction. Sign and colour tell the status, which is computed and never typed:

```{legend}
```

A whole line leads to what the words of a statement use, a dashed line to what only its proof uses. The same as files:
<a href="graph.svg">one drawing of everything (SVG)</a>, <a href="graph.json">for programs (JSON)</a>.
"""


def _index(material: Material) -> str:
    return _page(
        material.report.theory.title,
        "```{tally} all\n```",
        "```{toctree}\n\n/theory/index\n/verdicts\n/graph\n/evidence/index\n/glossary\n```",
        "```{provenance}\n```",
    )
