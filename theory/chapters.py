"""How a theory is laid out for a reader: chapters, and in each its topics in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, cast

from .statement import Statement


@dataclass(frozen=True)
class Topic:
    """Some statements that belong together, with a few words to begin with.

    ``slug`` is short, of letters, digits and hyphens, and its own in the theory: a page is named after it.
    """

    slug: str
    title: str
    about: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Chapter:
    """Topics under one heading; ``slug`` is like that of a topic."""

    slug: str
    title: str
    topics: tuple[Topic, ...]

    @property
    def statements(self) -> Iterator[Statement]:
        """The statements of all topics, in order."""
        return (statement for topic in self.topics for statement in topic.statements)


class _TopicModule(Protocol):
    STATEMENTS: tuple[Statement, ...]


def topic_of(module: object, title: str = "") -> Topic:
    """The topic that a module holds as ``STATEMENTS``: named as the module is, introduced by its docstring.

    ``title`` is for a topic whose name a file cannot have, such as one with a hyphen or a person in it.

    Raises:
        ValueError: the module has no docstring.
    """
    name = str(getattr(module, "__name__", "")).rpartition(".")[2]
    about = getattr(module, "__doc__", None)
    if not about:
        raise ValueError(
            f"topic {name}: the module has no docstring; its readers should be told what it is about"
        )
    words = name.replace("_", " ")
    statements = cast(_TopicModule, module).STATEMENTS
    title = title or words[:1].upper() + words[1:]
    return Topic(name.replace("_", "-"), title, about.strip(), statements)


def chapter(slug: str, title: str, *modules: object) -> Chapter:
    """A chapter of which each topic is a module, or a pair of a module and the topic's title."""
    pairs = (module if isinstance(module, tuple) else (module, "") for module in modules)
    return Chapter(slug, title, tuple(topic_of(module, name) for module, name in pairs))
