"""``python -m spectral_edge.validate.verifier``: run the studies and write what was found."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from ..atomic import write_text
from ..provenance import provenance
from .page import page
from .scenario import CONFIDENCE
from .studies import SEED, STUDIES, plain, run


@click.command()
@click.option("--studies", default=STUDIES, show_default=True, help="How many of each scenario.")
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("docs/verifier.json"),
    show_default=True,
    help="What was found; a page of the same name beside it says it in words.",
)
def main(studies: int, workers: int, out: Path) -> None:
    """Simulate studies with known answers through the real checks; exit 1 where a stated rate is contradicted."""
    origin = provenance()

    def told(done: int, total: int) -> None:
        if done % 10 == 0 or done == total:
            click.echo(f"{done} of {total}", err=True)

    results = run(studies, workers=workers, on_study=told)
    content = {
        "made by": f"python -m spectral_edge.validate.verifier --studies {studies}",
        "studies": studies,
        "seed": SEED,
        "confidence": CONFIDENCE,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor_minutes": _processor_seconds() / 60,
        "provenance": asdict(origin),
        "scenarios": plain(results),
    }
    write_text(out, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_text(out.with_suffix(".md"), page(content))
    for result in results:
        if result.count.contradicted:
            click.echo(
                f"contradicted: {result.scenario.statement}, {result.scenario.name}: {result.tally}", err=True
            )
    sys.exit(any(result.count.contradicted for result in results))


def _processor_seconds() -> float:
    """Of this process and of those that it has started."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


if __name__ == "__main__":
    main()
