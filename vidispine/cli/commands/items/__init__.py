"""``vidispine items``: the commands for items."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import LazyGroup
from vidispine.cli.registry import Entry

__all__ = ["command"]

_HERE = "vidispine.cli.commands.items"

_ENTRIES = {
    "list": Entry(f"{_HERE}.list", "List items, or find some."),
    "show": Entry(f"{_HERE}.show", "Show the metadata, shapes and files of items."),
    "delete": Entry(f"{_HERE}.delete", "Delete items and their files."),
}


@click.group("items", cls=LazyGroup, entries=_ENTRIES)
def command() -> None:
    """'vidispine upload' makes items of files, 'vidispine download' fetches their media, and 'vidispine search' looks
    among collections too.

    Examples:
      vidispine items list --where mediaType=video
      vidispine items show VX-93
      vidispine items list --text rejected --all -o ids | vidispine items delete --yes -
    """
