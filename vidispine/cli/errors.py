"""Errors of the command: their messages and exit codes."""

from __future__ import annotations

import click

from vidispine.cli.exit_codes import (
    ACCESS_DENIED,
    FAILURE,
    JOB_FAILED,
    NOT_FOUND,
    UNREACHABLE,
    USAGE_ERROR,
    WAIT_TIMEOUT,
)
from vidispine.cli.extras import is_missing, required_extras, requirement
from vidispine.exceptions import (
    ApiException,
    ApiResponseError,
    ApiTimeoutError,
    ForbiddenException,
    JobFailedError,
    JobTimeoutError,
    NotFoundException,
    OpenApiException,
    UnauthorizedException,
)

__all__ = [
    "CommandError",
    "InputError",
    "MissingExtraError",
    "error_message",
    "exit_code_of",
    "require_extras",
    "system_error_text",
]


class CommandError(click.ClickException):
    """A command failed.

    :param message: the reason, in one line
    :param exit_code: one of :mod:`vidispine.cli.exit_codes`
    """

    def __init__(self, message: str, exit_code: int = FAILURE) -> None:
        super().__init__(message)
        self.code = exit_code


class InputError(CommandError):
    """Arguments or settings are invalid or missing, so nothing was attempted."""

    def __init__(self, message: str) -> None:
        super().__init__(message, USAGE_ERROR)


class MissingExtraError(InputError):
    """An extra that a command needs is not installed."""


def require_extras(command: str) -> None:
    """Check that the extras of a command are installed.

    :raises MissingExtraError: an extra is missing
    """
    extras = required_extras(command)
    missing = [extra for extra in extras if is_missing(extra)]
    if missing:
        raise MissingExtraError(
            f"{command} requires the extra {' and '.join(missing)}: pip install {requirement(extras)}"
        )


def error_message(error: click.ClickException | OpenApiException | OSError) -> str:
    """Return the line that the command writes for an error."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "vidispine"
        return f"{command}: {error.format_message().rstrip('.')} (see '{command} --help')"
    if isinstance(error, click.ClickException):
        return f"vidispine: {error.format_message()}"
    if isinstance(error, UnauthorizedException):
        error.hint = "check the username and the password; 'vidispine login' stores a new one"
    if isinstance(error, OSError):
        filename = f"{error.filename}: " if error.filename else ""
        return f"vidispine: {filename}{system_error_text(error)}"
    return f"vidispine: {error}"


def system_error_text(error: OSError) -> str:
    """Return the operating system's reason, without number and file name."""
    return (error.strerror or str(error)).lower()


def exit_code_of(error: click.ClickException | OpenApiException | OSError) -> int:
    """Return the exit code for an error."""
    if isinstance(error, CommandError):
        return error.code
    if isinstance(error, click.ClickException):
        return error.exit_code
    if isinstance(error, OSError):
        return FAILURE
    if isinstance(error, JobFailedError):
        return JOB_FAILED
    if isinstance(error, JobTimeoutError):
        return WAIT_TIMEOUT
    if not isinstance(error, ApiException):
        return USAGE_ERROR  # an invalid argument; nothing was sent
    if isinstance(error, NotFoundException):
        return NOT_FOUND
    if isinstance(error, (ForbiddenException, UnauthorizedException)):
        return ACCESS_DENIED
    if not error.sent or isinstance(error, (ApiResponseError, ApiTimeoutError)):
        return UNREACHABLE
    return FAILURE
