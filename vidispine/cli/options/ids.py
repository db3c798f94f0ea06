"""Ids as arguments or on standard input, and the confirmation of deletions."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine._documents.text_files import decode
from vidispine.cli.errors import CommandError
from vidispine.cli.input import read_standard_input
from vidispine.cli.parameter_types import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["confirm_deletion", "count_text", "ids_argument", "read_ids", "yes_option"]

F = TypeVar("F", bound="Callable[..., Any]")


def ids_argument(name: str) -> Callable[[F], F]:
    """Add one or more ids to a command as its argument ``ids``, for :func:`read_ids`."""
    return click.argument("ids", nargs=-1, required=True, metavar=f"{name}...")


def read_ids(arguments: Iterable[str]) -> list[str]:
    """Return the ids without duplicates. ``-`` is replaced by the ids on standard input, one per line.

    :raises click.UsageError: an id is empty or has white space or control characters, or standard input has no ids
    """
    ids: dict[str, None] = {}
    try:
        for argument in arguments:
            lines = _lines_of_standard_input() if argument == "-" else [argument]
            ids.update(dict.fromkeys(parse_id(line) for line in lines))
    except UnicodeDecodeError:
        raise click.UsageError("standard input is not UTF-8 text") from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if not ids:
        raise click.UsageError("there are no ids on standard input")
    return list(ids)


def _lines_of_standard_input() -> list[str]:
    # Not splitlines, which also splits at characters that are part of an invalid id.
    lines = (line[:-1] if line.endswith("\r") else line for line in decode(read_standard_input()).split("\n"))
    return [line for line in lines if line]


def yes_option(command: F) -> F:
    """Add ``--yes`` to a command."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask for confirmation.")(command)


def confirm_deletion(what: str, yes: bool) -> None:
    """Ask for confirmation.

    :param yes: whether the user has confirmed with ``--yes``
    :raises click.UsageError: there is no terminal
    :raises CommandError: the user declined
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal for the confirmation: use --yes")
    if not click.confirm(f"Delete {what}?", err=True):
        raise CommandError("nothing was deleted")


def count_text(ids: Sequence[str], noun: str) -> str:
    """Return the single id or the number of ids: ``job VX-29`` or ``3 jobs``."""
    return f"{noun} {ids[0]}" if len(ids) == 1 else f"{len(ids)} {noun}s"
