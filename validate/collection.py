"""Garbage collection that does not walk, again and again, over what is kept anyway."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no cycles of garbage meanwhile; processes that are forked here do not either.

    Each search walks over all that is alive: the theory, its derivations, the trees of all pages. Building the site took
    1.4 times as long with it (one pair of runs, two cores).
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def settled() -> Iterator[None]:
    """Search for garbage only among what is made from here on: the theory and the libraries stay until the end.

    Training makes and drops many objects, and each full search would walk over all of the theory.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
