"""How a command ends: done, failed with one line on standard error, or interrupted."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from vidispine.cli.exit_codes import FAILED, MISUSED, NOT_ALLOWED, NOT_FOUND, TERMINATED, UNREACHABLE
from vidispine.cli.extras import is_missing, requirement
from vidispine.cli.registry import COMMANDS
from vidispine.exceptions import (
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ForbiddenException,
    NotFoundException,
    OpenApiException,
    UnauthorizedException,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["Failure", "MissingExtra", "Misuse", "Terminated", "require_extras", "status_of", "terminable", "whole"]


class Failure(click.ClickException):
    """A command did not do what it was asked.

    :param message: why, in a line
    :param status: the exit status
    """

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


class Misuse(Failure):
    """A command could not even try what it was asked."""

    def __init__(self, message: str) -> None:
        super().__init__(message, MISUSED)


class MissingExtra(Misuse):
    """What a command needs is not installed."""


class Terminated(SystemExit):
    """The process was told to end by SIGTERM; what is open is closed on the way out."""


def status_of(error: OpenApiException) -> int:
    """Return the exit status for an error of the SDK."""
    if not isinstance(error, ApiException):
        return MISUSED  # an argument was wrong, and nothing was sent
    if isinstance(error, NotFoundException):
        return NOT_FOUND
    if isinstance(error, (ForbiddenException, UnauthorizedException)):
        return NOT_ALLOWED
    if not error.sent or isinstance(error, (ApiResponseError, ApiTimeoutError)):
        return UNREACHABLE
    return FAILED


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


@contextmanager
def whole() -> Iterator[None]:
    """Within it, Ctrl-C waits until the end: what is half drawn would stay on the screen."""
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        raise KeyboardInterrupt
