"""Records fixed before their data: a digest of each, with the day and the commit of its locking.

The file lies with the package and in its repository, so that anybody can see what was fixed when. A
record that differs from its locked digest shows as changed, and its verdict with it. Locking a changed
record again needs a reason, and leaves the old digest in the file for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from . import atomic
from .problems import BadRequest
from .record import Record

SCHEMA = 1
PATH = Path(__file__).with_name("records.lock.json")


class Lock(StrEnum):
    """What the lock file says of a record."""

    LOCKED = "locked"
    AMENDED = "locked again after a change"
    CHANGED = "changed since it was locked"
    OPEN = "not locked"


@dataclass(frozen=True)
class Locked:
    """One locking: ``digest`` of the record, the day (ISO 8601), the commit, and why it was locked anew."""

    digest: str
    day: str
    commit: str
    reason: str = ""


def state(record: Record, locks: Mapping[str, tuple[Locked, ...]]) -> Lock:
    """What ``locks`` says of ``record``."""
    history = locks.get(record.statement, ())
    if not history:
        return Lock.OPEN
    if history[-1].digest != record.digest():
        return Lock.CHANGED
    return Lock.AMENDED if len(history) > 1 else Lock.LOCKED


def read_locks(path: Path = PATH) -> dict[str, tuple[Locked, ...]]:
    """The lockings of each statement's record, oldest first; empty if there is no file.

    Raises:
        BadRequest: the file is no lock file of this version.
    """
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise BadRequest(
                f"{path} was written with schema {content['schema']}; this version reads {SCHEMA}"
            )
        return {i: tuple(Locked(**one) for one in history) for i, history in content["records"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, BadRequest):
            raise
        raise BadRequest(f"{path} is no file of locked records ({type(error).__name__}: {error})") from error


def lock(
    records: Iterable[Record], commit: str, *, again: str = "", day: str = "", path: Path = PATH
) -> dict[str, Lock]:
    """Lock every record that is not locked yet, and say what had been said of each before.

    Args:
        records: those to lock.
        commit: the commit at which they are locked, which must hold them.
        again: the reason to lock changed records anew; without it a changed record is refused.
        day: ISO 8601; today (UTC) by default.
        path: the lock file.

    Raises:
        BadRequest: a record has changed since it was locked, and no reason is given. Nothing is written.
        OSError: the file cannot be written.
    """
    locks = read_locks(path)
    before = {record.statement: (record, state(record, locks)) for record in records}
    changed = [identifier for identifier, (_, found) in before.items() if found is Lock.CHANGED]
    if changed and not again.strip():
        raise BadRequest(
            f"the records of {', '.join(changed)} have changed since they were locked; give the reason with "
            "--again, which stays in the file for good, or take the change back"
        )
    for identifier, (record, found) in before.items():
        if found in (Lock.OPEN, Lock.CHANGED):
            reason = again.strip() if found is Lock.CHANGED else ""
            entry = Locked(record.digest(), day or datetime.now(UTC).date().isoformat(), commit, reason)
            locks[identifier] = (*locks.get(identifier, ()), entry)
    content = {"schema": SCHEMA, "records": {i: [vars(one) for one in locks[i]] for i in sorted(locks)}}
    atomic.write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return {identifier: found for identifier, (_, found) in before.items()}
