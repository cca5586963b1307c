"""P23: is each leading direction one Fourier mode of the task's own group, and of no other?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...simulate.features import change, concentration, discrete_logarithms
from ...simulate.landscape import Modes, modes_at, random_directions
from ...simulate.run import Run
from ..check import Check, Context
from ..evidence import Curve, Evidence, Figure, Table
from ..profiles import DECAY, NO_DECAY, PRODUCT
from ..record import Record
from .analogue import ANALOGUE, EFFECT, TWO_LAYER
from .counted import Cell, Scores, Told, Varied, at_least, judge_scores

Array = npt.NDArray[np.float64]
Tokens = npt.NDArray[np.int64]

SEED = 2300
"""Of random directions and of residues in random order; no meaning."""

RANDOM, WEIGHTS, START, PERMUTED = (
    "random directions",
    "the weights as the direction",
    "the initial weights as the direction",
    "residues in random order",
)
UNGROKKED = "the same seed without decay, which does not grok"
ADDED, MULTIPLIED = "addition", "multiplication"

RECORD = Record(
    statement="P23",
    observable="the smallest concentration of v_1 … v_`directions` of a seed: for addition that of the sum, for "
    "multiplication that of the sum of discrete logarithms, and the smaller of the two arms; 0 if for multiplication a "
    "direction reaches `one mode` in the product itself. The window has `window` rows at stride `stride` and is the first "
    "full one that ends at or after grokking",
    replication="a seed that groks in both arms; one that does not is left out and listed",
    test="it is at least `one mode` in most seeds: the 95 % interval of that share lies above 1/2. Nulls take it in each "
    "arm by itself, which is easier to pass",
    refuted_if="the interval of the share lies below 1/2",
    nulls=(
        *(f"{null}, {part}" for part in (ADDED, MULTIPLIED) for null in (RANDOM, WEIGHTS, START, PERMUTED)),
        f"{UNGROKKED}, {ADDED}",
    ),
    constants={"one mode": 19 / 48, "directions": 3.0, "window": 10.0, "stride": 50.0, "grokking": 0.98},
    reasons={
        "one mode": "the source's 19 times uniform, as a share: modulo 97 there are 48 frequencies",
        "directions": "the source's spectral edge of grokking transformers",
        "window": "ours elsewhere; the source has 20",
        "stride": "no source; a window then spans 500 steps, which holds the way to grokking, as the source's does",
        "grokking": "the source's held-out accuracy for modular arithmetic",
    },
    networks=TWO_LAYER + "; and on multiplication modulo 23",
    effect=EFFECT,
)


@dataclass(frozen=True, eq=False)
class Part:
    """One arm: directions ``(S, m, p)``, weights ``(S, p)``, and how an answer is read off a pair of tokens."""

    run: Run
    seeds: tuple[int, ...]
    steps: npt.NDArray[np.int64]
    theta: Array
    start: Array
    v: Array


def ends(run: Run) -> npt.NDArray[np.float64]:
    """The step at which the window of each seed ends, ``(S,)``; NaN without grokking, or without such a window."""
    c = RECORD.constants
    grokked = run.first_step(run.test_accuracy, c["grokking"])
    first = np.maximum(grokked, c["window"] * c["stride"])
    end = c["stride"] * np.ceil(first / c["stride"])
    last = run.snapshot_steps[-1] if len(run.snapshot_steps) else -1
    return np.asarray(np.where(end <= last, end, np.nan))


def part_of(run: Run, end: npt.NDArray[np.float64]) -> Part | None:
    """The directions of the seeds whose window ends at a known step; None if there is no such seed."""
    c = RECORD.constants
    places = np.flatnonzero(np.isfinite(end))
    if not len(places):
        return None
    found: Modes = modes_at(run, end[places].astype(np.int64), int(c["window"]), int(c["stride"]), places)
    return Part(run, found.seeds, found.steps, found.theta, found.start, found.v[:, : int(c["directions"])])


def _pairs(run: Run) -> Tokens:
    """All pairs of tokens of the task, ``(n, 2)``."""
    split = run.description.task.data(run.description.seeds[0])
    pairs = np.concatenate([split.train_inputs, split.test_inputs])
    return np.asarray(pairs[np.lexsort(pairs.T[::-1])])


def readings(pairs: Tokens, modulus: int) -> dict[str, tuple[Tokens, int]]:
    """Answers of each pair in the bases that apply to it, and their period."""
    a, b = pairs.T
    found = {"sum": ((a + b) % modulus, modulus)}
    if (pairs > 0).all():
        found["product"] = (a * b % modulus, modulus)
        logarithm = discrete_logarithms(modulus)
        found["log"] = ((logarithm[a] + logarithm[b]) % (modulus - 1), modulus - 1)
    return found


def concentrations(part: Part, directions: Array, shuffle: bool = False) -> dict[str, tuple[Array, Tokens]]:
    """Concentration and strongest frequency of ``directions (S, m, p)`` in each basis, ``(S, m)`` each.

    ``shuffle`` puts the answers of each basis into an order of its own for each seed.
    """
    run, pairs = part.run, _pairs(part.run)
    modulus = run.description.task.outputs
    known = np.where(np.isfinite(directions).all(axis=2, keepdims=True), directions, 0.0)
    # The squared change of the hidden activations, summed over them, for each direction and pair.
    power = np.stack(
        [(change(run.description, part.theta, v, pairs) ** 2).sum(axis=2) for v in known.swapaxes(0, 1)],
        axis=1,
    )  # (S, m, n)
    found = {}
    for name, (answers, period) in readings(pairs, modulus).items():
        each = [
            concentration(power[place], _mixed(answers, period, seed) if shuffle else answers, period)
            for place, seed in enumerate(part.seeds)
        ]
        shares, peaks = zip(*each, strict=True)
        found[name] = (np.array(shares), np.array(peaks))
    return found


def _mixed(answers: Tokens, period: int, seed: int) -> Tokens:
    """The answers that occur, renamed among themselves."""
    occurring = np.unique(answers)
    renamed = np.arange(period)
    renamed[occurring] = np.random.default_rng([SEED, seed]).permutation(occurring)
    return np.asarray(renamed[answers])


def number(found: Mapping[str, tuple[Array, Tokens]], product: bool) -> Array:
    """What a seed is judged by, ``(S,)``: see the record."""
    if not product:
        return np.asarray(found["sum"][0].min(axis=1))
    plain = found["product"][0].max(axis=1)
    own = found["log"][0].min(axis=1)
    return np.asarray(np.where(plain >= RECORD.constants["one mode"], 0.0, own))


def _directions(part: Part) -> dict[str, tuple[Array, bool]]:
    """Directions of the nulls, and whether the answers are put into random order."""
    return {
        RANDOM: (random_directions(part.seeds, part.v.shape[1], part.v.shape[2], SEED), False),
        WEIGHTS: (part.theta[:, None], False),
        START: (part.start[:, None], False),
        PERMUTED: (part.v, True),
    }


def _scores(name: str, part: Part | None, directions: Array, shuffle: bool, product: bool) -> Scores:
    if part is None:
        return Scores(name, (), np.empty(0))
    return Scores(name, part.seeds, number(concentrations(part, directions, shuffle), product))


def judge(context: Context) -> Evidence:
    """The same concentration for the leading directions and for what is no leading direction."""
    added, multiplied, without = (context.runs[name] for name in (DECAY, PRODUCT, NO_DECAY))
    added_ends = ends(added)
    parts = {ADDED: part_of(added, added_ends), MULTIPLIED: part_of(multiplied, ends(multiplied))}
    own = {name: None if p is None else concentrations(p, p.v) for name, p in parts.items()}
    nulls = []
    for name, part in parts.items():
        for null in (RANDOM, WEIGHTS, START, PERMUTED):
            directions, shuffle = (np.empty(0), False) if part is None else _directions(part)[null]
            nulls.append(_scores(f"{null}, {name}", part, directions, shuffle, name == MULTIPLIED))
    twin = part_of(without, _twin_ends(added, added_ends, without))
    nulls.append(_scores(RECORD.nulls[-1], twin, np.empty(0) if twin is None else twin.v, False, False))
    thresholds = (0.2, 0.3, RECORD.constants["one mode"], 0.5, 0.6, 0.7, 0.8, 0.9)
    return judge_scores(
        context,
        RECORD,
        _together(added, multiplied, parts, own),
        nulls,
        at_least,
        Varied("one mode", "the share that is one mode", thresholds),
        Told(
            "smallest concentration",
            "each leading direction is one Fourier mode, of the sum for addition and of the discrete logarithms alone for "
            "multiplication,",
            "19 times uniform for addition modulo 97, which is a concentration of 0.40; 5.9 times the product's own for "
            "multiplication",
            ANALOGUE,
        ),
        figures=(_figure(parts, own),),
        tables=(_each(parts, own),) if any(own.values()) else (),
    )


def _twin_ends(run: Run, end: npt.NDArray[np.float64], twin: Run) -> npt.NDArray[np.float64]:
    """For each seed of the twin arm the end of the same seed's window, or the median one of a seed that is not there."""
    known = end[np.isfinite(end)]
    if not len(known):
        return np.full(len(twin.description.seeds), np.nan)
    middle = float(np.quantile(known, 0.5, method="inverted_cdf"))
    same = dict(zip(run.description.seeds, end, strict=True))
    wanted = np.array([same.get(seed, middle) for seed in twin.description.seeds])
    last = twin.snapshot_steps[-1] if len(twin.snapshot_steps) else -1
    return np.asarray(np.where(wanted <= last, wanted, np.nan))


def _together(
    added: Run,
    multiplied: Run,
    parts: Mapping[str, Part | None],
    own: Mapping[str, Mapping[str, tuple[Array, Tokens]] | None],
) -> Scores:
    """One number for each seed of either arm: the smaller of the two; NaN where one is not known."""
    seeds = tuple(dict.fromkeys((*added.description.seeds, *multiplied.description.seeds)))
    columns = {}
    for name, part in parts.items():
        found = own[name]
        values = {} if part is None or found is None else dict(
            zip(part.seeds, number(found, name == MULTIPLIED), strict=True)
        )  # fmt: skip
        columns[name] = np.array([values.get(seed, np.nan) for seed in seeds])
    # np.minimum, not nanmin: a seed that is judged in one arm alone is not judged.
    return Scores("leading directions", seeds, np.minimum(*columns.values()), columns)


def _each(
    parts: Mapping[str, Part | None], own: Mapping[str, Mapping[str, tuple[Array, Tokens]] | None]
) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for name, part in parts.items():
        for basis, (shares, peaks) in (own[name] or {}).items():
            assert part is not None
            modulus = part.run.description.task.outputs
            uniform = 1 / ((modulus - (basis == "log")) // 2)
            for place, seed in enumerate(part.seeds):
                for j, (value, peak) in enumerate(zip(shares[place], peaks[place], strict=True)):
                    row = (
                        name,
                        basis,
                        seed,
                        int(part.steps[place]),
                        j + 1,
                        float(value),
                        float(value / uniform),
                        int(peak),
                    )
                    rows.append(row)
    columns = (
        "arm",
        "answer",
        "seed",
        "step",
        "direction",
        "concentration",
        "times uniform",
        "strongest frequency",
    )
    return Table("Every leading direction, in every basis", columns, tuple(rows))


def _figure(
    parts: Mapping[str, Part | None], own: Mapping[str, Mapping[str, tuple[Array, Tokens]] | None]
) -> Figure:
    curves = []
    for name in parts:
        for basis, (shares, _) in (own[name] or {}).items():
            role = "data" if (name, basis) in ((ADDED, "sum"), (MULTIPLIED, "log")) else "null"
            place = tuple(float(j + 1) for j in range(shares.shape[1]))
            curves += [
                Curve(f"{name}: {basis}", place, tuple(map(float, row)), "points", role) for row in shares
            ]
    level = RECORD.constants["one mode"]
    curves.append(
        Curve("one mode", (1.0, RECORD.constants["directions"]), (level, level), "line", "threshold")
    )
    return Figure(
        "functional-modes",
        "How much of each leading direction is one Fourier mode",
        "Every seed. The basis of the task's own group, and the others.",
        "Concentration against the number of the direction, by arm and basis, with the level of one mode.",
        "direction j",
        "concentration",
        tuple(curves),
    )


CHECKS = (Check("P23", RECORD, (DECAY, PRODUCT, NO_DECAY), judge),)
