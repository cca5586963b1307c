"""AX1: what "Dyson-type" can mean for a gap of singular values, and what the source's three terms lack.

The chain: a matrix that moves (W3, and :mod:`.pechukas_yukawa` for a straight line) pushes its eigenvalues
apart in the second derivative; noise (W4) pushes them apart in the drift, through Itô's rule. Both pushes
grow as the gap closes. The source's gap flow (F3) is of first order with frozen modes and has no such term.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Derivation, Ito, Rearrange, Start, Substitute, TakeLimit
from ...process import ItoProcess
from ...statement import Kind, Statement
from ...units import THETA, TIME
from ..noise.bru import rows_noise
from ..noise.mode_noise import law
from ..notation import NOTATION, G_k, G_l, W, eta, h_k, h_l, omega, p, tau
from ..relations import equal
from ..sources import project, thesis
from .small_gap import RATE, d_now, drive, g_now, gap_rate, inject_k, inject_l, stiff_k, stiff_l

_s, _f = NOTATION.symbol, NOTATION.function

w_up = _s("w_up", THETA**2, "larger eigenvalue of G for two rows", r"\lambda_{+}", positive=True)
w_down = _s("w_down", THETA**2, "smaller eigenvalue of G for two rows", r"\lambda_{-}", positive=True)
sigma_up = _s("sigma_up", THETA, "larger singular value of two rows", r"\sigma_{+}", positive=True)
sigma_down = _s("sigma_down", THETA, "smaller singular value of two rows", r"\sigma_{-}", positive=True)
drift_sigma = _s(
    "drift_sigma", THETA / TIME, "drift of the larger singular value under noise", r"\mu[\sigma_{+}]"
)
drift_sigma_gap = _s("drift_sigma_gap", THETA / TIME, "drift of the gap of two singular values", r"\mu[g]")
noise_rate = _f(
    "v_noise", THETA / TIME, "drift of the gap under noise, by gap and mean strength", r"v^{\mathrm{noise}}"
)


_pair, _ZERO = [w_up, w_down], sp.Integer(0)
SINGULAR_PAIR = Statement(
    id="D.wishart-pair",
    kind=Kind.DEFINITION,
    title="Two singular values of a window with noise on its rows",
    says="The two eigenvalues of G follow W4 with independent noises; singular values are their roots.",
    content=(equal(sigma_up, sp.sqrt(w_up)), equal(sigma_down, sp.sqrt(w_down))),
    source=project("W4 for two rows"),
    uses=("W4",),
    process=ItoProcess(
        (w_up, w_down),
        (law(2, _pair, 0), law(2, _pair, 1)),
        ((2 * rows_noise * sp.sqrt(w_up), _ZERO), (_ZERO, 2 * rows_noise * sp.sqrt(w_down))),
    ),
)
_roots = {sigma_up: sp.sqrt(w_up), sigma_down: sp.sqrt(w_down)}


def _by_ito(name: sp.Symbol, function: sp.Expr, result: sp.Expr, part: int) -> Derivation:
    return Derivation(
        (
            Ito(
                using="D.wishart-pair",
                function=function.xreplace(_roots),
                to=equal(name, result.xreplace(_roots)),
                says="Itô's rule for a function of the eigenvalues.",
            ),
            Substitute(
                using="D.wishart-pair",
                part=0,
                to=equal(name, result.xreplace({sigma_down: sp.sqrt(w_down)})),
                says="Name the larger singular value,",
            ),
            Substitute(using="D.wishart-pair", part=1, to=equal(name, result), says="and the smaller one."),
        ),
        part=part,
    )


_gap = sigma_up - sigma_down
_one = (
    rows_noise**2 / (2 * sigma_up) * (p - 1 + (sigma_up**2 + sigma_down**2) / (sigma_up**2 - sigma_down**2))
)
_opening = rows_noise**2 / _gap - (p - 2) * rows_noise**2 * _gap / (2 * sigma_up * sigma_down)
SINGULAR = Statement(
    id="W4.singular-values",
    kind=Kind.THEOREM,
    title="What noise on the rows does to two singular values and to their gap",
    says="Noise feeds a singular value with s²(p − 1)/(2σ), of the same form as the injection of F1, and "
    "the other one pushes it. The gap is pushed open by s²/g, and pulled shut in proportion to itself.",
    content=(equal(drift_sigma, _one), equal(drift_sigma_gap, _opening)),
    source=project("Itô's rule from Bru's process"),
    refuted_if="In a simulation of two rows, the gap of the singular values drifts at another rate.",
    uses=("D.wishart-pair",),
    derivations=(_by_ito(drift_sigma, sigma_up, _one, 0), _by_ito(drift_sigma_gap, _gap, _opening, 1)),
)

_above, _below = d_now + g_now / 2, d_now - g_now / 2
_law = _opening.xreplace({sigma_up: _above, sigma_down: _below})
NOISE_RATE = Statement(
    id="D.noise-gap-rate",
    kind=Kind.DEFINITION,
    title="Drift of the gap under noise, as a function of the gap",
    says="The drift of W4.singular-values at given gap and mean strength.",
    content=(equal(noise_rate(g_now, d_now), _law),),
    source=project("definition: W4.singular-values in gap and mean strength"),
    uses=("W4.singular-values",),
)

DYSON_TYPE = Statement(
    id="AX1.dyson-type",
    kind=Kind.THEOREM,
    title="The gap flow is of Dyson's type",
    says="As in Dyson's equation, a gap that closes is pushed open again, whatever the parameters: the rate "
    "that the three terms leave at gap zero is positive.",
    content=(sp.Gt(drive, 0),),
    source=thesis("AX1 calls the equation Dyson-type; F4 lets level repulsion keep the gap from crossing"),
    refuted_if="Parameters for which the three terms close the gap at contact.",
    uses=("D.stiffness", "D.drive"),
    counterexample=Counterexample(
        "Two modes of strength 1 with stiffness 2 and 1 and no gradients: the upper one decays the faster, "
        "and at contact the gap changes at the rate −(2 − 1)·1 = −1. It goes through zero.",
        {
            eta: sp.Integer(1),
            tau: sp.Integer(1),
            W: sp.Integer(2),
            omega: sp.Integer(0),
            h_k: sp.Integer(2),
            h_l: sp.Integer(1),
            G_k: sp.Integer(0),
            G_l: sp.Integer(0),
            stiff_k: sp.Integer(2),
            stiff_l: sp.Integer(1),
            inject_k: sp.Integer(0),
            inject_l: sp.Integer(0),
            d_now: sp.Integer(1),
            drive: sp.Integer(-1),
        },
    ),
)


def _at_contact(rate: sp.Expr) -> sp.Expr:
    return sp.Limit(g_now * rate, g_now, 0)


def _contact(using: str, rate: sp.Expr, value: sp.Expr, limit: sp.Expr, part: int) -> Derivation:
    """How strongly a rate diverges like one over the gap: the limit of gap times rate."""
    return Derivation(
        (
            Start(using=using, to=equal(rate, value), says="The rate as a function of the gap."),
            Rearrange(times=g_now, to=equal(g_now * rate, g_now * value), says="Multiply by the gap."),
            TakeLimit(by=g_now, at=_ZERO, to=equal(_at_contact(rate), limit), says="Let the gap close."),
        ),
        part=part,
    )


_flow, _noise = gap_rate(g_now, d_now), noise_rate(g_now, d_now)
NO_REPULSION = Statement(
    id="AX1.no-repulsion",
    kind=Kind.THEOREM,
    title="The three terms contain no level repulsion; noise does",
    says="A rate with level repulsion grows like one over the gap. Gap times rate tends to zero for the "
    "three terms, and to s² for noise of strength s on the rows.",
    content=(equal(_at_contact(_flow), 0), equal(_at_contact(_noise), rows_noise**2)),
    source=project("repair of AX1.dyson-type"),
    refuted_if="A step of its derivation fails.",
    uses=("D.gap-rate", "D.noise-gap-rate"),
    amends="AX1.dyson-type",
    repair="Level repulsion is no part of F1 or F3, which freeze the modes. It comes in by the second "
    "derivative when modes turn (W3.pechukas-yukawa), or by Itô's rule when the rows are noisy; then the "
    "drift s²/g is to be added.",
    derivations=(
        _contact("D.gap-rate", _flow, RATE.content[0].rhs, _ZERO, 0),
        _contact("D.noise-gap-rate", _noise, _law, rows_noise**2, 1),
    ),
)

STATEMENTS = (SINGULAR_PAIR, SINGULAR, NOISE_RATE, DYSON_TYPE, NO_REPULSION)
