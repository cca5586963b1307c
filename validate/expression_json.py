"""SymPy trees as JSON and back, exactly or not at all. Nothing is parsed as code and nothing is evaluated.

A tree is written as nested lists: ``["Add", child, ...]`` for a node, ``["Integer", "3"]`` for a number,
``["Symbol", name, {assumption: value}]`` for a symbol. Only the constructions listed here are read back,
each built unevaluated, and :func:`encode` returns only what :func:`decode` gives back unchanged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

Json = list[Any]


class NotStorable(ValueError):
    """The expression holds a construction that is not in the table, or does not survive the way back."""


def _unevaluated(head: Any) -> Callable[..., Any]:
    return lambda *args: head(*args, evaluate=False)


_NODES: dict[str, tuple[type, Callable[..., Any]]] = {
    **{
        head.__name__: (head, _unevaluated(head))
        for head in (
            sp.Add, sp.Mul, sp.Pow, sp.Eq, sp.Ne, sp.Lt, sp.Le, sp.Gt, sp.Ge, sp.Or, sp.And, sp.Not,
            sp.exp, sp.log, sp.Abs, sp.sign, sp.Max, sp.Min, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh,
            sp.tanh, sp.atan, sp.floor, sp.ceiling, sp.Derivative,
        )
    },
    **{
        head.__name__: (head, head)
        for head in (sp.Sum, sp.Product, sp.Integral, sp.Tuple, sp.Limit, sp.Order, sp.Subs)
    },
    "ImmutableDenseMatrix": (
        sp.ImmutableDenseMatrix,
        lambda rows, columns, entries: sp.ImmutableDenseMatrix(int(rows), int(columns), list(entries)),
    ),
}  # fmt: skip
_ATOMS: dict[str, sp.Basic] = {
    "pi": sp.pi,
    "E": sp.E,
    "I": sp.I,
    "oo": sp.oo,
    "-oo": -sp.oo,
    "true": sp.true,
    "false": sp.false,
}
_HEADS = {head: name for name, (head, _) in _NODES.items()}
_CONSTANTS = {constant: name for name, constant in _ATOMS.items()}


def constant(expression: Any) -> str | None:
    """The name of a constant; None for all other expressions."""
    return _CONSTANTS.get(expression)


def head_of(expression: Any) -> str | None:
    """The name of the construction, of which the arguments are all; None if it is not in the table."""
    return _HEADS.get(type(expression))


def encode(expression: sp.Basic) -> Json:
    """The tree as nested lists.

    Raises:
        NotStorable: see the class.
    """
    try:
        written = _encode(expression)
        back = decode(written)
    except NotStorable:
        raise
    except Exception as error:  # constructors of SymPy raise what they like
        raise NotStorable(f"{expression} does not survive being stored: {error!r}") from error
    if back != expression:
        raise NotStorable(f"{expression} comes back as {back}")
    return written


def _assumptions(of: Any) -> dict[str, bool]:
    # What was said of the symbol, without what follows from it.
    return {name: bool(value) for name, value in sorted(of._assumptions_orig.items())}


def _node(expression: Any, written: Callable[[Any], Any]) -> Json:
    """The outermost construction of ``expression``, its arguments as they are ``written``."""
    name = constant(expression)
    if name is not None:
        return ["constant", name]
    if isinstance(expression, sp.Rational):
        return ["number", str(expression)]
    if type(expression) is sp.Symbol:
        return ["symbol", expression.name, _assumptions(expression)]
    if isinstance(expression, AppliedUndef):
        said = {k: bool(v) for k, v in sorted(expression.func._kwargs.items())}
        return ["apply", expression.func.__name__, said, *map(written, expression.args)]
    head = head_of(expression)
    if head is None:
        raise NotStorable(
            f"{expression}: {type(expression).__name__} is not in the table of what can be stored"
        )
    return [head, *map(written, expression.args)]


def _built(node: Any, read: Callable[[Any], Any]) -> Any:
    match node:
        case ["constant", str(name)] if name in _ATOMS:
            return _ATOMS[name]
        case ["number", str(text)]:
            numerator, _, denominator = text.partition("/")
            return sp.Rational(int(numerator), int(denominator or "1"))
        case ["symbol", str(name), dict(said)]:
            return sp.Symbol(name, **said)
        case ["apply", str(name), dict(said), *args]:
            return sp.Function(name, **said)(*map(read, args))
        case [str(head), *args] if head in _NODES:
            return _NODES[head][1](*map(read, args))
        case _:
            raise NotStorable(f"{node!r} is not a stored expression")


def _encode(expression: Any) -> Json:
    return _node(expression, _encode)


def decode(written: Json) -> Any:
    """The expression that :func:`encode` wrote.

    Raises:
        NotStorable: it is not of that form.
    """
    return _built(written, decode)


class Table:
    """Expressions that have parts in common, each part written once.

    ``nodes`` is a list of nodes as above, whose arguments are places in the list, all of them earlier.
    """

    def __init__(self) -> None:
        self.nodes: list[Json] = []
        # SymPy takes some things of different types for equal.
        self._places: dict[tuple[type, Any], int] = {}

    def place(self, expression: Any) -> int:
        """Where ``expression`` stands in the table; it is put there when it is new.

        Raises:
            NotStorable: it holds a construction that cannot be stored.
        """
        key = (type(expression), expression)
        if key not in self._places:
            node = _node(expression, self.place)
            self._places[key] = len(self.nodes)
            self.nodes.append(node)
        return self._places[key]


def from_table(nodes: Any) -> list[Any]:
    """The expressions at all places of the ``nodes`` of a :class:`Table`.

    Raises:
        NotStorable: they are no such nodes.
    """
    found: list[Any] = []

    def at(place: Any) -> Any:
        if type(place) is not int or not 0 <= place < len(found):
            raise NotStorable(f"{place!r} is no earlier place in a table of expressions")
        return found[place]

    for node in nodes:
        found.append(_built(node, at))  # noqa: PERF401 - each node looks at those before it
    return found
