"""What a verdict is worth, given the fate of the claims that the statement was drawn from.

A prediction is judged by data alone; but only if the claims hold from which the source draws it does a
verdict on the prediction speak for or against the theory. The footing of a prediction is the worst that
befell any claim that it is drawn from:

=======================================================  =============
a claim that it is drawn from is                         footing
=======================================================  =============
proved or supported                                      firm
refuted as given, and amended by a proved statement      amended
uninformative, inconclusive or not checked               open
refuted, with no amendment that is proved                fallen
=======================================================  =============

And together with its own verdict:

==============  ==========================================  ===========================================
own verdict     firm or amended                             open or fallen
==============  ==========================================  ===========================================
supported       speaks for the theory                       holds, and the theory does not explain it
refuted         speaks against the theory                   fails, as does what it was drawn from
any other       says nothing of the theory                  says nothing of the theory
==============  ==========================================  ===========================================

Theorems need no such table: a theorem is proved only if all that its derivation uses is proved or assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..theory.statement import Statement
from ..theory.theory import Theory
from .verdict import Verdict


class Footing(StrEnum):
    """What became of the claims that a prediction is drawn from; from best to worst."""

    FIRM = "firm"
    AMENDED = "amended"
    OPEN = "open"
    FALLEN = "fallen"

    @property
    def holds(self) -> bool:
        """Whether the prediction still follows from something that holds."""
        return self in (Footing.FIRM, Footing.AMENDED)


_ORDER = tuple(Footing)


@dataclass(frozen=True)
class Standing:
    """``footing`` of the statement ``id``, and of each claim it is drawn from."""

    id: str
    verdict: Verdict
    footing: Footing
    claims: Mapping[str, Footing]
    amendments: Mapping[str, str]
    """The proved amendment of each claim whose footing is ``amended``."""

    @property
    def meaning(self) -> str:
        """What the verdict says of the theory, in a sentence; empty where it is drawn from nothing."""
        if not self.claims:
            return ""
        said = _MEANING.get((self.verdict, self.footing.holds), "It says nothing of the theory")
        if self.footing is Footing.AMENDED and self.verdict in (Verdict.SUPPORTED, Verdict.REFUTED):
            # Nobody has derived the prediction from the amendment.
            said += " at most as amended, and only if it follows from the amendment"
        parts = [self._part(claim, footing) for claim, footing in self.claims.items()]
        return f"{said}: it is drawn from {', '.join(parts)}."

    def _part(self, claim: str, footing: Footing) -> str:
        told = {
            Footing.FIRM: "which holds",
            Footing.AMENDED: f"refuted as given and amended by {self.amendments.get(claim, '')}",
            Footing.OPEN: "which is open",
            Footing.FALLEN: "which is refuted",
        }
        return f"{claim} ({told[footing]})"


_MEANING = {
    (Verdict.SUPPORTED, True): "It speaks for the theory",
    (Verdict.SUPPORTED, False): "It holds, and the theory does not explain it",
    (Verdict.REFUTED, True): "It speaks against the theory",
    (Verdict.REFUTED, False): "It fails, as does what it was drawn from",
}


def standing(statement: Statement, theory: Theory, verdicts: Mapping[str, Verdict]) -> Standing:
    """The standing of one statement; a claim without a verdict counts as not checked."""
    amendments = {s.amends: s.id for s in theory if s.amends and verdicts.get(s.id) is Verdict.PROVED}
    claims = {claim: _footing(claim, verdicts, amendments) for claim in statement.drawn_from}
    footing = max(claims.values(), key=_ORDER.index, default=Footing.FIRM)
    return Standing(
        statement.id,
        verdicts.get(statement.id, Verdict.NOT_CHECKED),
        footing,
        claims,
        {claim: amendments[claim] for claim, found in claims.items() if found is Footing.AMENDED},
    )


def _footing(claim: str, verdicts: Mapping[str, Verdict], amendments: Mapping[str, str]) -> Footing:
    verdict = verdicts.get(claim, Verdict.NOT_CHECKED)
    if verdict in (Verdict.PROVED, Verdict.SUPPORTED):
        return Footing.FIRM
    if verdict is Verdict.REFUTED:
        return Footing.AMENDED if claim in amendments else Footing.FALLEN
    return Footing.OPEN
