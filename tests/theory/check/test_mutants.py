"""Mutants are wrong, they are made of every step, and a checker that lets one pass is found out."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

from spectral_edge.theory.check import mutants as module
from spectral_edge.theory.check import points
from spectral_edge.theory.check.mutants import mutants_of
from spectral_edge.theory.check.points import Decision
from spectral_edge.theory.check.setting import Setting
from spectral_edge.theory.derivation import Bound, Identity, Rearrange, Rewrite, Start


@pytest.fixture
def square(small: Any) -> Identity:
    x, y = small.x, small.y
    return Identity(to=small.eq((x + 2 * y) ** 2, x**2 + 4 * x * y + 4 * y**2), says="")


def made(small: Any, step: Any, before: Any = None, after: Any = None, *known: Any) -> list[Any]:
    return mutants_of(before, step, after, Setting.of(small.theory(*known)))


def test_signs_factors_terms_exponents_and_symbols_are_altered(small: Any, square: Identity) -> None:
    changes = {mutant.change.split(" ")[0] for mutant in made(small, square)}
    assert {"sign", "factor", "half", "exponent"} <= changes
    assert any("dropped" in mutant.change for mutant in made(small, square))
    assert any("swapped" in mutant.change for mutant in made(small, square))


def test_no_mutant_says_the_same_as_the_step(small: Any, square: Identity) -> None:
    for mutant in made(small, square):
        assert mutant.to != square.to
        sides = zip(mutant.to.args, square.to.args, strict=True)
        assert any(points.vanishes([a - b]).agrees is not True for a, b in sides), mutant.change


def test_a_swap_that_changes_nothing_is_no_mutant(small: Any) -> None:
    a, b = small.a, small.b
    symmetric = Identity(to=small.eq((a - b) ** 2, a**2 - 2 * a * b + b**2), says="")
    assert not any("swapped" in mutant.change for mutant in made(small, symmetric))


def test_symbols_of_different_units_are_not_swapped(small: Any) -> None:
    length, duration = small.length, small.duration
    law = small.assume("A", small.eq(small.x, length / length + duration / duration * small.y))
    step = Start(using="A", to=law.content[0], says="")
    assert not any(
        "length" in m.change and "duration" in m.change for m in made(small, step, None, None, law)
    )


def test_every_mutant_of_a_right_step_is_caught(small: Any, square: Identity) -> None:
    x, y = small.x, small.y
    assert all(mutant.caught for mutant in made(small, square))
    law = small.assume("A", small.eq(x, y * (y + 1)))
    divided = Rearrange(times=1 / y, to=small.eq(x / y, y + 1), says="")
    found = made(small, divided, law.content[0], None, law)
    assert found
    assert all(mutant.caught for mutant in found)


def test_a_mutant_that_is_true_by_itself_is_caught_by_what_comes_after(small: Any) -> None:
    x, y = small.x, small.y
    first = Identity(to=small.eq((x + y) ** 2, x**2 + 2 * x * y + y**2), says="")
    doubled = sp.Eq(2 * (x + y) ** 2, 2 * (x**2 + 2 * x * y + y**2), evaluate=False)
    after = Rewrite(to=small.eq((x + y) ** 2, x * (x + 2 * y) + y**2), says="")
    assert all(mutant.caught for mutant in made(small, first, None, after))
    assert doubled != first.to


def test_an_inequality_is_reversed_and_its_certificate_altered(small: Any) -> None:
    x, y, p = small.x, small.y, small.p
    bound = Bound(certificate=p**2, to=sp.Le(x, y + p**2, evaluate=False), says="")
    found = {mutant.change: mutant for mutant in made(small, bound, small.eq(x, y))}
    assert "direction reversed" in found
    assert "sign of the certificate" in found
    assert all(mutant.caught for mutant in found.values())


def test_what_is_not_renamed_is_a_mutant(small: Any) -> None:
    f, g, a, b, t, eq = small.f, small.g, small.a, small.b, small.t, small.eq
    law = small.assume("A", eq(f(t), a * t), generic=((f, a),))
    step = Start(using="A", where={f: g, a: b}, to=eq(g(t), b * t), says="")
    found = [m for m in made(small, step, None, None, law) if m.change.endswith("not renamed")]
    assert {m.change for m in found} == {"f not renamed", "a not renamed"}
    assert all(mutant.caught for mutant in found)


def test_a_unit_too_many_is_caught_by_the_units(small: Any) -> None:
    length, width = small.length, small.width
    law = small.assume("A", small.eq(length, 2 * width))
    found = made(small, Start(using="A", to=law.content[0], says=""), None, None, law)
    (too_many,) = [m for m in found if m.change.startswith("unit of")]
    assert too_many.by_units


def test_a_checker_that_says_yes_to_everything_lets_mutants_survive(
    small: Any, square: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    def yes(*arguments: Any, **settings: Any) -> Decision:
        return Decision(True)

    monkeypatch.setattr(module, "_equivalent", lambda relation, mutant: relation == mutant)
    monkeypatch.setattr("spectral_edge.theory.check.symbolic.vanishes", yes)
    monkeypatch.setattr("spectral_edge.theory.check.points.vanishes", yes)
    after = Rewrite(to=square.to, says="")
    found = made(small, square, None, after)
    assert found
    assert not any(mutant.caught for mutant in found)
