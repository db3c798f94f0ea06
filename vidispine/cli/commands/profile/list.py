"""``vidispine profile list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.output.formats import output_options, write_documents
from vidispine.cli.output.streams import write_note

if TYPE_CHECKING:
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.command("list", cls=Command)
@output_options
@click.pass_context
def command(context: click.Context) -> None:
    """The table marks the current profile.

    Example:
      vidispine profile list
    """
    from vidispine._profiles.files import Profiles

    profiles = Profiles()
    rows = [{"name": name, "current": name == profiles.current, **found} for name, found in profiles.all.items()]
    if not write_documents(context, rows, _columns(), lambda row: row["name"]):
        write_note(f"There are no profiles in {profiles.path}; 'vidispine profile add' adds one")


def _columns() -> list[Column[dict[str, Any]]]:
    from vidispine.cli.output.table import Column

    return [
        Column("Profile", lambda row: row["name"], style=lambda row: "bold" if row["current"] else ""),
        Column("Current", lambda row: "yes" if row["current"] else "", rank=1),
        Column("Host", lambda row: row.get("host"), truncate=True),
        Column("User", lambda row: row.get("username"), rank=2),
    ]
