from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectral_edge.validate.evidence import Curve, Evidence, Figure, Measurement, Table
from spectral_edge.validate.evidence_json import Malformed, from_json, nulled, same, to_json
from spectral_edge.validate.verdict import Verdict

words = st.text(max_size=8)
numbers = st.floats(allow_nan=True, allow_infinity=True)
cells = st.one_of(words, numbers, st.integers(-(10**12), 10**12), st.none())
measurements = st.builds(Measurement, st.none() | numbers, words, words, words)
points = st.lists(numbers, max_size=4).map(tuple)
curves = st.builds(Curve, words, points, points, words, words)
figures = st.builds(
    Figure,
    words,
    words,
    words,
    words,
    words,
    words,
    st.lists(curves, max_size=3).map(tuple),
    st.booleans(),
    st.booleans(),
)
tables = st.builds(
    Table,
    words,
    st.lists(words, max_size=3).map(tuple),
    st.lists(st.lists(cells, max_size=3).map(tuple), max_size=3).map(tuple),
)
evidence = st.builds(
    Evidence,
    words,
    st.sampled_from(Verdict),
    measurements,
    measurements,
    words,
    st.lists(tables, max_size=2).map(tuple),
    st.lists(figures, max_size=2).map(tuple),
    st.lists(words, max_size=2).map(tuple),
    st.lists(st.integers(0, 2**40), max_size=3).map(tuple),
    st.dictionaries(words, words, max_size=2),
    st.dictionaries(words, st.tuples(st.integers(0, 99), st.integers(0, 99)), max_size=2),
)

SOME = Evidence("P1", Verdict.REFUTED, Measurement(math.nan, "ratio"), Measurement(-math.inf, "null"), "why")


@given(evidence)
def test_evidence_survives_the_way_through_strict_json_to_the_last_digit(found: Evidence) -> None:
    text = json.dumps(to_json(found), allow_nan=False)
    back = from_json(json.loads(text))
    # repr tells NaN from numbers, 1 from 1.0, a tuple from a list, and agrees for equal floats only.
    assert repr(back) == repr(found)
    assert same(back, found)


@given(evidence, evidence)
def test_evidence_is_the_same_only_if_every_field_is(a: Evidence, b: Evidence) -> None:
    assert same(a, b) == (repr(a) == repr(b))


def test_numbers_of_numpy_become_plain_ones() -> None:
    table = Table("t", ("a", "b"), ((np.int64(3), np.float32(0.5)),))  # type: ignore[arg-type]
    found = Evidence(
        "P1", Verdict.REFUTED, Measurement(np.float64(2.0), "m"), Measurement(None, "n"), "r", (table,)
    )
    back = from_json(json.loads(json.dumps(to_json(found))))
    assert back.tables[0].rows == ((3, 0.5),)
    assert [type(cell) for cell in back.tables[0].rows[0]] == [int, float]
    assert type(back.value.value) is float


def test_what_is_not_plain_data_is_refused() -> None:
    with pytest.raises(TypeError, match=r"evidence holds \{1\} of type set; only text, numbers"):
        to_json(Evidence("P1", Verdict.REFUTED, SOME.value, SOME.null, {1}))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="reserved for numbers that are not finite"):
        to_json(Evidence("P1", Verdict.REFUTED, SOME.value, SOME.null, "why", extra={"not finite": "1"}))


@pytest.mark.parametrize(
    "damage",
    [
        lambda d: d.pop("reason"),
        lambda d: d.update(verdict="true"),
        lambda d: d.update(colour="red"),
        lambda d: d.update(value=None),
        lambda d: d.update(tables=[{"title": "t"}]),
        lambda d: d.update(figures=[3]),
        lambda d: d.update(value={"value": {"not finite": "seven"}, "name": "m"}),
    ],
)
def test_what_is_no_stored_evidence_is_refused(damage: Any) -> None:
    plain = to_json(SOME)
    damage(plain)
    with pytest.raises(Malformed, match="this is no stored evidence"):
        from_json(plain)


@given(
    st.recursive(cells, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3))
)
def test_nulled_data_are_strict_json_and_differ_only_where_a_number_was_not_finite(data: Any) -> None:
    result = nulled(data)
    json.dumps(result, allow_nan=False)

    def expected(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: expected(v) for k, v in value.items()}
        if isinstance(value, list):
            return [expected(v) for v in value]
        return None if value in (math.inf, -math.inf) or value != value else value

    assert result == expected(data)
