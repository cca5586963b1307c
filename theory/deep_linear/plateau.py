"""How long nothing seems to happen: the time to learn half, as the initial strength goes to zero."""

from __future__ import annotations

import sympy as sp

from ..derivation import Derivation, Expand, Rearrange, Rewrite, Start, TakeLimit
from ..statement import Kind, Statement
from ..units import ONE, TIME
from .notation import NOTATION, STRENGTH, equal, s, tau
from .sources import project, saxe

_s, _f = NOTATION.symbol, NOTATION.function

e = _s("epsilon", STRENGTH, "initial strength", running=True, positive=True)
kappa = _s("kappa", ONE, "how small the start is: minus the logarithm of it", running=True, positive=True)
plateau = _f("T_plateau", TIME, "time to learn half, from an initial strength", r"T_{\mathrm{plateau}}")
PLATEAU_OF = (s, plateau)
"""What belongs to one mode whose plateau is looked at."""

_half_time = tau / (2 * s) * sp.log((s - e) / e)
_leading = tau / (2 * s) * sp.log(s / e)
_beyond = plateau(e) - _leading
_correction = tau / (2 * s) * sp.log(1 - e / s)

PLATEAU = Statement(
    id="D.plateau",
    kind=Kind.DEFINITION,
    title="Length of the plateau",
    says="The time to learn half (T.half) as a function of the initial strength.",
    content=(equal(plateau(e), _half_time),),
    generic=(PLATEAU_OF,),
    source=project("definition"),
    uses=("T.half",),
)
_small = (
    Start(using="D.plateau", to=PLATEAU.content[0], says="The time to learn half."),
    Rearrange(to=equal(_beyond, _half_time - _leading), says="Take off the leading logarithm."),
    Rewrite(to=equal(_beyond, _correction), says="One logarithm for two."),
)
_first_order = -tau * e / (2 * s**2)
EXPANSION = Statement(
    id="P.expansion",
    kind=Kind.THEOREM,
    title="Plateau from a small start",
    says="From a small initial strength ε the plateau lasts τ/2s·ln(s/ε), less τε/2s² and terms of order ε².",
    content=(
        equal(_beyond, _correction),
        equal(_beyond, _first_order + sp.Order(e**2)),
        equal(sp.Limit(_beyond, e, 0), 0),
    ),
    source=project("expansion of the time to learn half; the paper keeps the logarithm"),
    refuted_if="A step fails, or the difference does not shrink with the square of the initial strength.",
    uses=("D.plateau",),
    derivations=(
        Derivation(_small, part=0),
        Derivation(
            (
                *_small,
                Expand(by=e, to=equal(_beyond, _first_order + sp.Order(e**2)), says="Expand the logarithm."),
            ),
            part=1,
        ),
        Derivation(
            (
                *_small,
                TakeLimit(
                    by=e, at=sp.Integer(0), to=equal(sp.Limit(_beyond, e, 0), 0), says="Let ε go to zero."
                ),
            ),
            part=2,
        ),
    ),
)
_start = s * sp.exp(-kappa)
_of_kappa = tau / (2 * s) * (kappa + sp.log(1 - sp.exp(-kappa)))
_per_kappa = plateau(_start) / kappa
LOGARITHM = Statement(
    id="P.logarithm",
    kind=Kind.THEOREM,
    title="The plateau is as long as the logarithm of the start",
    says="Each factor e by which the initial strength is smaller makes the plateau τ/2s longer, in the end.",
    content=(equal(sp.Limit(_per_kappa, kappa, sp.oo), tau / (2 * s)),),
    source=saxe("learning time of order τ/s, times a logarithm of the initial strength"),
    refuted_if="A step of its derivation fails.",
    uses=("D.plateau",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.plateau",
                    where={e: _start},
                    to=equal(plateau(_start), tau / (2 * s) * sp.log((s - _start) / _start)),
                    says="The time to learn half, from the share exp(−κ) of the target.",
                ),
                Rewrite(to=equal(plateau(_start), _of_kappa), says="The logarithm of an exponential."),
                Rearrange(times=1 / kappa, to=equal(_per_kappa, _of_kappa / kappa), says="Divide by κ."),
                TakeLimit(
                    by=kappa,
                    at=sp.oo,
                    to=equal(sp.Limit(_per_kappa, kappa, sp.oo), tau / (2 * s)),
                    says="The rest is bounded.",
                ),
            )
        ),
    ),
)
STATEMENTS = (PLATEAU, EXPANSION, LOGARITHM)
