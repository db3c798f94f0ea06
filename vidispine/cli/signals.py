"""Handling of SIGTERM, SIGHUP and SIGINT."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vidispine.cli.exit_codes import HUNG_UP, TERMINATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Terminated", "defer_interrupt", "raise_when_terminated"]

_SECONDS_BEFORE_RAISING_AGAIN = 0.01


class Terminated(SystemExit):
    """The process received SIGTERM, or SIGHUP because its terminal was closed.

    :param exit_code: the exit code of the command
    """

    def __init__(self, exit_code: int) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@contextmanager
def raise_when_terminated() -> Iterator[None]:
    """Raise :class:`Terminated` on SIGTERM and SIGHUP, so that open files and servers are closed."""
    report = sys.unraisablehook
    previous = {number: signal.getsignal(number) for number in _exit_codes()}
    code = TERMINATED
    was_raised = False

    def terminate(number: int, _: FrameType | None) -> None:
        nonlocal code, was_raised
        code, was_raised = _exit_codes().get(number, code), True
        # A second signal must not interrupt the cleanup.
        for one in previous:
            signal.signal(one, signal.SIG_IGN)
        sys.unraisablehook = raise_again
        raise Terminated(code)

    def raise_again(ignored: sys.UnraisableHookArgs) -> None:
        # Python ignores errors in destructors and in callbacks of weak references, such as those of its import system.
        if issubclass(ignored.exc_type, Terminated):
            signal.signal(signal.SIGALRM, terminate)
            signal.setitimer(signal.ITIMER_REAL, _SECONDS_BEFORE_RAISING_AGAIN)
        else:
            report(ignored)

    for number, handler in previous.items():
        # nohup ignores SIGHUP, so that a command outlives its terminal.
        if number == signal.SIGTERM or handler != signal.SIG_IGN:
            signal.signal(number, terminate)
    try:
        yield
    except OSError:
        # A display cannot be erased from a terminal that is closed.
        if was_raised:
            raise Terminated(code) from None
        raise
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        sys.unraisablehook = report


def _exit_codes() -> dict[int, int]:
    """Return the exit code of each signal that ends a command."""
    codes: dict[int, int] = {signal.SIGTERM: TERMINATED}
    if sys.platform != "win32":
        codes[signal.SIGHUP] = HUNG_UP
    return codes


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
