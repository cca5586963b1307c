"""What depth costs, with the learning rate scaled down by the number of layers: it hangs on the first weights."""

from __future__ import annotations

import sympy as sp

from ..counterexample import Counterexample
from ..derivation import Derivation, Rearrange, Start, TakeLimit
from ..statement import Kind, Statement
from ..units import ONE
from .depth import N, S
from .depth_limit import T_N, depth, p, pace
from .notation import NOTATION, equal
from .plateau import kappa
from .sources import project, reading, saxe

w_start = NOTATION.symbol("w_0", ONE, "weight of every layer at the start", positive=True)

_at_depth = w_start ** (N - 2) * (S - w_start**N) / T_N
_at_two = (S - w_start**2) / T_N
FREE = Statement(
    id="X.free",
    kind=Kind.THEOREM,
    title="Depth costs nothing, as often quoted",
    says="With the learning rate scaled by one over the depth, and all layers started alike, the strength's first "
    "relative growth at any depth is at least that of two layers.",
    content=(sp.Ge(_at_depth, _at_two, evaluate=False),),
    hypotheses=(sp.Ge(N, 2, evaluate=False),),
    source=reading("learning speed does not depend on depth, quoted without the initial condition"),
    refuted_if="A deeper network with the same initial weights in all layers starts to learn at a slower pace.",
    counterexample=Counterexample(
        says="From the weight 1/2 in every layer, with the target 1, two layers start at 3/4 and four layers at "
        "1/4·15/16 = 15/64 of their strength per T_N.",
        values={w_start: sp.Rational(1, 2), N: sp.Integer(4), S: sp.Integer(1), T_N: sp.Integer(1)},
    ),
)
_at_one = equal(pace(1, depth), (S - 1) / T_N)
FREE_AMENDED = Statement(
    id="X.free-amended",
    kind=Kind.THEOREM,
    title="Depth costs nothing from weights of one",
    says="A network whose layers start at one, as orthogonal layers do, starts at one pace whatever its depth.",
    content=(_at_one,),
    source=saxe("initial conditions with learning times that do not depend on depth"),
    refuted_if="A step of its derivation fails.",
    uses=("D.pace",),
    amends="X.free",
    repair="Every layer starts at the weight one, in the N-th root of the reference strength.",
    derivations=(
        Derivation(
            (Start(using="D.pace", where={p: sp.Integer(1)}, to=_at_one, says="All powers of one are one."),)
        ),
    ),
)
_small = sp.exp(-kappa * depth)
_relative = pace(_small, depth) / _small
_falling = sp.exp(-kappa * (depth - 2)) * (S - _small) / T_N
_stalls = sp.Limit(_relative, depth, sp.oo)
_begin = (
    Start(
        using="D.pace",
        where={p: _small},
        to=equal(pace(_small, depth), _small ** (2 - 2 / depth) * (S - _small) / T_N),
        says="The pace at the product of n weights exp(−κ).",
    ),
    Rearrange(times=1 / _small, to=equal(_relative, _falling), says="Relative to that strength."),
)
STALLS = Statement(
    id="X.small-layers",
    kind=Kind.THEOREM,
    title="Small weights stall deep networks",
    says="If every layer starts at a fixed weight exp(−κ) below one, the first relative growth falls as exp(−κ(n − 2)) "
    "with the depth, to zero, although the learning rate was scaled.",
    content=(equal(_relative, _falling), equal(_stalls, 0)),
    source=project("what the initial condition of X.free-amended excludes"),
    refuted_if="A step fails, or the pace of deep networks with such weights does not fall so.",
    uses=("D.pace",),
    derivations=(
        Derivation(_begin, part=0),
        Derivation(
            (*_begin, TakeLimit(by=depth, at=sp.oo, to=equal(_stalls, 0), says="Add layers.")),
            part=1,
        ),
    ),
)
STATEMENTS = (FREE, FREE_AMENDED, STALLS)
