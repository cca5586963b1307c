"""The Pechukas–Yukawa system of n levels with its sums kept, for sizes at which it cannot be written out."""

from __future__ import annotations

import sympy as sp

from ...indexed import Family, IndexedSystem, Law, sum_over
from ..notation import t
from .moving_frame import B_jj, l_lv, xi_j, xi_k, xi_l
from .pechukas_yukawa import PECHUKAS_YUKAWA, f_jk, f_jl, f_kl

size = sp.Symbol("n", integer=True, positive=True)
j, k, i = sp.symbols("j k i", integer=True, positive=True)
x, v = sp.IndexedBase("x", real=True), sp.IndexedBase("p", real=True)
f = sp.IndexedBase("f", real=True)
LEVELS = (1, size)


def _named(law: sp.Expr) -> sp.Expr:
    """The statement's functions as entries of families; level ℓ becomes level i."""
    pairs = {f_jk(t): f[j, k], f_jl(l_lv, t): f[j, i], f_kl(l_lv, t): f[k, i]}
    return law.xreplace({xi_j(t): x[j], xi_k(t): x[k], xi_l(l_lv, t): x[i], B_jj(t): v[j]} | pairs)


def _push() -> sp.Expr:
    """The acceleration of level j. The statement tells level k from the others; the sum here is over all but j."""
    law = PECHUKAS_YUKAWA.content[1].rhs
    (total,) = law.atoms(sp.Sum)
    others = sp.Dummy("others")
    plain = law.xreplace({total: others})
    factor, term = plain.coeff(others), _named(total.function)
    if sp.expand(_named(plain.xreplace({others: 0})) - factor * term.xreplace({i: k})) != 0:
        raise ValueError(f"in {law} level k does not push as the others do; the sum cannot be taken over all")
    return factor * sum_over(term, i, *LEVELS, but=(j,))


def level_modes() -> IndexedSystem:
    """The Pechukas–Yukawa system of n ≥ 2 levels, read off its statement; it has no parameters.

    States, in this order: levels ``x[j]`` (unit θ²), their speeds ``p[j]`` (θ²/t), couplings ``f[j, k]`` for j < k (θ⁴/t).
    """
    mixing = PECHUKAS_YUKAWA.content[2].rhs
    (total,) = mixing.atoms(sp.Sum)
    mixed = mixing.xreplace({total: sum_over(_named(total.function), i, *LEVELS, but=(j, k))})
    laws = (
        Law(Family(x, (LEVELS,)), (j,), _named(PECHUKAS_YUKAWA.content[0].rhs)),
        Law(Family(v, (LEVELS,)), (j,), _push()),
        Law(Family(f, (LEVELS, LEVELS), antisymmetric=True), (j, k), mixed),
    )
    return IndexedSystem("Pechukas–Yukawa", t, size, laws, ())
