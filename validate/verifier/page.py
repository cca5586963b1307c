"""What the studies found, as a page of the documentation; made from the committed numbers and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_HEAD = """# The verifier, verified

<!-- Made by `python -m spectral_edge.validate.verifier`; edit validate/verifier/page.py instead. -->

A test that cannot fail proves nothing, and a verifier is a test. So it was given data with known answers: {studies}
simulated studies of each kind below (of the regimes every fourth of these), {seeds} seeds each, with updates and accuracies
that were planted. They went through the registered checks, their records, and null models that were drawn anew for every
fourth study. What ought to come out, and how often, is stated in the program (`validate/verifier/`): by the power in the
record, by the exact error of a count of seeds, or as one in twenty. None of these rates was fitted to what was found. The
planted data were, in a handful of first tries: until no null model passed where a true effect was planted (see the end), and
until seeds that should rest did rest.

- **A true effect** is planted in each seed with the chance that the record of the prediction calls its effect. It has to be
  called *supported* with the power that the record states.
- **An artefact** passes the test of the source, and so does a null model: a gap that the optimizer's momentum makes alone, a
  threshold that noise passes, a lead that a smooth trajectory has too, an order that follows from the sizes of steps alone.
  It has to be called *uninformative*, in 95 % of the studies at least.
- **The opposite** has to be *refuted* as often as a true effect is found.
- **Nothing**: white updates, or seeds that pass by the toss of a coin. *Supported* may not be said more often than the exact
  error of the count of seeds allows.

A stated chance is held against the exact interval (Clopper and Pearson) of the share that was found, at a confidence of
{confidence:.1%}. It is *shown* where the interval lies within what was stated (or, for one number, holds it), and
*contradicted* where the two have nothing in common.

"""

_TAIL = """
## What this found out about the checks

- {{statement}}`P10` cannot be supported, whatever the data. Its test asks for a fall of g_23 to half before an event, and the
  smooth trajectory, which is one of its null models, always has such a fall. A planted true fall, in every seed and in no
  twin, is called *uninformative*. That verdict is right: the test cannot tell the two apart. But the power that its record
  states is that of the count of seeds alone.
- {{statement}}`P01` cannot be supported either: white noise passes its threshold wherever there are more weights than rows.
- {{statement}}`P11` tells a network from a random walk by the upper end of its range alone. A walk has a fall of g_23 too,
  as soon as its steps shrink. Of planted walks whose squared step norm halves over the last window nine of ten pass the test,
  and so do eight of ten where it falls to a quarter; where it falls thirtyfold, as planted above, none does, for the fall is
  then too large. (A first try planted a second mode that alone shrinks. The squared norm then halves, and the study was
  *inconclusive* where the effect was true.) A *supported* {{statement}}`P11` says that g_23 falls less than that of a walk with
  the same step norms: see how the share depends on the largest fall that counts.
- The power that a record states holds where its null models fail clearly. A first try planted the gap in a network trained with
  weight decay 1: there noise through the optimizer was for a long while no more than the first weights' shrinking, a single
  mode, and in each of its 96 replicates the gap sat behind the first mode too. {{statement}}`P02` and {{statement}}`P03` were
  then uninformative where the effect was true. The studies above are therefore of networks without decay.

## How to repeat it

`python -m spectral_edge.validate.verifier` takes about {minutes} minutes of one core and writes this page and the
numbers behind it, [verifier.json](verifier.json). The tests run the same studies in a small number.
Made from commit `{commit}`{modified}, {finished}.
"""


def page(content: Mapping[str, Any]) -> str:
    """The page as Markdown."""
    origin = content["provenance"]
    head = _HEAD.format(studies=content["studies"], seeds=24, confidence=content["confidence"])
    tail = _TAIL.format(
        commit=origin["commit"][:12],
        modified=" with uncommitted changes" if origin["modified"] else "",
        finished=content["finished"][:10],
        minutes=f"{content['processor_minutes']:.0f}",
    )
    return head + "\n".join(_table(content["scenarios"])) + "\n" + tail


def _table(scenarios: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| prediction | planted | what exactly | has to be | was | interval | |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in scenarios:
        low, high = one["interval"]
        found = ", ".join(f"{count} {verdict}" for verdict, count in one["found"].items())
        result = "contradicted" if one["contradicted"] else ("shown" if one["shown"] else "not contradicted")
        lines.append(
            f"| {one['statement']} | {one['planted']} | {one['scenario']}: {one['about']} | {_stated(one['stated'])} | "
            f"{found} | {low:.3f} to {high:.3f} | {result} |"
        )
    return lines


def _stated(stated: Mapping[str, Any]) -> str:
    verdict, low, high = stated["verdict"], stated["low"], stated["high"]
    if low == high:
        return f"{verdict}, {low:.3f}"
    return f"{verdict}, at most {high:g}" if low == 0 else f"{verdict}, at least {low:g}"
