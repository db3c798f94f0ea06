"""The options that limit the number of listed elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from vidispine.cli.output.formats import output_format
from vidispine.cli.output.streams import write_note

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["limit_options", "write_total"]

F = TypeVar("F", bound="Callable[..., Any]")

_KEY = "vidispine.cli.all"


def _store_all(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_KEY] = True


def _limit(context: click.Context, _: click.Parameter, value: int) -> int | None:
    return None if context.meta.get(_KEY) else value


def limit_options(command: F) -> F:
    """Add ``--limit`` and ``--all`` to a command, whose ``limit`` is ``None`` for all."""
    # --all is eager, so that it is processed before --limit.
    all_option: Any = click.option(
        "--all", is_flag=True, is_eager=True, expose_value=False, callback=_store_all, help="List all results."
    )
    limit: Any = click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        callback=_limit,
        metavar="NUMBER",
        help="Maximum number of results.",
    )
    decorated: F = limit(all_option(command))
    return decorated


def write_total(context: click.Context, count: int, hits: int | None, noun: str) -> None:
    """Write a note below a table if it is empty or does not show all results.

    :param count: number of results shown
    :param hits: total number of results, if known
    :param noun: plural of what is listed
    """
    if output_format(context) != "table":
        return
    if not count:
        write_note(f"No {noun}")
    elif hits is not None and hits > count:
        write_note(f"{count} of {hits} {noun}; --limit and --all show more")
