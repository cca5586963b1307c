"""Settings as JSON objects: frozen dataclasses with a ``kind``, however deep they are nested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any


def plain(thing: Any, known: Mapping[str, type]) -> dict[str, Any]:
    """``thing`` as a dictionary of its fields, with its ``kind`` among them if ``known`` has it.

    Raises:
        ValueError: its class, or that of a thing in it, is not in ``known``.
    """
    if type(thing) not in known.values():
        raise ValueError(
            f"{type(thing).__name__} has no name in a description; known are {', '.join(sorted(known))}: "
            "add it to the table of its package"
        )
    return {"kind": thing.kind, **plain_fields(thing, known)}


def plain_fields(thing: Any, known: Mapping[str, type]) -> dict[str, Any]:
    """The fields of ``thing`` by name; a dataclass among them becomes what :func:`plain` gives."""
    values = {field.name: getattr(thing, field.name) for field in fields(thing)}
    return {name: plain(value, known) if is_dataclass(value) else value for name, value in values.items()}


def tagged(name: str, content: Any, known: Mapping[str, type]) -> Any:
    """The thing that :func:`plain` wrote. ``name`` is for messages.

    Raises:
        ValueError: the kind is unknown, or a key is missing, unknown or wrong.
    """
    content = json_object(name, content)
    kind = content.pop("kind", None)
    if kind not in known:
        raise ValueError(f"{name}: kind={kind!r}; known are {', '.join(sorted(known))}")
    return made(name, known[kind], content, known)


def made(name: str, kind: type, content: Mapping[str, Any], known: Mapping[str, type]) -> Any:
    """``kind(**content)``, with lists as tuples and objects as what they say they are.

    Raises:
        ValueError: the keys are not exactly the fields of ``kind``, or a value is wrong.
    """
    wanted = {field.name for field in fields(kind)}
    if set(content) != wanted:
        missing, unknown = sorted(wanted - set(content)), sorted(set(content) - wanted)
        raise ValueError(f"{name}: missing keys {missing}, unknown keys {unknown}")

    def value(key: str, found: Any) -> Any:
        if isinstance(found, list):
            return tuple(found)
        return tagged(f"{name}.{key}", found, known) if isinstance(found, dict) else found

    return kind(**{key: value(key, found) for key, found in content.items()})


def json_object(name: str, content: Any) -> dict[str, Any]:
    """A copy of ``content``, which must be a JSON object.

    Raises:
        ValueError: it is none.
    """
    if isinstance(content, dict):
        return dict(content)
    raise ValueError(f"{name}: {content!r} is no JSON object")
