"""A mass on a spring: a theory of five statements, one of which is false as it is often put."""

from sympy import Derivative, Eq, Integer

from spectral_edge.theory.counterexample import Counterexample
from spectral_edge.theory.derivation import Derivation, Differentiate, Rearrange, SolveFlow, Start, Substitute
from spectral_edge.theory.notation import Notation
from spectral_edge.theory.statement import Kind, Source, Statement
from spectral_edge.theory.theory import Theory
from spectral_edge.theory.units import TIME, Unit

NOTATION = Notation()
LENGTH, MASS = Unit.base("l"), Unit.base("m")
BOOK = Source("any textbook of mechanics", "the harmonic oscillator")

t = NOTATION.symbol("t", TIME, "time", running=True)
m = NOTATION.symbol("m", MASS, "mass", positive=True)
k = NOTATION.symbol("k", MASS / TIME**2, "stiffness of the spring", positive=True)
x = NOTATION.function("x", LENGTH, "position, from where the spring is at rest")
v = NOTATION.function("v", LENGTH / TIME, "velocity")
E = NOTATION.function("E", MASS * LENGTH**2 / TIME**2, "energy")

velocity, newton = Eq(Derivative(x(t), t), v(t)), Eq(Derivative(v(t), t), -k * x(t) / m)
kinetic, potential = m * v(t) ** 2 / 2, k * x(t) ** 2 / 2
energy, conserved, power = Eq(E(t), kinetic + potential), Eq(E(t), E(0)), Derivative(E(t), t)

MOTION = Statement(
    "A.motion", Kind.ASSUMPTION, "Motion", "The spring pulls it back.", (velocity, newton), BOOK
)
ENERGY = Statement("D.energy", Kind.DEFINITION, "Energy", "Kinetic and potential.", (energy,), BOOK)
CONSERVED = Statement(
    "T.energy", Kind.THEOREM, "Conservation", "The energy stays as it was.", (conserved,), BOOK,
    refuted_if="The energy of an integrated motion drifts.",
    derivations=(Derivation((
        Start(using="D.energy", to=energy, says="The definition."),
        Differentiate(by=t, to=Eq(power, m * v(t) * newton.lhs + k * x(t) * velocity.lhs), says="Both shares."),
        Substitute(using="A.motion", to=Eq(power, m * v(t) * newton.lhs + k * x(t) * v(t)), says="Velocity."),
        Substitute(using="A.motion", part=1, to=Eq(power, 0), says="What one share gains the other loses."),
        SolveFlow(unknown=E(t), by=t, to=conserved, says="What does not change is as it was."),
    )),),
)  # fmt: skip
SHARES = Statement(
    "C.shares", Kind.THEOREM, "Equal shares", "Half of it is kinetic.", (Eq(kinetic, potential),), BOOK,
    refuted_if="The two shares differ at some moment.",
    counterexample=Counterexample(
        says="At a turning point all of the energy is potential.",
        values={x(t): Integer(1), v(t): Integer(0), m: Integer(1), k: Integer(1)},
    ),
)  # fmt: skip
SHARES_AMENDED = Statement(
    "C.shares-amended", Kind.THEOREM, "Shares that add up", "Kinetic is what potential leaves over.",
    (Eq(kinetic, E(0) - potential),), BOOK, refuted_if="The shares do not add up to the energy at the start.",
    amends="C.shares", repair="At a given moment the shares add up; they are equal on average over a period only.",
    derivations=(Derivation((
        Start(using="T.energy", to=conserved, says="The energy is conserved,"),
        Substitute(using="D.energy", to=Eq(kinetic + potential, E(0)), says="and has two shares."),
        Rearrange(to=Eq(kinetic, E(0) - potential), says="Take one to the other side."),
    )),),
)  # fmt: skip

THEORY = Theory(
    "harmonic", "A mass on a spring", NOTATION, (MOTION, ENERGY, CONSERVED, SHARES, SHARES_AMENDED)
)
