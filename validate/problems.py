"""What can go wrong with a verification, sorted by whose move it is next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BadRequest(ValueError):
    """The request cannot be carried out as it stands; nothing was done and nothing was touched."""


class SelfCheckFailed(RuntimeError):
    """The verifier failed a check of itself, so none of its verdicts can be trusted."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. The message says what was finished and kept; the same command goes on from there."""


def unknown(what: str, name: str, known: Iterable[str]) -> BadRequest:
    """The error for a name that is none of the known ones: the nearest first, then all of them.

    >>> print(unknown("profile", "quik", ["smoke", "quick"]))
    unknown profile 'quik'; did you mean 'quick'? Known: smoke, quick
    """
    names = list(known)
    # Ids are short (P01, P10): compare them without regard to case, and keep the two best.
    folded = {candidate.casefold(): candidate for candidate in names}
    near = [folded[n] for n in difflib.get_close_matches(name.casefold(), folded, n=2)]
    guess = f"did you mean {' or '.join(map(repr, near))}? Known: " if near else "known: "
    return BadRequest(f"unknown {what} {name!r}; {guess}{', '.join(names) or 'none'}")
