"""How every command speaks: results to standard output, what went wrong as one line to standard error."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console

# Widths at which the table is laid out when there is no terminal to ask: a log can be scrolled sideways,
# and a command that is broken over two lines cannot be copied.
LOG_WIDTH = 180


def console() -> Console:
    """Where results are printed."""
    return Console() if sys.stdout.isatty() else Console(width=LOG_WIDTH)


def say(line: str) -> None:
    """One line of trouble, for standard error."""
    click.echo(f"spectral-edge: {line}", err=True)


@contextmanager
def one_clear_line(debug: bool = False) -> Iterator[None]:
    """Turn what can go wrong into one line and an exit status; ``debug`` shows the trace of an error before it."""
    from .problems import BadRequest, Interrupted, SelfCheckFailed

    try:
        yield
    except BadRequest as error:
        say(str(error))
        sys.exit(2)
    except SelfCheckFailed as error:
        say(f"a self-check failed: {error}")
        sys.exit(1)
    except KeyboardInterrupt as error:
        say(str(error) if isinstance(error, Interrupted) else "interrupted")
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - the last place where an error can become a clear line
        if debug:
            traceback.print_exc()
        hint = "" if debug else " (--debug shows where)"
        say(f"could not finish: {type(error).__name__}: {error}{hint}")
        sys.exit(1)
