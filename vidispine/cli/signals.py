"""Handling of SIGTERM and SIGINT."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidispine.cli.exit_codes import TERMINATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Terminated", "defer_interrupt", "raise_on_sigterm"]

_SECONDS_BEFORE_RAISING_AGAIN = 0.01


class Terminated(SystemExit):
    """The process received SIGTERM."""


@contextmanager
def raise_on_sigterm() -> Iterator[None]:
    """Raise :class:`Terminated` on SIGTERM, so that open files and servers are closed."""
    report = sys.unraisablehook

    def terminate(number: int, _: FrameType | None) -> None:
        # A second signal must not interrupt the cleanup.
        signal.signal(number, signal.SIG_IGN)
        sys.unraisablehook = raise_again
        raise Terminated(TERMINATED)

    def raise_again(ignored: sys.UnraisableHookArgs) -> None:
        # Python ignores errors in destructors and in callbacks of weak references, such as those of its import system.
        if issubclass(ignored.exc_type, Terminated):
            signal.signal(signal.SIGALRM, terminate)
            signal.setitimer(signal.ITIMER_REAL, _SECONDS_BEFORE_RAISING_AGAIN)
        else:
            report(ignored)

    previous = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
        sys.unraisablehook = report


@contextmanager
def defer_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt only at the end of the block, so that nothing half drawn stays on the screen."""
    interrupts = []
    previous = signal.signal(signal.SIGINT, lambda *_: interrupts.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
    if interrupts:
        raise KeyboardInterrupt
