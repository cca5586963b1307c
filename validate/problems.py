"""What can go wrong with a verification, sorted by whose move it is next."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# So many names are read at a glance; of more, only those that are near are named. No source.
FEW = 20


class BadRequest(ValueError):
    """The request cannot be carried out as it stands; nothing was done and nothing was touched."""


class SelfCheckFailed(RuntimeError):
    """The verifier failed a check of itself, so none of its verdicts can be trusted."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. The message says what was finished and kept; the same command goes on from there."""


def unknown(what: str, name: str, known: Iterable[str]) -> BadRequest:
    """The error for a name that is none of the known ones: the nearest first, then all of them if they are few.

    >>> print(unknown("profile", "quik", ["smoke", "quick"]))
    unknown profile 'quik'; did you mean 'quick'? Known: smoke, quick
    >>> print(unknown("statement", "P99", [f"P{n}" for n in range(100, 200)]))
    unknown statement 'P99'; did you mean 'P199'? There are 100
    """
    names = list(known)
    # Ids are short (P01, P10): compare them without regard to case, and keep the two best.
    folded = {candidate.casefold(): candidate for candidate in names}
    near = [folded[n] for n in difflib.get_close_matches(name.casefold(), folded, n=2)]
    guess = f"did you mean {' or '.join(map(repr, near))}? " if near else ""
    if len(names) > FEW:
        begin = ", ".join(names[:3])
        every = f"There are {len(names)}" if near else f"there are {len(names)}, from {begin} to {names[-1]}"
    else:
        every = f"{'Known' if near else 'known'}: {', '.join(names) or 'none'}"
    return BadRequest(f"unknown {what} {name!r}; {guess}{every}")
