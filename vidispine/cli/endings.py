"""How a command ends: done, failed with one line on standard error, or interrupted."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from vidispine.cli.extras import is_missing, requirement
from vidispine.cli.registry import COMMANDS
from vidispine.cli.status import FAILED, MISUSED, TERMINATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Failure", "MissingExtra", "Terminated", "require_extras", "terminable"]


class Failure(click.ClickException):
    """A command did not do what it was asked."""

    exit_code = FAILED


class MissingExtra(Failure):
    """What a command needs is not installed."""

    exit_code = MISUSED


class Terminated(SystemExit):
    """The process was told to end by SIGTERM; what is open is closed on the way out."""


def require_extras(name: str) -> None:
    """Check that the extras of a command are installed.

    :param name: the command
    :raises MissingExtra: one of them is not
    """
    extras = COMMANDS[name].extras
    missing = [extra for extra in extras if is_missing(extra)]
    if missing:
        raise MissingExtra(f"{name} needs the extra {' and '.join(missing)}: pip install {requirement(extras)}")


@contextmanager
def terminable() -> Iterator[None]:
    """Within it, SIGTERM raises :class:`Terminated`, once, instead of ending the process on the spot."""

    def terminate(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise Terminated(TERMINATED)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
