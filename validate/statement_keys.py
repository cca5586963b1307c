"""Keys under which results of checking are kept: digests of all that decides them, and of nothing else.

Two things are kept of a statement. What was found of its *derivations*, which takes the time, is decided by
the statement itself, by the statements that the derivations cite (not by their proofs), and by the units of the
names in these. The *verdict* is decided by all that the statement rests on, however far down: their verdicts
pass on to it. :class:`..theory.scope.Scopes` shows the checker exactly this, and the keys here are made from
what it shows.

Both are keyed by derivations as a whole, not by single steps: a step is read with the relation before it, its
altered copies must be refused by the step after it, and its conditions are held against all earlier premises. The
other derivations of a statement are checked again with it; that takes a second at most.

Beside the content a key covers the sources of the checker (not those of the theories) and the versions of
Python and of the libraries that decide. A statement that :mod:`.fingerprint` cannot represent has no key; it is
checked each time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from functools import cache
from typing import Any

from sympy.external.gmpy import GROUND_TYPES

from ..theory.scope import Scopes, names_of
from ..theory.statement import Statement
from ..theory.theory import Theory
from .fingerprint import NoFingerprint, fingerprint
from .provenance import PACKAGE, deciding_versions

# The libraries by which steps are decided; the others cannot change a result.
_DECIDING = ("python", "sympy", "python-flint", "mpmath")


class Keys:
    """The keys of the statements of one theory, 64 hex digits each; None where there is none."""

    def __init__(self, theory: Theory) -> None:
        self.scopes, self._theory = Scopes(theory), theory.by_id
        # By identity: the scopes keep each form of a statement, and it is the same object whenever it is shown.
        self._digests: dict[int, str | None] = {}
        self._names: dict[int, frozenset[str]] = {}
        # Evidence that looks at all verdicts asks for all of these, check by check.
        self._of_verdicts: dict[str, str | None] = {}
        running = theory.notation.running
        self._meanings = {
            q.name: f"{q.name} {q.unit.exponents!r} {q.name in running}" for q in theory.notation
        }
        self._checker = [checker_sources(), _versions()]

    def has_derivations(self, identifier: str) -> bool:
        """Whether the statement has any derivation."""
        return bool(self._theory[identifier].derivations)

    def of_derivations(self, identifier: str) -> str | None:
        """The key of what is found of the derivations of this statement."""
        return self._key("derivations", identifier, self.scopes.to_derive(identifier))

    def of_verdict(self, identifier: str) -> str | None:
        """The key of what is found of this statement."""
        if identifier not in self._of_verdicts:
            self._of_verdicts[identifier] = self._key("verdict", identifier, self.scopes.to_judge(identifier))
        return self._of_verdicts[identifier]

    def of_evidence(self, identifier: str, alone: bool) -> str:
        """What the theory has to do with evidence about this statement, 64 hex digits.

        ``alone`` says that the evidence is read off the verdict of this statement, beside that of what amends
        it; other evidence may look at all verdicts. Where one of these has no key, nothing equals this.
        """
        seen = self.seen_alone(identifier) if alone else list(self._theory)
        keys = [self.of_verdict(i) for i in seen]
        return _digest(["evidence", identifier, keys if None not in keys else secrets.token_hex(32)])

    def seen_alone(self, identifier: str) -> list[str]:
        """The statement itself, and those that amend it."""
        return [identifier, *(s.id for s in self._theory.values() if s.amends == identifier)]

    def _key(self, what: str, identifier: str, shown: Sequence[Statement]) -> str | None:
        digests = [self._digest(s) for s in shown]
        if None in digests:
            return None
        names = sorted(frozenset().union(*map(self._names_of, shown)))
        meanings = [self._meanings.get(name, name) for name in names]
        return _digest([what, identifier, self._checker, digests, meanings])

    def _digest(self, statement: Statement) -> str | None:
        place = id(statement)
        if place not in self._digests:
            try:
                self._digests[place] = fingerprint(statement)
            except NoFingerprint:
                self._digests[place] = None
        return self._digests[place]

    def _names_of(self, statement: Statement) -> frozenset[str]:
        place = id(statement)
        if place not in self._names:
            self._names[place] = names_of(statement)
        return self._names[place]


@cache
def checker_sources() -> str:
    """SHA-256 of the sources of the checker, as they were when this was first asked."""
    digest = hashlib.sha256()
    folder = PACKAGE / "theory"
    for path in sorted((*folder.glob("*.py"), *(folder / "check").rglob("*.py"))):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _versions() -> dict[str, str]:
    found = {name: v for name, v in deciding_versions().items() if name in _DECIDING}
    return {**found, "ground types": GROUND_TYPES}


def _digest(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
