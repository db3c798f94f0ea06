"""How many entries of a list a command shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from vidispine.cli.output.formats import note, wants

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["limit_options", "tell_the_rest"]

F = TypeVar("F", bound="Callable[..., Any]")

_ALL = "vidispine.cli.options.limit"


def _note_all(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.meta[_ALL] = True


def _limit(context: click.Context, _: click.Parameter, value: int) -> int | None:
    return None if context.meta.get(_ALL) else value


def limit_options(command: F) -> F:
    """Give a command the options that say how many entries it shows: ``limit``, ``None`` for all."""
    # The one that the other looks at is eager: it is taken first.
    everything: Any = click.option(
        "--all", is_flag=True, is_eager=True, expose_value=False, callback=_note_all, help="All there are."
    )
    limit: Any = click.option(
        "--limit",
        type=click.IntRange(min=1),
        default=100,
        show_default=True,
        callback=_limit,
        metavar="NUMBER",
        help="No more than this.",
    )
    decorated: F = limit(everything(command))
    return decorated


def tell_the_rest(context: click.Context, count: int, hits: int | None, noun: str) -> None:
    """Tell a person who looks at a table that there are more, or none.

    :param count: how many were shown
    :param hits: how many there are, if that is known
    :param noun: what they are
    """
    if wants(context) != "table":
        return
    if not count:
        note(f"No {noun}")
    elif hits is not None and hits > count:
        note(f"{count} of {hits} {noun}; --limit and --all show more")
