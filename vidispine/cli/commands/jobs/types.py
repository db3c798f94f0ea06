"""``vidispine jobs types``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options
from vidispine.cli.output.formats import output_options, write_documents

if TYPE_CHECKING:
    from vidispine.cli.output.table import Column

__all__ = ["command"]


@click.command("types", cls=Command)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """Lists built-in and custom job types.

    Example:
      vidispine jobs types
    """
    from vidispine import JobApi
    from vidispine.cli.output.table import Column

    names = sorted(JobApi(connect(context)).get_job_types().uri or [])
    columns: list[Column[str]] = [Column("Type", lambda name: name)]
    write_documents(context, names, columns, lambda name: name)
