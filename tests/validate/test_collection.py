"""Garbage collection is put off, and put back as it was, whatever happens meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from spectral_edge.validate.collection import settled, uncollected


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    before = gc.isenabled()
    yield
    (gc.enable if before else gc.disable)()
    gc.unfreeze()


@pytest.mark.parametrize("on", [True, False])
def test_collection_is_off_meanwhile_and_then_as_it_was(on: bool) -> None:
    (gc.enable if on else gc.disable)()
    with pytest.raises(KeyError), uncollected():  # noqa: PT012 - what is looked at lies within
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled() is on


def test_what_is_there_is_left_out_meanwhile_and_what_comes_is_not() -> None:
    class Node:
        pass

    def cycle() -> None:
        node = Node()
        node.itself = node  # type: ignore[attr-defined]

    gc.collect()
    with pytest.raises(KeyError), settled():  # noqa: PT012
        assert gc.get_freeze_count() > 10_000
        cycle()
        assert gc.collect() >= 1
        raise KeyError
    assert gc.get_freeze_count() == 0
