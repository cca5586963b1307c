"""W6: when a spike in a noisy window can be detected, and what the source's test can and cannot show.

Two numbers must be kept apart: the strength d of a spike before noise is added, and the singular value as
which it is seen, which noise inflates. The threshold is about the first, the edge of the noise about the
second. The formulas for large noise matrices are limits for W, p → ∞ at a fixed ratio, and definitions here.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Rearrange, Rewrite, Solve, Start, Substitute, TakeLimit
from ...statement import Kind, Source, Statement
from ...units import ONE, THETA
from ..notation import NOTATION, W, nu
from ..relations import equal
from ..sources import project, thesis

_s, _f = NOTATION.symbol, NOTATION.function

q_par = _s("q_par", ONE, "any number of parameters", "p", running=True, positive=True)
noise_edge = _f(
    "noise_edge", THETA, "largest singular value of noise", r"\sigma_{\mathrm{edge}}", positive=True
)
noise_floor = _f("noise_floor", THETA, "smallest singular value of noise", r"\sigma_{\mathrm{floor}}")
crit = _f(
    "crit", THETA, "the source's threshold, by the number of parameters", r"d_{\mathrm{crit}}", positive=True
)
d_spike = _s("d_spike", THETA, "strength of a spike: its singular value without noise", "d", positive=True)
sigma_spike = _f(
    "sigma_spike",
    THETA,
    "singular value as which a spike is seen, by the number of parameters",
    r"\sigma_d",
    positive=True,
)
spike_power = _s("spike_power", THETA**2, "squared strength of a spike", "d^2", positive=True)
sigma_seen = _s("sigma_seen", THETA, "a singular value that was measured", r"\hat{\sigma}", positive=True)
d_touch = _f(
    "d_touch",
    THETA,
    "strength of the weakest spike seen above the edge, by the number of parameters",
    r"d_{*}",
    positive=True,
)

_NADAKUDITI = Source(
    "F. Benaych-Georges, R. R. Nadakuditi, J. Multivariate Anal. 111 (2012) 120", "rank one, Gaussian noise"
)


_p = q_par
_edge, _floor = nu * (sp.sqrt(_p) + sp.sqrt(W)), nu * (sp.sqrt(_p) - sp.sqrt(W))
_crit = nu * (_p * (W - 1)) ** sp.Rational(1, 4)
_touch = nu * (_p * W) ** sp.Rational(1, 4)
_seen = (d_spike**2 + nu**2 * _p) * (d_spike**2 + nu**2 * W) / d_spike**2

NOISE = Statement(
    id="D.noise-spectrum",
    kind=Kind.DEFINITION,
    title="Singular values of pure noise",
    says="The singular values of a large W × p matrix of independent entries of variance ν² fill the range "
    "between ν(√p − √W) and ν(√p + √W).",
    content=(equal(noise_edge(_p), _edge), equal(noise_floor(_p), _floor)),
    source=Source("V. A. Marchenko, L. A. Pastur, Math. USSR Sb. 1 (1967) 457", "support of the limit law"),
)
THRESHOLD = Statement(
    id="D.source-threshold",
    kind=Kind.DEFINITION,
    title="The source's threshold, as a function of the number of parameters",
    says="The threshold of D.detection, written so that the number of parameters can run.",
    content=(equal(crit(_p), _crit),),
    source=thesis("detection threshold"),
)
SPIKE = Statement(
    id="D.spike",
    kind=Kind.DEFINITION,
    title="How a spike is seen through noise",
    says="A spike that is strong enough appears as one singular value, larger than its own strength.",
    content=(equal(sigma_spike(_p) ** 2, _seen), equal(d_spike, sp.sqrt(spike_power))),
    source=_NADAKUDITI,
)
_margin = (d_spike - nu**2 * sp.sqrt(_p * W) / d_spike) ** 2
_excess = sigma_spike(_p) ** 2 - noise_edge(_p) ** 2
EXCESS = Statement(
    id="W6.excess",
    kind=Kind.THEOREM,
    title="How far a spike stands above the edge",
    says="The squared singular value of a spike exceeds the squared edge by a square that vanishes at one "
    "strength only.",
    content=(equal(_excess, _margin),),
    source=project("algebra from D.spike and D.noise-spectrum"),
    refuted_if="In simulated spiked noise, outliers leave the formula by more than the fluctuations of the "
    "edge.",
    uses=("D.spike", "D.noise-spectrum"),
    derivations=(
        Derivation(
            (
                Start(using="D.spike", to=equal(sigma_spike(_p) ** 2, _seen), says="How the spike is seen."),
                Rearrange(to=equal(_excess, _seen - noise_edge(_p) ** 2), says="Take off the edge."),
                Substitute(
                    using="D.noise-spectrum", to=equal(_excess, _seen - _edge**2), says="Put in the edge."
                ),
                Rewrite(to=equal(_excess, _margin), says="A complete square is left."),
            )
        ),
    ),
)
TOUCHING = Statement(
    id="D.touching",
    kind=Kind.DEFINITION,
    title="The weakest spike that can be seen",
    says="The spike whose singular value just reaches the edge: the square of W6.excess vanishes.",
    content=(equal(d_touch(_p) - nu**2 * sp.sqrt(_p * W) / d_touch(_p), 0),),
    source=_NADAKUDITI,
    uses=("W6.excess",),
)
SOURCE_THRESHOLD = Statement(
    id="W6.threshold",
    kind=Kind.THEOREM,
    title="The threshold, as the source has it",
    says="A spike of the strength ν(p(W − 1))^{1/4} just reaches the edge of the noise.",
    content=(equal((_crit**2 + nu**2 * _p) * (_crit**2 + nu**2 * W), _edge**2 * _crit**2),),
    source=thesis("detection threshold d_crit = ν (p(W−1))^{1/4}"),
    refuted_if="A spike of this strength is seen elsewhere than at the edge.",
    counterexample=Counterexample(
        "For W = 2 rows, p = 16 and ν = 1 the source's threshold is 2. Such a spike would be seen at σ² = "
        "(4 + 16)(4 + 2)/4 = 30, the edge is at (4 + √2)² = 29.3: they differ, and agree at d⁴ = pW = 32 "
        "and not at 16.",
        {_p: sp.Integer(16), W: sp.Integer(2), nu: sp.Integer(1)},
    ),
)
AMENDED_THRESHOLD = Statement(
    id="W6.threshold-amended",
    kind=Kind.THEOREM,
    title="The threshold for a window of W rows",
    says="The weakest spike that is seen has the strength ν(pW)^{1/4}.",
    content=(equal(d_touch(_p) ** 2, nu**2 * sp.sqrt(_p * W)),),
    source=_NADAKUDITI,
    refuted_if="In simulated spiked noise, outliers appear at another strength.",
    uses=("D.touching",),
    amends="W6.threshold",
    repair="The window has W rows and not W − 1. With W − 1 the formula is that of a window whose mean row "
    "was taken off; the two differ by the factor (1 − 1/W)^{1/4}.",
    derivations=(
        Derivation(
            (
                Start(using="D.touching", to=TOUCHING.content[0], says="The spike touches the edge."),
                Rearrange(
                    times=d_touch(_p),
                    to=equal(d_touch(_p) ** 2 - nu**2 * sp.sqrt(_p * W), 0),
                    says="Multiply by its strength.",
                ),
                Solve(
                    unknown=d_touch(_p) ** 2,
                    to=equal(d_touch(_p) ** 2, nu**2 * sp.sqrt(_p * W)),
                    says="Solve.",
                ),
            )
        ),
    ),
)

W6 = Statement(
    id="W6",
    kind=Kind.THEOREM,
    title="A singular value above the threshold is signal, as the source has it",
    says="A measured singular value larger than d_crit lies outside the spectrum of the noise.",
    content=(sp.Gt(sigma_seen, noise_edge(_p)),),
    hypotheses=(sp.Gt(sigma_seen, crit(_p)),),
    source=thesis("every eigenvalue is signal, tested as σ_W/d_crit ≫ 1"),
    refuted_if="Pure noise has singular values above d_crit.",
    uses=("D.noise-spectrum", "D.source-threshold"),
    counterexample=Counterexample(
        "Noise of ν = 1 with W = 4 rows and p = 100: its singular values lie between 10 − 2 = 8 and 10 + 2 "
        "= 12. Even the smallest is above d_crit = 300^{1/4} = 4.16, and none is signal.",
        {
            _p: sp.Integer(100),
            W: sp.Integer(4),
            nu: sp.Integer(1),
            sigma_seen: sp.Integer(8),
            noise_edge(_p): sp.Integer(12),
            noise_floor(_p): sp.Integer(8),
            crit(_p): sp.Integer(300) ** sp.Rational(1, 4),
        },
    ),
)
W6_AMENDED = Statement(
    id="W6-amended",
    kind=Kind.THEOREM,
    title="What is signal: a singular value above the edge",
    says="A spike stronger than ν(pW)^{1/4} is seen above the edge ν(√p + √W). The edge, and not the "
    "threshold, is what a measured singular value must exceed.",
    content=(sp.Gt(sigma_spike(_p) ** 2, noise_edge(_p) ** 2),),
    hypotheses=(sp.Gt(d_spike, _touch),),
    source=_NADAKUDITI,
    refuted_if="In simulated noise with a spike above the threshold, no singular value leaves the noise.",
    uses=("D.spike", "D.noise-spectrum"),
    amends="W6",
    repair="Measured singular values are compared with the edge of the noise; the threshold is for "
    "strengths before noise (W6.strength turns the one into the other).",
    derivations=(
        Derivation(
            (
                Start(
                    using="W6.excess",
                    to=equal(_excess, _margin),
                    says="How far the spike stands above the edge.",
                ),
                Rearrange(
                    to=equal(sigma_spike(_p) ** 2, noise_edge(_p) ** 2 + _margin),
                    says="Bring the edge to the other side.",
                ),
                Bound(
                    certificate=((d_spike - _touch) * (d_spike + _touch) / d_spike) ** 2,
                    to=sp.Gt(sigma_spike(_p) ** 2, noise_edge(_p) ** 2),
                    says="The square is not zero for a spike above the threshold.",
                ),
            )
        ),
    ),
)
_total = sigma_spike(_p) ** 2 - nu**2 * (_p + W)
_discriminant = sp.sqrt(_total**2 - 4 * nu**4 * _p * W)
_roots = sp.Or(
    equal(spike_power, (_total + _discriminant) / 2),
    equal(spike_power, (_total - _discriminant) / 2),
)
_by_power = _seen.xreplace({d_spike: sp.sqrt(spike_power)})
STRENGTH = Statement(
    id="W6.strength",
    kind=Kind.THEOREM,
    title="The strength of a spike from the singular value as which it is seen",
    says="Given ν, a singular value above the edge belongs to one of two squared strengths; the larger one "
    "is the spike's, the other lies below the threshold.",
    content=(_roots,),
    source=_NADAKUDITI,
    refuted_if="The strength recovered from simulated outliers is another one.",
    uses=("D.spike",),
    derivations=(
        Derivation(
            (
                Start(using="D.spike", to=equal(sigma_spike(_p) ** 2, _seen), says="How the spike is seen."),
                Substitute(
                    using="D.spike",
                    part=1,
                    to=equal(sigma_spike(_p) ** 2, _by_power),
                    says="Write its squared strength.",
                ),
                Rearrange(
                    times=-spike_power,
                    to=equal(spike_power**2 - _total * spike_power + nu**4 * _p * W, 0),
                    says="A quadratic equation for the squared strength.",
                ),
                Solve(unknown=spike_power, to=_roots, says="Its two roots."),
            )
        ),
    ),
)

_half = nu * sp.sqrt(_p) / 2
_ratio = crit(_p) / noise_floor(_p)
NOISE_PASSES = Statement(
    id="W6.noise-passes",
    kind=Kind.THEOREM,
    title="Pure noise passes the source's test, the better the more parameters",
    says="The threshold over the smallest singular value of pure noise tends to zero with the number of "
    "parameters: σ_W/d_crit ≫ 1 holds without any signal.",
    content=(equal(sp.Limit(_ratio, _p, sp.oo), 0),),
    source=project("what the test σ_W/d_crit ≫ 1 does not show"),
    refuted_if="In simulated noise, σ_W/d_crit does not grow with p.",
    uses=("D.noise-spectrum", "D.source-threshold"),
    derivations=(
        Derivation(
            (
                Identity(
                    to=equal(_ratio, crit(_p) / noise_floor(_p)), says="The inverse of the tested ratio."
                ),
                Substitute(
                    using="D.source-threshold",
                    to=equal(_ratio, _crit / noise_floor(_p)),
                    says="The threshold.",
                ),
                Substitute(
                    using="D.noise-spectrum", part=1, to=equal(_ratio, _crit / _floor), says="And the noise."
                ),
                TakeLimit(by=_p, at=sp.oo, to=equal(sp.Limit(_ratio, _p, sp.oo), 0), says="Many parameters."),
            )
        ),
    ),
)
TWICE = Statement(
    id="W6.edge-bound",
    kind=Kind.THEOREM,
    title="The edge of the noise is at least twice the threshold",
    says="Whatever the size of the window, noise alone shows a singular value of at least 2ν(pW)^{1/4}.",
    content=(sp.Ge(noise_edge(_p), 2 * _touch),),
    source=project("inequality of the means"),
    refuted_if="Simulated noise has a smaller edge by more than its fluctuations.",
    uses=("D.noise-spectrum",),
    derivations=(
        Derivation(
            (
                Start(using="D.noise-spectrum", part=0, to=equal(noise_edge(_p), _edge), says="The edge."),
                Bound(
                    certificate=nu * (_p ** sp.Rational(1, 4) - W ** sp.Rational(1, 4)) ** 2,
                    to=sp.Ge(noise_edge(_p), 2 * _touch),
                    says="Arithmetic and geometric mean.",
                ),
            )
        ),
    ),
)
AT_LEAST = Statement(
    id="W6.noise-bound",
    kind=Kind.THEOREM,
    title="How large the smallest singular value of noise is",
    says="With at least four times as many parameters as rows, even the smallest singular value of noise is "
    "at least ν√p/2, which is (p/(W − 1))^{1/4}/2 times the source's threshold.",
    content=(sp.Ge(noise_floor(_p), _half),),
    hypotheses=(sp.Ge(_p, 4 * W),),
    source=project("what the test σ_W/d_crit ≫ 1 does not show"),
    refuted_if="Simulated noise of this shape has a smaller floor by more than its fluctuations.",
    uses=("D.noise-spectrum",),
    derivations=(
        Derivation(
            (
                Start(
                    using="D.noise-spectrum",
                    part=1,
                    to=equal(noise_floor(_p), _floor),
                    says="The smallest one.",
                ),
                Bound(
                    certificate=nu * (_p - 4 * W) / (2 * (sp.sqrt(_p) + 2 * sp.sqrt(W))),
                    to=sp.Ge(noise_floor(_p), _half),
                    says="√W is at most half of √p.",
                ),
            )
        ),
    ),
)

STATEMENTS = (
    NOISE,
    THRESHOLD,
    SPIKE,
    EXCESS,
    TOUCHING,
    SOURCE_THRESHOLD,
    AMENDED_THRESHOLD,
    W6,
    W6_AMENDED,
    STRENGTH,
    NOISE_PASSES,
    TWICE,
    AT_LEAST,
)
