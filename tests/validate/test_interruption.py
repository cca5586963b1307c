"""Ctrl-C ends what looks at the watch, whatever a library on the way catches."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from typing import Any

import pytest

from spectral_edge.validate.interruption import watched
from spectral_edge.validate.problems import Interrupted


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def press_where_it_is_swallowed() -> None:
    with contextlib.suppress(BaseException):  # as libraries do around an import
        press()


def test_it_raises_at_once() -> None:
    with watched(), pytest.raises(KeyboardInterrupt):
        press()


def test_what_was_swallowed_is_raised_at_the_next_look() -> None:
    with watched() as watch:
        watch.look()
        press_where_it_is_swallowed()
        with pytest.raises(KeyboardInterrupt):
            watch.look()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_programs_own_stays() -> None:
    seen: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: seen.append(number))
    try:
        with watched() as watch:
            press()
            watch.look()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    assert seen == [signal.SIGINT]


def test_outside_the_main_thread_nothing_is_touched() -> None:
    before = signal.getsignal(signal.SIGINT)
    found: list[Any] = []

    def elsewhere() -> None:
        with watched():
            found.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found == [before]


def test_a_verification_ends_where_a_check_swallowed_it(world: Any) -> None:
    judge = world.judges["T1"]

    def swallowing(context: Any) -> Any:
        press_where_it_is_swallowed()
        return judge(context)

    world.judges["T1"] = swallowing
    with pytest.raises(Interrupted, match=r"kept: .*1 verdict"):
        world.verify()
    assert "P1" not in world.judged
