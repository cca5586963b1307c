"""Ctrl-C that is noticed even where a library on the way catches everything."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Watch:
    """Whether Ctrl-C was pressed while :func:`watched` was on."""

    def __init__(self) -> None:
        self._pressed = False

    def look(self) -> None:
        """Go on, unless Ctrl-C was pressed.

        Raises:
            KeyboardInterrupt: it was, and whoever was at work then has swallowed it.
        """
        if self._pressed:
            raise KeyboardInterrupt

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._pressed = True
        signal.default_int_handler(number, frame)


@contextmanager
def watched() -> Iterator[Watch]:
    """A watch over Ctrl-C, which raises KeyboardInterrupt at once, as ever.

    Some libraries, PyTorch among them, guard imports by an ``except:`` that catches this too; a program that
    looks at the watch now and then ends nevertheless. Outside the main thread, and where the program handles
    the signal in a way of its own, that way stays, and the watch sees nothing.
    """
    watch = Watch()
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield watch
        return
    signal.signal(signal.SIGINT, watch._handle)
    try:
        yield watch
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
