"""Ids as arguments: some words, or those on standard input."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Callable, TypeVar

import click

from vidispine.cli.errors import Failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["confirm_deleting", "counted", "ids_argument", "ids_of"]

F = TypeVar("F", bound="Callable[..., Any]")


def ids_argument(name: str) -> Callable[[F], F]:
    """Give a command one or more ids as its arguments: ``ids``, for :func:`ids_of`."""
    return click.argument("ids", nargs=-1, required=True, metavar=f"{name}...")


def ids_of(given: Iterable[str]) -> list[str]:
    """Return the ids, each once; a ``-`` stands for those on standard input, with white space between them.

    :raises click.UsageError: one is empty, or there are none on standard input
    """
    ids: dict[str, None] = {}
    for one in given:
        if not one.strip():
            raise click.UsageError("an id must not be empty")
        ids.update(dict.fromkeys(sys.stdin.read().split() if one == "-" else [one]))
    if not ids:
        raise click.UsageError("there are no ids on standard input")
    return list(ids)


def confirm_deleting(what: str, yes: bool) -> None:
    """Ask a person whether to delete something.

    :param yes: the person has said so beforehand
    :raises click.UsageError: nobody is there to ask
    :raises Failure: the answer is no
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to confirm this: give --yes")
    if not click.confirm(f"Delete {what}?", err=True):
        raise Failure("nothing was deleted")


def counted(ids: Sequence[str], noun: str) -> str:
    """Return what the ids are, in words: ``job VX-29``, or ``3 jobs``."""
    return f"{noun} {ids[0]}" if len(ids) == 1 else f"{len(ids)} {noun}s"
