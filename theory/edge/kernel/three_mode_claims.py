"""Three turning modes and the criterion of two: where it mispredicts, decided by the discriminant.

Depressed polynomial ``y³ + P y + Q`` about the mean of the three decay rates; its discriminant is
``−4P³ − 27Q²``. Symbols as in the file on three modes.
"""

from __future__ import annotations

import sympy as sp

from ...counterexample import Counterexample
from ...derivation import Bound, Derivation, Identity, Rewrite, Start, Substitute
from ...statement import Kind, Statement
from ..notation import NOTATION
from ..relations import equal
from ..sources import project
from .critical_adiabatic import A_2, A_f
from .rotating_kernel import PER_TIME
from .three_modes import h_1, h_2, polynomial, u, v, z

_s = NOTATION.symbol

y = _s("y_rate", PER_TIME, "decay rate less the mean of the three", "y", running=True)
y_1 = _s("y_1", PER_TIME, "first real root of the depressed polynomial")
y_2 = _s("y_2", PER_TIME, "second real root of the depressed polynomial")
m_pair = _s("m_pair", PER_TIME, "real part of a complex pair of roots", r"\alpha")
n_pair = _s("n_pair", PER_TIME, "imaginary part of a complex pair of roots", r"\beta", positive=True)
P_3 = _s("P_3", PER_TIME**2, "linear coefficient of the depressed polynomial", "P")
Q_3 = _s("Q_3", PER_TIME**3, "constant coefficient of the depressed polynomial", "Q")
disc = _s("disc_3", PER_TIME**6, "discriminant of the depressed polynomial", r"\Delta")


_f = ((4 * h_1 + 2 * h_2) / 3, (2 * h_2 - 2 * h_1) / 3, -(2 * h_1 + 4 * h_2) / 3)
_p = u**2 + v**2 + z**2 - sp.Rational(4, 3) * (h_1**2 + h_1 * h_2 + h_2**2)
_q = -_f[0] * _f[1] * _f[2] - _f[0] * v**2 - _f[1] * z**2 - _f[2] * u**2
_discriminant = -4 * P_3**3 - 27 * Q_3**2
_centred = polynomial(y, _f)

_STEADY = {h_1: sp.Integer(1), h_2: sp.Integer(1), u: sp.Integer(0), v: sp.Integer(0), z: sp.Integer(0)}
"""Rates 2, 0 and −2 about their mean, and modes that do not turn."""
_TURNING = _STEADY | {u: sp.Integer(2), v: sp.Integer(2)}

COEFFICIENTS = Statement(
    id="D.depressed",
    kind=Kind.DEFINITION,
    title="Coefficients of the depressed polynomial",
    says="Linear and constant coefficient, and the discriminant.",
    content=(equal(P_3, _p), equal(Q_3, _q), equal(disc, _discriminant)),
    source=project("definition"),
    uses=("S5.depressed",),
)
DEPRESSED = Statement(
    id="S5.depressed",
    kind=Kind.THEOREM,
    title="The characteristic polynomial about the mean rate",
    says="About the mean of the three rates the polynomial is y³ + P y + Q, without a square term.",
    content=(equal(_centred, y**3 + _p * y + _q),),
    source=project("section on 𝒜: three modes"),
    refuted_if="A step of its derivation fails.",
    derivations=(
        Derivation(
            (Identity(to=equal(_centred, y**3 + _p * y + _q), says="Multiply out about the mean."),),
            scope="n = 3",
        ),
    ),
)
BY_REAL = Statement(
    id="D.depressed-real",
    kind=Kind.DEFINITION,
    title="Three real roots with the sum zero",
    says="Coefficients of (y − y₁)(y − y₂)(y + y₁ + y₂).",
    content=(equal(P_3, -(y_1**2) - y_1 * y_2 - y_2**2), equal(Q_3, y_1 * y_2 * (y_1 + y_2))),
    source=project("definition"),
    witness=_STEADY | {y_1: sp.Integer(2), y_2: sp.Integer(-2)},
)
BY_COMPLEX = Statement(
    id="D.depressed-complex",
    kind=Kind.DEFINITION,
    title="One real root and a complex pair with the sum zero",
    says="Coefficients of (y + 2α)((y − α)² + β²), β > 0.",
    content=(equal(P_3, n_pair**2 - 3 * m_pair**2), equal(Q_3, 2 * m_pair * (m_pair**2 + n_pair**2))),
    source=project("definition"),
    witness=_TURNING | {m_pair: sp.Integer(0), n_pair: sp.Integer(2)},
)
_real_square = ((y_1 - y_2) * (2 * y_1 + y_2) * (y_1 + 2 * y_2)) ** 2
_complex_form = 4 * n_pair**2 * (9 * m_pair**2 + n_pair**2) ** 2


def _decided(
    using: str, first: sp.Expr, second: sp.Expr, form: sp.Expr, to: sp.Basic, sign: sp.Expr
) -> Derivation:
    return Derivation(
        (
            Start(using="D.depressed", part=2, to=equal(disc, _discriminant), says="The discriminant."),
            Substitute(using=using, to=equal(disc, -4 * first**3 - 27 * Q_3**2), says="P by the roots."),
            Substitute(
                using=using, part=1, to=equal(disc, -4 * first**3 - 27 * second**2), says="Q by the roots."
            ),
            Rewrite(to=equal(disc, form), says="Factor."),
            Bound(to=to, certificate=sign, says="Squares."),
        )
    )


REAL = Statement(
    id="S5.discriminant-real",
    kind=Kind.THEOREM,
    title="Three real rates have a discriminant that is not negative",
    says="The discriminant is the square of the product of the differences of the roots.",
    content=(sp.Ge(disc, 0),),
    source=project("section on 𝒜: three modes; with S5.discriminant-complex this is if and only if"),
    refuted_if="A 3 × 3 generator with real eigenvalues and a negative discriminant.",
    uses=("D.depressed-real",),
    derivations=(
        _decided(
            "D.depressed-real",
            -(y_1**2) - y_1 * y_2 - y_2**2,
            y_1 * y_2 * (y_1 + y_2),
            _real_square,
            sp.Ge(disc, 0),
            _real_square,
        ),
    ),
)
COMPLEX = Statement(
    id="S5.discriminant-complex",
    kind=Kind.THEOREM,
    title="A complex pair has a negative discriminant",
    says="With a complex pair among the rates the discriminant is −4β²(9α² + β²)².",
    content=(sp.Lt(disc, 0),),
    source=project("section on 𝒜: three modes"),
    refuted_if="A 3 × 3 generator with a complex pair and a discriminant that is not negative.",
    uses=("D.depressed-complex",),
    derivations=(
        _decided(
            "D.depressed-complex",
            n_pair**2 - 3 * m_pair**2,
            2 * m_pair * (m_pair**2 + n_pair**2),
            -_complex_form,
            sp.Lt(disc, 0),
            _complex_form,
        ),
    ),
)

_named = (equal(P_3, _p), equal(Q_3, _q), equal(disc, _discriminant))
_one = sp.Integer(1)
PAIRS_SUFFICE = Statement(
    id="S5.pairs-suffice",
    kind=Kind.THEOREM,
    title="Modes keep their identity if each pair would by itself",
    says="If every pair of three modes turns slower than half its own gap, all three rates are real.",
    content=(sp.Ge(disc, 0),),
    hypotheses=(*_named, sp.Lt(u, h_1), sp.Lt(v, h_2), sp.Lt(z, h_1 + h_2)),
    source=project("the two-mode criterion read pair by pair"),
    refuted_if="Exact numbers at which the discriminant is negative (S5.discriminant-complex).",
    counterexample=Counterexample(
        "Decay rates 4, 2, 0 (half gaps 1 and 1), u = 9/10 < 1, v = 0 < 1, z = 19/10 < 2: about the mean the "
        "polynomial is y³ + 0.42 y + 1.62, which rises everywhere: one real rate and a complex pair.",
        {h_1: _one, h_2: _one, u: sp.Rational(9, 10), v: sp.Integer(0), z: sp.Rational(19, 10)}
        | {P_3: sp.Rational(21, 50), Q_3: sp.Rational(81, 50)}
        | {disc: -4 * sp.Rational(21, 50) ** 3 - 27 * sp.Rational(81, 50) ** 2},
    ),
)
PAIRS_NEEDED = Statement(
    id="S5.pairs-needed",
    kind=Kind.THEOREM,
    title="Modes lose their identity as soon as each neighbouring pair would",
    says="If both pairs of neighbours turn faster than half their gap, two of the three rates are complex.",
    content=(sp.Lt(disc, 0),),
    hypotheses=(*_named, sp.Gt(u, h_1), sp.Gt(v, h_2), equal(z, 0)),
    source=project("the two-mode criterion read pair by pair, the other way"),
    refuted_if="Exact numbers at which the discriminant is not negative.",
    counterexample=Counterexample(
        "Decay rates 4, 2, 0 (half gaps 1 and 1) and u = v = 6/5 > 1: about the mean the polynomial is "
        "y(y² − 1.12), with three real roots. Each mode's neighbours hold it back.",
        {h_1: _one, h_2: _one, u: sp.Rational(6, 5), v: sp.Rational(6, 5), z: sp.Integer(0)}
        | {P_3: -sp.Rational(28, 25), Q_3: sp.Integer(0), disc: 4 * sp.Rational(28, 25) ** 3},
    ),
)

_chain = (y - 2 * h_1) * y * (y + 2 * h_1) + (y - 2 * h_1) * u**2 + (y + 2 * h_1) * u**2
CHAIN = Statement(
    id="S5.chain",
    kind=Kind.THEOREM,
    title="Rates of a chain of three equidistant modes",
    says="Equal gaps, neighbours turn at one rate, the outer modes not towards each other: the middle rate "
    "stays; the outer two meet it, all three at once, at u = √2 h, an exceptional point of third order. Two "
    "modes meet at u = h.",
    content=(equal(_chain, y * (y**2 - 4 * h_1**2 + 2 * u**2)),),
    source=project("section on 𝒜: exact example with three modes; S5.three-polynomial about the middle rate"),
    refuted_if="Eigenvalues of the 3 × 3 generator differ.",
    derivations=(
        Derivation((Identity(to=equal(_chain, y * (y**2 - 4 * h_1**2 + 2 * u**2)), says="Multiply out."),)),
    ),
)
CHAIN_NORMS = Statement(
    id="D.chain-adiabatic",
    kind=Kind.DEFINITION,
    title="𝒜 of the chain",
    says="In the spectral and the Frobenius norm, of K̇ with the entries 2uh/η between neighbours and the "
    "gap 2h/η.",
    content=(equal(A_2, u / (sp.sqrt(2) * h_1)), equal(A_f, u / h_1)),
    source=project("definition; the path of three has the norms √2 and 2"),
)
MEETING = Statement(
    id="A.chain-critical",
    kind=Kind.ASSUMPTION,
    title="Where the three rates of the chain meet",
    says="The turning rate at which the bracket of S5.chain becomes y².",
    content=(equal(u, sp.sqrt(2) * h_1),),
    source=project("definition"),
    uses=("S5.chain",),
)
CHAIN_CRITICAL = Statement(
    id="S5.chain-critical",
    kind=Kind.THEOREM,
    title="𝒜 at the exceptional point of a chain of three",
    says="A chain of three loses its identity at 𝒜 = 1 in the spectral and √2 in the Frobenius norm: twice "
    "the values of two modes. So the number depends on which modes turn towards which.",
    content=(equal(A_2, 1), equal(A_f, sp.sqrt(2))),
    source=project("section on 𝒜: the two-mode value does not carry over"),
    refuted_if="Eigenvalues of the 3 × 3 generator become complex at another 𝒜.",
    uses=("D.chain-adiabatic",),
    derivations=tuple(
        Derivation(
            (
                Start(using="D.chain-adiabatic", part=part, to=CHAIN_NORMS.content[part], says="𝒜 of it."),
                Substitute(using="A.chain-critical", to=equal(name, number), says="Where the rates meet."),
            ),
            part=part,
        )
        for part, (name, number) in enumerate(((A_2, sp.Integer(1)), (A_f, sp.sqrt(2))))
    ),
)

STATEMENTS = (
    COEFFICIENTS, DEPRESSED, BY_REAL, BY_COMPLEX, REAL, COMPLEX, PAIRS_SUFFICE, PAIRS_NEEDED,
    CHAIN, CHAIN_NORMS, MEETING, CHAIN_CRITICAL,
)  # fmt: skip
