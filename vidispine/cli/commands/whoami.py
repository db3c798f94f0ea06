"""``vidispine whoami``."""

from __future__ import annotations

import click

from vidispine.cli.click_classes import Command
from vidispine.cli.options.connection import connect, connection_options, resolved_connection
from vidispine.cli.output.formats import output_format, output_options, write_document, write_id
from vidispine.cli.output.streams import write

__all__ = ["command"]


@click.command("whoami", cls=Command)
@output_options
@connection_options
@click.pass_context
def command(context: click.Context) -> None:
    """Calls the server, so it also tests the connection and the credentials.

    Examples:
      vidispine whoami
      vidispine whoami --profile lab
    """
    from vidispine import UserApi

    connection = resolved_connection(context)
    user = UserApi(connect(context)).get_who_am_i()
    if output_format(context) == "json":
        write_document({"user": user, "host": connection.host, "profile": connection.profile})
    elif output_format(context) == "ids":
        write_id(user)
    else:
        write(f"{user} at {connection.host}" + (f" (profile {connection.profile})" if connection.profile else ""))
